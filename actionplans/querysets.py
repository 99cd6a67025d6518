"""Which plans and actions a person may see or change, and which are late."""

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from organisations.models import Organisation, System, Team

OPEN = ["planned", "under_way", "stuck"]


class ActionPlanQuerySet(models.QuerySet):
    """Whose plan it is: a person's, or that of a team, an organisation or a system they are in."""

    def visible_to(self, user):
        organisations = Organisation.objects.visible_to(user)
        return self.filter(
            Q(user=user)
            | Q(team__in=Team.objects.visible_to(user).values("pk"))
            | Q(organisation__in=organisations.values("pk"))
            | Q(system__in=organisations.active().values("system"))
            | Q(system__in=System.objects.visible_to(user).values("pk"))
        )

    def editable_by(self, user):
        return self.filter(
            Q(user=user)
            | Q(team__in=Team.objects.managed_by(user).values("pk"))
            | Q(organisation__in=Organisation.objects.editable_by(user).values("pk"))
            | Q(system__in=System.objects.editable_by(user).values("pk"))
        )

    def shared(self):
        """Those of teams, organisations and systems."""
        return self.filter(user=None)

    def published(self):
        """Those with a page for everybody. While its group is archived, nobody answers for it."""
        return self.exclude(published_token=None).filter(
            Q(team__in=Team.objects.active().values("pk"))
            | Q(organisation__in=Organisation.objects.active().values("pk"))
            | Q(system__isnull=False)
        )

    def answered_for_by(self, user):
        """Those whose public page somebody may take back: administrators, of archived ones too."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        return self.filter(
            Q(pk__in=plans.shared().editable_by(user).values("pk"))
            | Q(team__in=Team.objects.administered_by(user).values("pk"))
            | Q(organisation__in=Organisation.objects.administered_by(user).values("pk"))
        )

    def with_rights(self, user):
        """Each with whose it is, marked `can_edit`, in the query that fetches it."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        editable = plans.editable_by(user).filter(pk=OuterRef("pk"))
        return self.with_groups().annotate(can_edit=Exists(editable))

    def with_groups(self):
        """Each with whose it is."""
        return self.select_related("team__organisation", "organisation", "system")


class ActionQuerySet(models.QuerySet):
    """Which actions a person may see and move, and which of them are late."""

    def in_own_plan(self, user):
        return self.filter(plan__user=user)

    def visible_to(self, user):
        """Those of the plans that somebody reads, and those that they own."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.visible_to(user)
        return self.filter(Q(plan__in=plans.values("pk")) | Q(owner=user))

    def editable_by(self, user):
        """Those of the plans that somebody looks after, and those that they own."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(Q(plan__in=plans.values("pk")) | Q(owner=user))

    def tellable(self):
        """Those of shared plans that may be told of in public: never of the Individual level."""
        return self.filter(plan__user=None).exclude(level="individual").exclude(status="proposed")

    def for_telling(self):
        """What was done first, the latest before: there is most to tell of it."""
        return self.tellable().order_by(models.F("completed_at").desc(nulls_last=True), "pk")

    def in_plans_edited_by(self, user):
        """Those of the plans that somebody looks after: owning an action is not enough."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(plan__in=plans.values("pk"))

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
