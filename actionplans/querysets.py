"""Which plans and actions a person may see or change, and which are late."""

from django.db import models

OPEN = ["planned", "under_way", "stuck"]


class ActionQuerySet(models.QuerySet):
    """Which actions a person may see and move, and which of them are late."""

    def visible_to(self, user):
        return self.filter(plan__user=user)

    def editable_by(self, user):
        return self.filter(plan__user=user)

    def open(self):
        """Promised and not over: planned, under way or stuck."""
        return self.filter(status__in=OPEN)

    def overdue(self, today):
        """Open, with a date before `today`: the date of whoever reads it."""
        return self.open().filter(due_on__lt=today)

    def for_plan(self):
        return self.fetch_mode(models.FETCH_PEERS).prefetch_related("action_barriers")

    def count_by_level(self):
        """How many actions there are at each level that has any."""
        rows = self.order_by().values_list("level").annotate(models.Count("pk"))
        return dict(rows)
