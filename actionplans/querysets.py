"""Which plans and actions a person may see or change, and which are late."""

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

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

    def receiving(self):
        """Those of organisations and systems: what a group below cannot solve is raised to them."""
        return self.filter(user=None, team=None)

    def shared(self):
        """Those of teams, organisations and systems."""
        return self.filter(user=None)

    def with_rights(self, user):
        """Each with whose it is, marked `can_edit`, in the query that fetches it."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        editable = plans.editable_by(user).filter(pk=OuterRef("pk"))
        return self.select_related("team__organisation", "organisation", "system").annotate(
            can_edit=Exists(editable)
        )


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

    def raisable(self):
        """Open, not about oneself, and in a plan that has one above it."""
        above = Q(plan__team__isnull=False) | Q(plan__organisation__system__isnull=False)
        return self.open().filter(above).exclude(level="individual")

    def raisable_by(self, user):
        """Those that whoever looks after their plan may raise."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.raisable().filter(plan__in=plans.values("pk"))

    def with_right_to_raise(self, user):
        """Marks each `can_raise`: whether somebody may raise it, and it is not raised already."""
        actions = apps.get_model("actionplans", "Action").objects.raisable_by(user)
        raised = apps.get_model("actionplans", "Escalation").objects.current()
        here = {"pk": OuterRef("pk")}
        return self.annotate(
            can_raise=Exists(actions.filter(**here)) & ~Exists(raised.filter(action=OuterRef("pk")))
        )

    def for_raising(self):
        """Each with whose plan it is in, and who is above; and the barriers that it answers."""
        return self.select_related(
            "plan__team__organisation", "plan__organisation__system"
        ).prefetch_related("action_barriers")

    def for_plan(self):
        return self.fetch_mode(models.FETCH_PEERS).prefetch_related("action_barriers")

    def for_inbox(self):
        """Each with its plan and whose that is, the most urgent first."""
        return self.select_related("plan__team", "plan__organisation").order_by("due_on", "pk")

    def count_by_level(self):
        """How many actions there are at each level that has any."""
        rows = self.order_by().values_list("level").annotate(models.Count("pk"))
        return dict(rows)


class EscalationQuerySet(models.QuerySet):
    """What was raised to which plan, and who answers it."""

    def answerable_by(self, user):
        """Those raised to the plans that somebody looks after, answered ones too."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(plan__in=plans.values("pk"))

    def waiting(self):
        return self.filter(status="raised")

    def current(self):
        """Waiting or accepted, so that the same need not be raised again."""
        return self.filter(status__in=["raised", "accepted"])

    def with_groups(self):
        """Each with who raised it, to whom, and who answered."""
        return self.select_related(
            "plan__team",
            "plan__organisation",
            "plan__system",
            "action__plan__team",
            "action__plan__organisation",
            "raised_by",
            "answered_by",
            "became",
        )

    def waiting_first(self):
        """Those that wait, the oldest first; then the others, the latest answer first."""
        return self.order_by(F("answered_at").desc(nulls_first=True), "raised_at", "pk")

    def around(self, action, *, reader):
        """Those that an action was raised as, and the one that it came from.

        Each is marked `can_read_action` and `can_read_became`, for the links to the other side.
        """
        readable = apps.get_model("actionplans", "Action").objects.visible_to(reader)
        return (
            self.filter(Q(action=action) | Q(became=action))
            .with_groups()
            .annotate(
                can_read_action=Exists(readable.filter(pk=OuterRef("action"))),
                can_read_became=Exists(readable.filter(pk=OuterRef("became"))),
            )
            .order_by("-raised_at", "-pk")
        )
