"""Access rules for plans, actions and raised actions; and the actions that are due or late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, Expression, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from organisations.groups import Group
from organisations.models import Membership, Organisation, System, Team, User
from organisations.statements import CompiledOnce, compiled_once
from organisations.zones import zones_by
from reflections.models import Level

if TYPE_CHECKING:  # the models are made with these querysets, so they import this module
    from actionplans.models import Action, ActionPlan, Escalation

OPEN_STATUSES = ["planned", "under_way", "stuck"]
STATUSES = [
    "proposed",
    *OPEN_STATUSES,
    "done",
    "dropped",
]  # in the order in which an action goes through
NEEDS_OWNER = {"status__in": OPEN_STATUSES, "owner": None, "owner_name": "", "owner_left": True}


def place_in(values: Iterable[str], field: str) -> Case:
    """The position of a field's value in `values`, to sort by it instead of by the alphabet."""
    places = [When(**{field: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*places, default=Value(len(places)))


# Lists of actions can be sorted by these, and by nothing else.
SORTS: dict[str, list[Expression]] = {
    "level": [
        place_in(Level.values, "level"),
        Case(When(status__in=["proposed", *OPEN_STATUSES], then=Value(0)), default=Value(1)),
        F("due_on").asc(nulls_last=True),
    ],
    "due": [F("due_on").asc(nulls_last=True)],
    "status": [place_in(STATUSES, "status"), F("due_on").asc(nulls_last=True)],
    "title": [Lower("title")],
    "newest": [F("created_at").desc()],
}
# The time zone in which the dates of an action count: that of `ActionPlan.keeper`, in SQL.
ZONE_OF_KEEPER = Coalesce(
    "plan__user__time_zone",
    "plan__team__organisation__time_zone",
    "plan__organisation__time_zone",
    "plan__system__time_zone",
)


def day_in(zone: str, *, days: int = 0) -> Case:
    """Today's date in the time zone that the column `zone` names, or the date `days` later."""
    dates = zones_by(datetime.date)
    usual = max(dates, key=lambda day: len(dates[day]))
    return Case(
        *(
            When(**{f"{zone}__in": names}, then=Value(day + timedelta(days)))
            for day, names in dates.items()
            if day != usual
        ),
        default=Value(usual + timedelta(days)),
        output_field=models.DateField(),
    )


def dates_now() -> list[date]:
    """Today's dates all over the earth, two or three: an index finds what is due by them."""
    return sorted(zones_by(datetime.date))


def looked_after_by(user: User) -> Q:
    """Condition: the user owns the plan, or facilitates, administers or convenes its group."""
    return (
        Q(user=user)
        | Q(team__in=Team.objects.managed_by(user).values("pk"))
        | Q(organisation__in=Organisation.objects.editable_by(user).values("pk"))
        | Q(system__in=System.objects.editable_by(user).values("pk"))
    )


def number_of(model: str, **conditions: Any) -> Coalesce:
    """The number of rows of a model in each plan. A subquery, since joins would multiply rows."""
    rows = apps.get_model("actionplans", model).objects.filter(plan=OuterRef("pk"), **conditions)
    counted = rows.order_by().values("plan").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted), 0)


def owner_in_group(**of_a_system: Any) -> Q:
    """Condition: the owner belongs to the plan's group, which may be archived.

    `of_a_system` limits the organisations through which somebody belongs to a system.
    """
    owner, system = OuterRef("owner"), OuterRef("plan__system")
    in_group = (
        Q(organisation=OuterRef("plan__team__organisation"))
        | Q(organisation=OuterRef("plan__organisation"))
        | Q(organisation__system=system, **of_a_system)
    )
    places = Membership.objects.current().filter(in_group, user=owner)
    conveners = System.conveners.through.objects.filter(user=owner, system=system)
    return Q(Exists(places)) | Q(Exists(conveners))


def owner_there() -> Q:
    """Condition: the owner may sign in, and belongs to the plan's group, which is in use."""
    return Q(
        Q(plan__user=F("owner")) | owner_in_group(organisation__archived_at=None),
        owner__is_active=True,
        plan__team__archived_at=None,
        plan__team__organisation__archived_at=None,
        plan__organisation__archived_at=None,
    )


def in_one_of(plans: models.QuerySet[ActionPlan]) -> Q:
    """Condition: the action is in one of these plans.

    EXISTS looks up the one plan of each action. With `plan__in` beside an OR the database would
    read all plans.
    """
    return Q(Exists(plans.filter(pk=OuterRef("plan"))))


class ActionPlanQuerySet(CompiledOnce["ActionPlan"]):
    """Access to plans: a person's own, and those of the groups that they are in or look after."""

    @compiled_once
    def visible_to(self, user: User) -> Self:
        """The user's own plan, and the plans of the groups that they belong to."""
        organisations = Organisation.objects.visible_to(user)
        return self.filter(
            Q(user=user)
            | Q(team__in=Team.objects.visible_to(user).values("pk"))
            | Q(organisation__in=organisations.values("pk"))
            | Q(system__in=organisations.active().values("system"))
            | Q(system__in=System.objects.visible_to(user).values("pk"))
        )

    @compiled_once
    def editable_by(self, user: User) -> Self:
        return self.filter(looked_after_by(user))

    def of_group(self, group: Group) -> Self:
        return self.filter(**{str(group._meta.model_name): group})

    def receiving(self) -> Self:
        """Plans of organisations and systems, to which the groups below can raise an action."""
        return self.filter(user=None, team=None)

    def shared(self) -> Self:
        """Plans of teams, organisations and systems."""
        return self.filter(user=None)

    def shared_with(self, user: User) -> Self:
        """Plans of groups that the user may read, annotated by `with_rights`."""
        return self.shared().visible_to(user).with_rights(user)

    def in_use(self) -> Self:
        """Plans whose team and organisation are not archived."""
        return self.filter(
            team__archived_at=None,
            team__organisation__archived_at=None,
            organisation__archived_at=None,
        )

    def of_actions(self, actions: Iterable[Action]) -> Self:
        """Plans of groups in which these actions are, each once."""
        keys = {action.plan_id for action in actions}
        return self.shared().filter(pk__in=keys).with_group().order_by("pk")

    def with_group(self) -> Self:
        """Loads the group of each plan in the same query."""
        return self.select_related("team__organisation", "organisation", "system")

    @compiled_once
    def published(self) -> Self:
        """Plans with a public page. An archived group shows none, as nobody answers for it."""
        return self.exclude(published_token=None).filter(
            Q(team__in=Team.objects.active().values("pk"))
            | Q(organisation__in=Organisation.objects.active().values("pk"))
            | Q(system__isnull=False)
        )

    @compiled_once
    def run_by(self, user: User) -> Self:
        """Plans that the user is in charge of: `reminders.who_runs` seen from the person.

        Facilitators are in charge of a team's plan, and administrators only if it has none.
        """
        plans = apps.get_model("actionplans", "ActionPlan").objects
        teams = Team.objects
        unled = teams.administered_by(user).without_facilitator()
        facilitated = plans.filter(team__in=teams.facilitated_by(user).values("pk"))
        others = [
            plans.filter(team__in=unled.values("pk")),
            plans.filter(organisation__in=Organisation.objects.editable_by(user).values("pk")),
            plans.filter(system__in=System.objects.editable_by(user).values("pk")),
        ]
        # A union, for the reason given in `ActionQuerySet.of`.
        keys = facilitated.values("pk").union(*(each.values("pk") for each in others))
        return self.filter(pk__in=keys)

    @compiled_once
    def with_waiting(self) -> Self:
        """Plans in which something waits for those in charge, annotated with the numbers of it.

        `proposals` and `raised` wait for an answer, `ownerless` for somebody who does them.
        """
        return (
            self.with_group()
            .annotate(
                proposals=number_of("Action", status="proposed"),
                raised=number_of("Escalation", status="raised"),
                ownerless=number_of("Action", **NEEDS_OWNER),
            )
            .filter(Q(proposals__gt=0) | Q(raised__gt=0) | Q(ownerless__gt=0))
            .order_by("pk")
        )

    @compiled_once
    def answered_for_by(self, user: User) -> Self:
        """Plans whose public page the user may take back; administrators also if archived."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        return self.filter(
            Q(pk__in=plans.shared().editable_by(user).values("pk"))
            | Q(team__in=Team.objects.administered_by(user).values("pk"))
            | Q(organisation__in=Organisation.objects.administered_by(user).values("pk"))
        )

    @compiled_once
    def with_rights(self, user: User) -> Self:
        """Annotates `can_edit` for the user, and `raised_and_waiting`; loads the group. No query.

        `raised_and_waiting` is the number of actions raised to the plan and not answered.
        """
        can_edit = Case(When(looked_after_by(user), then=Value(True)), default=Value(False))
        waiting = Count("escalations", filter=Q(escalations__status="raised"))
        return self.with_group().annotate(can_edit=can_edit, raised_and_waiting=waiting)


class ActionQuerySet(CompiledOnce["Action"]):
    """Access to actions by their plan or by owning them, and the actions that are due or late."""

    def in_own_plan(self, user: User) -> Self:
        return self.filter(plan__user=user)

    @compiled_once
    def visible_to(self, user: User) -> Self:
        """Actions in plans that the user may read, and actions they own in groups they are in.

        Annotated by `with_rights`.
        """
        return self.with_rights(user).filter(Q(can_read_plan=True) | Q(owner_there(), owner=user))

    @compiled_once
    def editable_by(self, user: User) -> Self:
        """Actions in plans that the user looks after, and actions they own in groups they are in.

        The actions of an archived group cannot be changed. Annotated by `with_rights`.
        """
        return self.with_rights(user).filter(Q(can_plan=True) | Q(owner_there(), owner=user))

    @compiled_once
    def proposed_by(self, user: User) -> Self:
        """The user's proposals, answered ones too, in plans in use that they may still read."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        return self.filter(in_one_of(plans.shared().in_use().visible_to(user)), proposed_by=user)

    @compiled_once
    def with_rights(self, user: User) -> Self:
        """Annotates `can_plan` if the user edits the plan, and `can_read_plan` if they read it."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        its_plan = {"pk": OuterRef("plan")}
        return self.annotate(
            can_plan=Exists(plans.editable_by(user).filter(**its_plan)),
            can_read_plan=Exists(plans.visible_to(user).filter(**its_plan)),
        )

    def tellable(self) -> Self:
        """Actions that “You said, we did” may tell of. The Individual level is never public."""
        return self.filter(plan__user=None).exclude(level="individual").exclude(status="proposed")

    @compiled_once
    def for_telling(self) -> Self:
        """Done actions first, the latest before the others: there is most to tell of them."""
        return self.tellable().order_by(models.F("completed_at").desc(nulls_last=True), "pk")

    @compiled_once
    def in_plans_edited_by(self, user: User) -> Self:
        """Actions in plans that the user looks after. Owning an action is not enough."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(plan__in=plans.values("pk"))

    @compiled_once
    def of_organisation(self, organisation: Organisation) -> Self:
        """Actions in the organisation's own plan and in the plans of its teams."""
        return self.filter(
            Q(plan__organisation=organisation) | Q(plan__team__organisation=organisation)
        )

    def in_hand(self) -> Self:
        """Actions that are not over: proposed or open."""
        return self.filter(status__in=["proposed", *OPEN_STATUSES])

    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def needing_owner(self) -> Self:
        """Open actions whose owner has left."""
        return self.filter(**NEEDS_OWNER)

    def open(self) -> Self:
        """Actions that are planned, under way or stuck."""
        return self.filter(status__in=OPEN_STATUSES)

    def overdue(self, today: date) -> Self:
        """Open actions with a date before `today`, which is the reader's date."""
        return self.open().filter(due_on__lt=today)

    @compiled_once
    def of(self, user: User) -> Self:
        """All actions in the user's own plan, and actions they own in groups they belong to."""
        actions = apps.get_model("actionplans", "Action").objects
        given = actions.owned_by(user).with_owner_there()
        # A union, because with OR neither engine would use an index for both halves.
        return self.filter(pk__in=actions.in_own_plan(user).values("pk").union(given.values("pk")))

    def matching(self, words: str) -> Self:
        """Actions that contain every one of the words, in any of their texts."""
        actions = self
        for word in words.split():
            actions = actions.filter(
                Q(title__icontains=word) | Q(detail__icontains=word) | Q(measure__icontains=word)
            )
        return actions

    def with_owner(self, wanted: str, *, reader: User) -> Self:
        """Actions of one owner: `me`, `nobody`, `account:<key>`, or `<anything>:<name>`."""
        kind, _colon, key = wanted.partition(":")
        if kind == "me":
            return self.filter(owner=reader)
        if kind == "nobody":
            return self.needing_owner()
        if kind == "account":
            return self.filter(owner=int(key))
        return self.filter(owner=None, owner_name=key)

    @compiled_once
    def sorted_by(self, sort: str) -> Self:
        return self.order_by(*SORTS[sort], "pk")

    @compiled_once
    def tally(self, today: date) -> models.QuerySet[Action, dict[str, Any]]:
        """The numbers of actions and of late ones, for each status, level and owner there is."""
        late = Count("pk", filter=Q(status__in=OPEN_STATUSES, due_on__lt=today))
        names = ["status", "level", "owner", "owner__name", "owner_name"]
        groups: models.QuerySet[Action, dict[str, Any]] = self.order_by().values(*names)
        return groups.annotate(actions=Count("pk"), late=late)

    def overdue_now(self) -> Self:
        """Open actions whose date has passed in the time zone of their plan, in any plans."""
        return self.to_do().filter(due_on__lt=F("today"))

    def overdue_since(self, day: date) -> Self:
        """Overdue actions whose date is before `day`."""
        return self.overdue_now().filter(due_on__lt=day)

    def due_today(self) -> Self:
        """Open actions whose date is today in the time zone of their plan."""
        return self.to_do().filter(due_on=F("today"), due_on__in=dates_now())

    def due_within(self, days: int) -> Self:
        """Open actions due from tomorrow to `days` from today, in the time zone of their plan."""
        first, last = dates_now()[0], dates_now()[-1]
        actions = self.to_do().alias(last=day_in("zone", days=days))
        actions = actions.filter(due_on__range=(first, last + timedelta(days)))
        return actions.filter(due_on__gt=F("today"), due_on__lte=F("last"))

    def to_do(self) -> Self:
        """Open actions with the alias `today`, the date in the time zone of their plan."""
        by_index = self.open().filter(completed_at__isnull=True)  # "actions_to_do_by_date"
        return by_index.alias(zone=ZONE_OF_KEEPER).alias(today=day_in("zone"))

    @compiled_once
    def with_owner_there(self) -> Self:
        """Actions whose owner may sign in, and belongs to the plan's group, which is in use."""
        return self.filter(owner_there())

    @compiled_once
    def with_owner_gone(self) -> Self:
        """Actions whose owner has left the plan's group. It may be archived, or in use."""
        return self.filter(plan__user=None, owner__isnull=False).exclude(owner_in_group())

    def promised_since(self, moment: datetime) -> Self:
        """Open actions, and actions that were done after a moment."""
        return self.filter(Q(status__in=OPEN_STATUSES) | Q(status="done", completed_at__gte=moment))

    def for_calendar(self) -> Self:
        """Loads the group of each action's plan, and sorts by date."""
        return self.select_related("plan__team", "plan__organisation", "plan__system").order_by(
            "due_on", "pk"
        )

    def raisable(self) -> Self:
        """Open actions for which a plan above could do something."""
        return self.open().below_another()

    @compiled_once
    def below_another(self) -> Self:
        """Actions in a plan with another above it, save the Individual level, which is private."""
        above = Q(plan__team__isnull=False) | Q(plan__organisation__system__isnull=False)
        return self.filter(above).exclude(level="individual")

    @compiled_once
    def with_raised(self) -> Self:
        """Annotates `is_raised`: true while an answer from above is awaited, and once accepted."""
        raised = apps.get_model("actionplans", "Escalation").objects.current()
        return self.annotate(is_raised=Exists(raised.filter(action=OuterRef("pk"))))

    def for_raising(self) -> Self:
        """Loads the group of each action's plan, the group above, and the barriers it answers."""
        return self.select_related(
            "plan__team__organisation", "plan__organisation__system"
        ).prefetch_related("action_barriers")

    @compiled_once
    def for_plan(self) -> Self:
        """Loads the question and the barriers that each action answers."""
        return (
            self.select_related("question")
            .fetch_mode(models.FETCH_PEERS)
            .prefetch_related("action_barriers")
        )

    def with_owners(self) -> Self:
        """Loads the owners: for actions of one plan, which is loaded already."""
        return self.select_related("owner")

    def for_list(self) -> Self:
        """Loads the owner, the proposer and the group of each action's plan."""
        return self.with_plans().select_related("owner", "proposed_by", "plan__user")

    def with_plans(self) -> Self:
        """Loads the group of each action's plan.

        Lists over all plans load no more: PostgreSQL finds the best order of eight tables, and
        with more it would begin with everybody's actions (`join_collapse_limit`).
        """
        return self.select_related("plan__team__organisation", "plan__organisation", "plan__system")

    def for_inbox(self) -> Self:
        """Loads the group of each action's plan, the most urgent action first."""
        return self.select_related("plan__team", "plan__organisation").order_by("due_on", "pk")

    def count_by_level(self) -> dict[str, int]:
        """The number of actions at each level that has any."""
        rows = self.order_by().values_list("level").annotate(Count("pk"))
        return dict(rows)


class EscalationQuerySet(CompiledOnce["Escalation"]):
    """Access to raised actions, from the plan below and from the plan above."""

    @compiled_once
    def answerable_by(self, user: User) -> Self:
        """Raised actions, answered ones too, in the plans above that the user looks after."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(plan__in=plans.values("pk"))

    @compiled_once
    def raised_from_plans_of(self, user: User) -> Self:
        """Raised actions that came from plans that the user looks after."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(action__plan__in=plans.values("pk"))

    def waiting(self) -> Self:
        """Raised actions without an answer."""
        return self.filter(status="raised")

    def with_words(self) -> Self:
        """Raised actions but those taken back, of which no words are left."""
        return self.exclude(status="withdrawn")

    def current(self) -> Self:
        """Raised actions that wait or were accepted, so that the same cannot be raised again."""
        return self.filter(status__in=["raised", "accepted"])

    def over(self) -> Self:
        """Raised actions that were declined, done or taken back."""
        return self.exclude(status__in=["raised", "accepted"])

    def with_groups(self) -> Self:
        """Loads both groups, the person who raised it, and the person who answered."""
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

    @compiled_once
    def waiting_first(self) -> Self:
        """Sorts waiting ones first, oldest before newest; then the latest answer first."""
        return self.order_by(F("answered_at").desc(nulls_first=True), "raised_at", "pk")

    def around(self, action: Action) -> Self:
        """Raised actions that lead from this action upwards, and the one that it came from."""
        around = self.filter(Q(action=action) | Q(became=action)).with_words().with_groups()
        return around.order_by("-raised_at", "-pk")
