"""Which plans and actions a person may see or change, and which are late."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from organisations.models import Membership, Organisation, System, Team
from organisations.statements import CompiledOnce, compiled_once
from organisations.zones import zones_by
from reflections.models import Level

OPEN = ["planned", "under_way", "stuck"]
STATUSES = ["proposed", *OPEN, "done", "dropped"]  # in the order in which an action goes through
NEEDS_OWNER = {"status__in": OPEN, "owner": None, "owner_name": "", "owner_left": True}


def place_in(values, field):
    """The place of a field's value among these: the database would sort by the letters."""
    places = [When(**{field: value}, then=Value(place)) for place, value in enumerate(values)]
    return Case(*places, default=Value(len(places)))


# What a list of actions may be sorted by, and nothing else.
SORTS = {
    "level": [
        place_in(Level.values, "level"),
        Case(When(status__in=["proposed", *OPEN], then=Value(0)), default=Value(1)),
        F("due_on").asc(nulls_last=True),
    ],
    "due": [F("due_on").asc(nulls_last=True)],
    "status": [place_in(STATUSES, "status"), F("due_on").asc(nulls_last=True)],
    "title": [Lower("title")],
    "newest": [F("created_at").desc()],
}
# The time zone of whoever keeps the plan of an action, as `ActionPlan.keeper` says it.
ZONE_OF_KEEPER = Coalesce(
    "plan__user__time_zone",
    "plan__team__organisation__time_zone",
    "plan__organisation__time_zone",
    "plan__system__time_zone",
)


def day_in(zone, *, days=0):
    """The date, so many days on, in the time zone that a column names."""
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


def dates_now():
    """The dates that it is now, somewhere on earth: so that an index finds what is due."""
    return sorted(zones_by(datetime.date))


def looked_after_by(user):
    """That a plan is somebody's own, or of what they facilitate, administer or convene."""
    return (
        Q(user=user)
        | Q(team__in=Team.objects.managed_by(user).values("pk"))
        | Q(organisation__in=Organisation.objects.editable_by(user).values("pk"))
        | Q(system__in=System.objects.editable_by(user).values("pk"))
    )


def number_of(model, **which):
    """How many rows of a model there are in a plan, counted for each plan by itself."""
    rows = apps.get_model("actionplans", model).objects.filter(plan=OuterRef("pk"), **which)
    counted = rows.order_by().values("plan").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted), 0)


def owner_in_group(**of_a_system):
    """That whoever owns an action belongs to the group in whose plan it is.

    `of_a_system` says which organisations of a system count.
    """
    owner, system = OuterRef("owner"), OuterRef("plan__system")
    here = (
        Q(organisation=OuterRef("plan__team__organisation"))
        | Q(organisation=OuterRef("plan__organisation"))
        | Q(organisation__system=system, **of_a_system)
    )
    places = Membership.objects.current().filter(here, user=owner)
    conveners = System.conveners.through.objects.filter(user=owner, system=system)
    return Q(Exists(places)) | Q(Exists(conveners))


def owner_there():
    """That whoever owns an action may sign in and belongs where its plan is, and that is in use."""
    return Q(
        Q(plan__user=F("owner")) | owner_in_group(organisation__archived_at=None),
        owner__is_active=True,
        plan__team__archived_at=None,
        plan__team__organisation__archived_at=None,
        plan__organisation__archived_at=None,
    )


def in_one_of(plans):
    """That an action is in one of these plans: looked up for each action, whatever else is asked.

    Asked as `plan__in`, beside an OR, all plans would be gone through.
    """
    return Q(Exists(plans.filter(pk=OuterRef("plan"))))


class ActionPlanQuerySet(CompiledOnce):
    """Whose plan it is: a person's, or that of a team, an organisation or a system they are in."""

    @compiled_once
    def visible_to(self, user):
        organisations = Organisation.objects.visible_to(user)
        return self.filter(
            Q(user=user)
            | Q(team__in=Team.objects.visible_to(user).values("pk"))
            | Q(organisation__in=organisations.values("pk"))
            | Q(system__in=organisations.active().values("system"))
            | Q(system__in=System.objects.visible_to(user).values("pk"))
        )

    @compiled_once
    def editable_by(self, user):
        return self.filter(looked_after_by(user))

    def of_group(self, group):
        return self.filter(**{group._meta.model_name: group})

    def receiving(self):
        """Those of organisations and systems: what a group below cannot solve is raised to them."""
        return self.filter(user=None, team=None)

    def shared(self):
        """Those of teams, organisations and systems."""
        return self.filter(user=None)

    def in_use(self):
        """Not of a team or an organisation that is archived."""
        return self.filter(
            team__archived_at=None,
            team__organisation__archived_at=None,
            organisation__archived_at=None,
        )

    def of_actions(self, actions):
        """Those of teams, organisations and systems that some of these actions are in."""
        keys = {action.plan_id for action in actions}
        return self.shared().filter(pk__in=keys).with_group().order_by("pk")

    def with_group(self):
        """Each with whose it is."""
        return self.select_related("team__organisation", "organisation", "system")

    @compiled_once
    def published(self):
        """Those with a page for everybody. While its group is archived, nobody answers for it."""
        return self.exclude(published_token=None).filter(
            Q(team__in=Team.objects.active().values("pk"))
            | Q(organisation__in=Organisation.objects.active().values("pk"))
            | Q(system__isnull=False)
        )

    @compiled_once
    def run_by(self, user):
        """Those in use for which somebody is asked for answers, as `reminders.who_runs` writes."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        teams = Team.objects
        unled = teams.administered_by(user).without_facilitator()
        facilitated = plans.filter(team__in=teams.facilitated_by(user).values("pk"))
        others = [
            plans.filter(team__in=unled.values("pk")),
            plans.filter(organisation__in=Organisation.objects.editable_by(user).values("pk")),
            plans.filter(system__in=System.objects.editable_by(user).values("pk")),
        ]
        # A union, as in `Action.objects.of`.
        keys = facilitated.values("pk").union(*(each.values("pk") for each in others))
        return self.filter(pk__in=keys)

    @compiled_once
    def with_waiting(self):
        """Those in which something waits for whoever runs them, each with how much of it.

        As `proposals` and `raised`, to be answered, and `ownerless`, to be given to somebody.
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
    def answered_for_by(self, user):
        """Those whose public page somebody may take back: administrators, of archived ones too."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        return self.filter(
            Q(pk__in=plans.shared().editable_by(user).values("pk"))
            | Q(team__in=Team.objects.administered_by(user).values("pk"))
            | Q(organisation__in=Organisation.objects.administered_by(user).values("pk"))
        )

    @compiled_once
    def with_rights(self, user):
        """Each with whose it is, marked `can_edit`, in the query that fetches it.

        And with how many actions raised to it wait for an answer, as `raised_and_waiting`.
        """
        can_edit = Case(When(looked_after_by(user), then=Value(True)), default=Value(False))
        waiting = Count("escalations", filter=Q(escalations__status="raised"))
        return self.with_group().annotate(can_edit=can_edit, raised_and_waiting=waiting)


class ActionQuerySet(CompiledOnce):
    """Which actions a person may see and move, and which of them are late."""

    def in_own_plan(self, user):
        return self.filter(plan__user=user)

    @compiled_once
    def visible_to(self, user):
        """Those of the plans that somebody reads, and those that they own where they belong.

        Each marked as `with_rights` does.
        """
        return self.with_rights(user).filter(Q(can_read_plan=True) | Q(owner_there(), owner=user))

    @compiled_once
    def editable_by(self, user):
        """Those of the plans that somebody looks after, and those that they own where they belong.

        What is archived stays as it is. Each marked as `with_rights` does.
        """
        return self.with_rights(user).filter(Q(can_plan=True) | Q(owner_there(), owner=user))

    @compiled_once
    def proposed_by(self, user):
        """What somebody proposed, in plans in use that they still read; answered ones too."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        return self.filter(in_one_of(plans.shared().in_use().visible_to(user)), proposed_by=user)

    @compiled_once
    def with_rights(self, user):
        """Marks each whose plan they look after as `can_plan`, or may read as `can_read_plan`."""
        plans = apps.get_model("actionplans", "ActionPlan").objects
        here = {"pk": OuterRef("plan")}
        return self.annotate(
            can_plan=Exists(plans.editable_by(user).filter(**here)),
            can_read_plan=Exists(plans.visible_to(user).filter(**here)),
        )

    def tellable(self):
        """Those of shared plans that may be told of in public: never of the Individual level."""
        return self.filter(plan__user=None).exclude(level="individual").exclude(status="proposed")

    @compiled_once
    def for_telling(self):
        """What was done first, the latest before: there is most to tell of it."""
        return self.tellable().order_by(models.F("completed_at").desc(nulls_last=True), "pk")

    @compiled_once
    def in_plans_edited_by(self, user):
        """Those of the plans that somebody looks after: owning an action is not enough."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(plan__in=plans.values("pk"))

    @compiled_once
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
        return self.filter(**NEEDS_OWNER)

    def open(self):
        """Promised and not over: planned, under way or stuck."""
        return self.filter(status__in=OPEN)

    def overdue(self, today):
        """Open, with a date before `today`: the date of whoever reads it."""
        return self.open().filter(due_on__lt=today)

    @compiled_once
    def of(self, user):
        """What somebody has to do wherever they belong, and all that is in their own plan."""
        actions = apps.get_model("actionplans", "Action").objects
        given = actions.owned_by(user).with_owner_there()
        # A union, because no engine finds the rows of both by an index if they are asked with OR.
        return self.filter(pk__in=actions.in_own_plan(user).values("pk").union(given.values("pk")))

    def matching(self, words):
        """Those that have each of the words in what they say."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word) | Q(detail__icontains=word) | Q(measure__icontains=word)
            )
        return found

    def with_owner(self, wanted, *, reader):
        """Those that a list is asked for: `me`, `nobody`, or the owner that a tally names."""
        kind, _colon, key = wanted.partition(":")
        if kind == "me":
            return self.filter(owner=reader)
        if kind == "nobody":
            return self.needing_owner()
        if kind == "account":
            return self.filter(owner=int(key))
        return self.filter(owner=None, owner_name=key)

    @compiled_once
    def sorted_by(self, sort):
        return self.order_by(*SORTS[sort], "pk")

    @compiled_once
    def tally(self, today):
        """How many there are of each status, level and owner, and how many of them are late."""
        late = Count("pk", filter=Q(status__in=OPEN, due_on__lt=today))
        names = ["status", "level", "owner", "owner__name", "owner_name"]
        return self.order_by().values(*names).annotate(actions=Count("pk"), late=late)

    def overdue_now(self):
        """Open, with a date before today where its plan is kept. For actions of any plans."""
        return self.to_do().filter(due_on__lt=F("today"))

    def overdue_since(self, day):
        """Overdue now, and not only since that day or later."""
        return self.overdue_now().filter(due_on__lt=day)

    def due_today(self):
        """Open, with today's date where the plan is kept."""
        return self.to_do().filter(due_on=F("today"), due_on__in=dates_now())

    def due_within(self, days):
        """Open, with a date after today where the plan is kept, and so many days on at most."""
        first, last = dates_now()[0], dates_now()[-1]
        found = self.to_do().alias(last=day_in("zone", days=days))
        found = found.filter(due_on__range=(first, last + timedelta(days)))
        return found.filter(due_on__gt=F("today"), due_on__lte=F("last"))

    def to_do(self):
        """Open, each with `today`, the date where its plan is kept, to compare its date with."""
        by_index = self.open().filter(completed_at__isnull=True)  # "actions_to_do_by_date"
        return by_index.alias(zone=ZONE_OF_KEEPER).alias(today=day_in("zone"))

    @compiled_once
    def with_owner_there(self):
        """Whose owner may sign in and belongs where the plan is, and that is not archived."""
        return self.filter(owner_there())

    @compiled_once
    def with_owner_gone(self):
        """In the plan of a group to which the owner does not belong any more, archived or not."""
        return self.filter(plan__user=None, owner__isnull=False).exclude(owner_in_group())

    def promised_since(self, moment):
        """Open, or done since a moment."""
        return self.filter(Q(status__in=OPEN) | Q(status="done", completed_at__gte=moment))

    def for_calendar(self):
        """Each with whose plan it is in, by date."""
        return self.select_related("plan__team", "plan__organisation", "plan__system").order_by(
            "due_on", "pk"
        )

    def raisable(self):
        """Open, not about oneself, and in a plan that has one above it."""
        return self.open().below_another()

    @compiled_once
    def below_another(self):
        """In a plan that has one above it, and not about oneself."""
        above = Q(plan__team__isnull=False) | Q(plan__organisation__system__isnull=False)
        return self.filter(above).exclude(level="individual")

    @compiled_once
    def with_raised(self):
        """Marks each `is_raised`: whether it waits for an answer from above, or was accepted."""
        raised = apps.get_model("actionplans", "Escalation").objects.current()
        return self.annotate(is_raised=Exists(raised.filter(action=OuterRef("pk"))))

    def for_raising(self):
        """Each with whose plan it is in, and who is above; and the barriers that it answers."""
        return self.select_related(
            "plan__team__organisation", "plan__organisation__system"
        ).prefetch_related("action_barriers")

    @compiled_once
    def for_plan(self):
        """Each with what it answers."""
        return (
            self.select_related("question")
            .fetch_mode(models.FETCH_PEERS)
            .prefetch_related("action_barriers")
        )

    def with_owners(self):
        """Each with its owner: for those of a plan that is fetched already."""
        return self.select_related("owner")

    def for_list(self):
        """Each with its owner, and with whose plan it is in."""
        return self.with_plans().select_related("owner", "proposed_by", "plan__user")

    def with_plans(self):
        """Each with the group in whose plan it is.

        No more than that for lists from all plans: PostgreSQL puts eight tables in the best order,
        and with more it would begin with everybody's actions.
        """
        return self.select_related("plan__team__organisation", "plan__organisation", "plan__system")

    def for_inbox(self):
        """Each with its plan and whose that is, the most urgent first."""
        return self.select_related("plan__team", "plan__organisation").order_by("due_on", "pk")

    def count_by_level(self):
        """How many actions there are at each level that has any."""
        rows = self.order_by().values_list("level").annotate(Count("pk"))
        return dict(rows)


class EscalationQuerySet(CompiledOnce):
    """What was raised to which plan, and who answers it."""

    @compiled_once
    def answerable_by(self, user):
        """Those raised to the plans that somebody looks after, answered ones too."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(plan__in=plans.values("pk"))

    @compiled_once
    def raised_from_plans_of(self, user):
        """Those raised from the plans that somebody looks after."""
        plans = apps.get_model("actionplans", "ActionPlan").objects.editable_by(user)
        return self.filter(action__plan__in=plans.values("pk"))

    def waiting(self):
        return self.filter(status="raised")

    def with_words(self):
        """All but those that were taken back, of which no words are left."""
        return self.exclude(status="withdrawn")

    def current(self):
        """Waiting or accepted, so that the same need not be raised again."""
        return self.filter(status__in=["raised", "accepted"])

    def over(self):
        """Neither waiting nor accepted: nothing more comes of it."""
        return self.exclude(status__in=["raised", "accepted"])

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

    @compiled_once
    def waiting_first(self):
        """Those that wait, the oldest first; then the others, the latest answer first."""
        return self.order_by(F("answered_at").desc(nulls_first=True), "raised_at", "pk")

    def around(self, action):
        """Those that an action was raised as, and the one that it came from."""
        around = self.filter(Q(action=action) | Q(became=action)).with_words().with_groups()
        return around.order_by("-raised_at", "-pk")
