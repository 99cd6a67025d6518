"""Which plans and actions a person may see or change, and which are late."""

from django.db import models
from django.db.models import Q

OPEN = ["planned", "under_way", "stuck"]


class ActionQuerySet(models.QuerySet):
    """Which actions a person may see and move, and which of them are late."""

    def visible_to(self, user):
        return self.filter(plan__user=user)

    def editable_by(self, user):
        return self.filter(plan__user=user)

    def of_organisation(self, organisation):
        """Those in its own plan and in the plans of its teams."""
        return self.filter(
            Q(plan__organisation=organisation) | Q(plan__team__organisation=organisation)
        )

    def in_hand(self):
        """Not over: proposed, or promised."""
        return self.filter(status__in=["proposed", *OPEN])

    def owned_by(self, user):
        return self.filter(owner=user)

    def needing_owner(self):
        """Promised, and whoever promised it has left."""
        return self.open().filter(owner=None, owner_name="", owner_left=True)

    def open(self):
        """Promised and not over: planned, under way or stuck."""
        return self.filter(status__in=OPEN)

    def overdue(self, today):
        """Open, with a date before `today`: the date of whoever reads it."""
        return self.open().filter(due_on__lt=today)

    def for_plan(self):
        return self.fetch_mode(models.FETCH_PEERS).prefetch_related("action_barriers")

    def for_inbox(self):
        """Each with its plan and whose that is, the most urgent first."""
        return self.select_related("plan__team", "plan__organisation").order_by("due_on", "pk")

    def count_by_level(self):
        """How many actions there are at each level that has any."""
        rows = self.order_by().values_list("level").annotate(models.Count("pk"))
        return dict(rows)
