"""What a plan says, level by level: made once, for the page and for every file."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actionplans.models import Action, ActionBarrier, ActionPlan
from actionplans.querysets import OPEN, ActionQuerySet
from actionplans.raised import TOLD
from actionplans.services.actions import WITHDRAWN
from onestepback.pages.actions.filters import ActionFilter
from organisations.dates import long_date
from organisations.models import NAMELESS, User
from reflections.answered import AnsweredQuestion, LevelRecord, latest_records
from reflections.models import Level, Round
from reflections.questionnaire import words_of
from reflections.summaries import latest_barriers

ACTIONS_A_PAGE = 25
MOST_OF_BEFORE = 500  # letters of a text that was changed, in the story
LONG = 800  # letters: some fifteen lines of a printed table
# Django's own display looks the words up by hashing every lazy one of them, each time.
STATUS_LABELS = dict(Action.Status.choices)


@dataclass(frozen=True)
class PlannedAction:
    """An action as its reader sees it on a day: with who, and whether it is late."""

    action: Action
    who: str
    is_overdue: bool

    def __getattr__(self, name):
        return getattr(self.action, name)

    def __str__(self):
        return self.action.title

    @property
    def is_closed(self) -> bool:
        return self.action.status in (Action.Status.DONE, Action.Status.DROPPED)

    @property
    def status_label(self) -> str:
        return STATUS_LABELS[self.action.status]

    @property
    def whose(self) -> str:
        """Who does it, or in words why there is nobody: a proposal wants nobody yet."""
        if self.who:
            return self.who
        if self.action.is_open:
            return _("Needs an owner")
        if self.action.owner_left:
            return _("Somebody whose name is not kept")
        return _("Nobody yet") if self.action.status == Action.Status.PROPOSED else _("Nobody")

    @property
    def needs_somebody(self) -> bool:
        """Whether it must be given somebody, or a date, before it goes on."""
        over = self.action.status == Action.Status.DONE
        return not over and not (self.who and self.action.due_on)

    @property
    def answers(self) -> list[str]:
        """The barriers that it answers, in the words they had; those taken back have none."""
        return [link.text for link in self.action.action_barriers.all() if link.text]

    @property
    def more(self) -> list[str]:
        """All that it says besides its title, and what it answers."""
        texts = [self.action.detail, self.action.measure, self.action.with_partners]
        return [*filter(None, texts), *self.answers]

    @property
    def is_long(self) -> bool:
        """Whether it takes so much of a printed page that it may go on to the next."""
        return any(len(text) > LONG for text in [*self.more, *self.sources])

    @property
    def question(self) -> str:
        """The question that it helps to move, if it is in a group's plan."""
        asked = self.action.question
        return words_of(asked, get_language()) if asked else ""

    @property
    def sources(self) -> list[str]:
        """All that it answers in a group's plan: barriers, an idea, a question."""
        return [words for words in [*self.answers, self.action.idea, self.question] if words]


@dataclass(frozen=True)
class PlannedBarrier:
    """A barrier with what is done about it; `pk` is None once its author deleted it."""

    pk: object
    text: str
    actions: list[PlannedAction] = field(default_factory=list)


@dataclass(frozen=True)
class PlannedLevel:
    """One level of a plan: how it was answered last, what is in the way, what will happen."""

    level: Level
    record: LevelRecord | None
    all_barriers: list[PlannedBarrier]
    actions: list[PlannedAction]
    vision: str = ""
    most_barriers: int | None = None  # that are listed

    @property
    def barriers(self) -> list[PlannedBarrier]:
        return self.all_barriers[: self.most_barriers]

    @property
    def more_barriers(self) -> int:
        return len(self.all_barriers) - len(self.barriers)

    @property
    def name(self) -> str:
        return str(self.level.label)

    @property
    def open_actions(self) -> list[PlannedAction]:
        """What is still to happen, proposals too."""
        return [action for action in self.actions if not action.is_closed]

    @property
    def closed_actions(self) -> list[PlannedAction]:
        """What is done or dropped."""
        return [action for action in self.actions if action.is_closed]

    @property
    def is_empty(self) -> bool:
        return not (self.record or self.vision or self.barriers or self.actions)

    @property
    def reflected_on(self) -> date | None:
        return self.record.reflected_on if self.record else None

    @property
    def questions(self) -> list[AnsweredQuestion]:
        return self.record.questions if self.record else []


@dataclass(frozen=True)
class PlanContents:
    """A plan for one reader on one day."""

    today: date
    levels: list[PlannedLevel]

    @property
    def is_empty(self) -> bool:
        return all(level.is_empty for level in self.levels)

    @property
    def actions(self) -> list[PlannedAction]:
        return [action for level in self.levels for action in level.actions]

    @property
    def open_actions(self) -> list[PlannedAction]:
        return [action for action in self.actions if not action.is_closed]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many actions have each status: value, label, number; those with none left out."""
        counts = Counter(action.status for action in self.actions)
        return [(s.value, str(s.label), counts[s]) for s in Action.Status if counts[s]]

    @property
    def overdue(self) -> int:
        return sum(action.is_overdue for action in self.actions)

    @property
    def needing_owner(self) -> int:
        return sum(action.is_open and not action.who for action in self.actions)

    @property
    def unanswered_barriers(self) -> int:
        return sum(not each.actions for level in self.levels for each in level.all_barriers)


def personal_plan_contents(reader: User) -> PlanContents:
    """A person's own plan as it is today; five queries."""
    actions = planned_actions(Action.objects.in_own_plan(reader).for_plan(), reader=reader)
    return PlanContents(reader.today, personal_plan_levels(actions, reader=reader))


def personal_plan_levels(
    planned: list[PlannedAction], *, reader: User, asked: ActionFilter | None = None
) -> list[PlannedLevel]:
    """The levels of a person's own plan with these of its actions; three queries.

    How they were answered and what gets in the way is there as in `shared_plan_levels`.
    """
    is_whole = asked is None or asked.is_whole_plan
    records = latest_records(reader) if is_whole else {}
    levels = []
    for level in Level:
        if asked and asked.wanted.get("level", level) != level:
            continue
        record = records.get(level)
        own = [action for action in planned if action.level == level]
        barriers = planned_barriers(record, own) if is_whole else []
        vision = record.vision if record else ""
        levels.append(PlannedLevel(level, record, barriers, own, vision))
    return levels


def plan_contents(
    plan: ActionPlan, actions: ActionQuerySet, *, reader: User, asked: ActionFilter
) -> PlanContents:
    """Any plan with these of its actions, which are those that are asked for, for a file."""
    planned = planned_in(plan, actions.for_plan(), reader=reader)
    levels_of = personal_plan_levels if plan.is_personal else partial(shared_plan_levels, plan)
    return PlanContents(plan.today, levels_of(planned, reader=reader, asked=asked))


def planned_actions(actions, *, reader: User) -> list[PlannedAction]:
    """Those of one's own plan as they are today: open ones by date first, then the others."""
    planned = [planned_action(action, reader=reader, today=reader.today) for action in actions]
    return sorted(planned, key=lambda a: (not a.is_open, a.due_on or date.max, a.pk))


def planned_action(action: Action, *, reader: User, today: date) -> PlannedAction:
    """An action as somebody reads it on a day, which is the date where its plan is."""
    return PlannedAction(action, who_does(action, reader=reader), action.is_overdue(today))


def planned_in(plan: ActionPlan, actions: Iterable[Action], *, reader: User) -> list[PlannedAction]:
    """Actions of a group's plan as they are today where it is, in their order."""
    return [planned_action(action, reader=reader, today=plan.today) for action in actions]


def planned_anywhere(actions: Iterable[Action], *, reader: User) -> list[PlannedAction]:
    """Those of somebody, `with_plans`, as they are today where each plan is, in their order."""
    planned = []
    for action in actions:
        if action.plan.user_id == reader.pk:
            action.plan.user = reader
        planned.append(planned_action(action, reader=reader, today=action.plan.today))
    return planned


def who_does(action: Action, *, reader: User) -> str:
    """The owner's name; nothing if it needs one. Addresses are for those who manage people."""
    if action.owner_id is None:
        return action.owner_name
    if action.owner_id == reader.pk:
        return str(reader)
    return action.owner.public_name


def planned_barriers(
    record: LevelRecord | None, actions: list[PlannedAction]
) -> list[PlannedBarrier]:
    """The barriers named last, then older ones that actions still answer."""
    barriers = {
        barrier.pk: PlannedBarrier(barrier.pk, barrier.text)
        for barrier in (record.barriers if record else [])
    }
    for action in actions:
        for link in action.action_barriers.all():
            key = link.barrier_id or link.text
            if key not in barriers:
                barriers[key] = PlannedBarrier(link.barrier_id, link.text)
            barriers[key].actions.append(action)
    return list(barriers.values())


# --- The plan of a group -------------------------------------------------------------------------

BARRIERS_A_LEVEL = 20  # of a large group; the results have them all


@dataclass(frozen=True)
class Overview:
    """How a plan goes, in a few numbers; made from `ActionQuerySet.tally`."""

    rows: list[dict]

    @property
    def total(self) -> int:
        return sum(row["actions"] for row in self.rows)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many actions have each status: value, label, number; those with none left out."""
        counts: Counter = Counter()
        for row in self.rows:
            counts[row["status"]] += row["actions"]
        return [(s.value, str(s.label), counts[s]) for s in Action.Status if counts[s]]

    @property
    def levels(self) -> set[str]:
        """Those that have any action."""
        return {row["level"] for row in self.rows}

    @property
    def overdue(self) -> int:
        return sum(row["late"] for row in self.rows)

    @property
    def proposed(self) -> int:
        return sum(row["actions"] for row in self.rows if row["status"] == Action.Status.PROPOSED)

    @property
    def needing_owner(self) -> int:
        return sum(
            row["actions"]
            for row in self.rows
            if row["status"] in OPEN and not row["owner"] and not row["owner_name"]
        )

    @property
    def owners(self) -> list[tuple[str, str]]:
        """Whoever has an action, for a list to be filtered by: (value, name)."""
        found = {}
        for row in self.rows:
            if row["owner"]:
                found[f"account:{row['owner']}"] = row["owner__name"] or str(NAMELESS)
            elif row["owner_name"]:
                found[f"name:{row['owner_name']}"] = row["owner_name"]
        return sorted(found.items(), key=lambda owner: owner[1].casefold())


def shared_plan_levels(
    plan: ActionPlan, planned: list[PlannedAction], *, reader: User, asked: ActionFilter
) -> list[PlannedLevel]:
    """The levels of a group's plan with these of its actions; three queries.

    Where people want to be and what gets in the way is there only if the whole plan, or a whole
    level of it, is asked for.
    """
    barriers = group_barriers(plan, reader=reader) if asked.is_whole_plan else {}
    levels = []
    for level in Level:
        if asked.wanted.get("level", level) != level:
            continue
        levels.append(
            PlannedLevel(
                level,
                None,
                barriers.get(level, []),
                [action for action in planned if action.level == level],
                vision=plan.visions.get(level, "") if asked.is_whole_plan else "",
                most_barriers=BARRIERS_A_LEVEL,
            )
        )
    return levels


def group_barriers(plan: ActionPlan, *, reader: User) -> dict[str, list[PlannedBarrier]]:
    """By level, what people shared in the group's last round, then what actions still answer."""
    found: dict[str, dict] = {}
    for text in latest_barriers(plan.group):
        here = found.setdefault(text.level, {})
        here[text.pk] = PlannedBarrier(text.pk, text.text)
    links = ActionBarrier.objects.filter(action__plan=plan).exclude(text="")
    for link in links.select_related("action").order_by("pk"):
        here = found.setdefault(link.action.level, {})
        key = str(link.barrier_id) if link.barrier_id else link.text
        barrier = here.setdefault(key, PlannedBarrier(link.barrier_id, link.text))
        late = link.action.is_overdue(plan.today)
        barrier.actions.append(PlannedAction(link.action, "", late))
    return {level: list(barriers.values()) for level, barriers in found.items()}


# --- From round to round -------------------------------------------------------------------------


def actions_to_review(group, *, reader: User) -> ActionQuerySet:
    """What a group has still to do, proposals too: gone through before its next round opens."""
    plans = ActionPlan.objects.visible_to(reader).of_group(group)
    actions = Action.objects.filter(plan__in=plans.values("pk"))
    return actions.in_hand().for_list().sorted_by("due")


@dataclass(frozen=True)
class DoneSince:
    """What a group did since its last round closed, for people who reflect again."""

    plan: ActionPlan
    actions: list[Action]
    open: int


def done_since_last_round(round_: Round, *, reader: User) -> DoneSince | None:
    """What was done, and how much is still to do; None for whoever does not read the plan."""
    plan = ActionPlan.objects.visible_to(reader).of_group(round_.group).first()
    if plan is None:
        return None
    done = plan.actions.filter(status=Action.Status.DONE).order_by("-completed_at", "pk")
    last = Round.objects.before(round_).order_by("-closed_at").first()
    if last is not None:
        done = done.filter(completed_at__gte=last.closed_at)
    return DoneSince(plan, list(done[:20]), plan.actions.open().count())


# --- The story of an action ----------------------------------------------------------------------


@dataclass(frozen=True)
class StoryEntry:
    """Something that happened to an action, in sentences; and who did it, in a group's plan."""

    made_at: datetime
    sentences: list[str]
    note: str
    author: str


def story_of(action: Action) -> list[StoryEntry]:
    """What changed in an action, the latest first."""
    nobody = _("Somebody whose name is not kept")
    return [
        StoryEntry(
            update.made_at,
            sentences_about(update.changes),
            update.note,
            update.author.public_name if update.author else nobody,
        )
        for update in action.updates.select_related("author")
    ]


def sentences_about(changes: dict[str, list[str]]) -> list[str]:
    """Recorded changes as people read them; who does it is named by role, never by a kept name."""
    sentences = []
    for name, (was, now) in changes.items():
        if name == WITHDRAWN:
            continue  # its status says so
        if name in TOLD:
            sentences.append(str(TOLD[name][now]))
        elif name == "status" and not was:
            sentences.append(_("Added to the plan"))
        elif name == "status" and was == Action.Status.PROPOSED:
            sentences.append(answer_to_proposal(now, changes))
        elif name == "status":
            labels = dict(Action.Status.choices)
            sentences.append(
                _("Status: from “%(was)s” to “%(now)s”") % {"was": labels[was], "now": labels[now]}
            )
        elif name == "due_on":
            sentences.append(
                _("By when: from %(was)s to %(now)s") % {"was": day(was), "now": day(now)}
            )
        elif name == "owner":
            sentences.append(_("Who does it was changed"))
        elif name == "owner_name":
            if "owner" not in changes:
                sentences.append(_("Who does it was changed"))
        elif name in ("you_said", "we_did"):  # whose drafts are for those who write them
            sentences.append(_("Changed: %(field)s") % {"field": field_name(name)})
        elif was:
            changed = {"field": field_name(name), "was": Truncator(was).chars(MOST_OF_BEFORE)}
            sentences.append(_("Changed: %(field)s. Before: “%(was)s”") % changed)
        else:
            sentences.append(_("Added: %(field)s") % {"field": field_name(name)})
    return sentences


def answer_to_proposal(status: str, changes: dict[str, list[str]]) -> str:
    """What became of a proposal, in the words of its story."""
    if WITHDRAWN in changes:
        return _("Taken back, before it was answered")
    return _("Declined") if status == Action.Status.DROPPED else _("Accepted from a proposal")


def day(iso: str) -> str:
    return long_date(date.fromisoformat(iso)) if iso else _("no date")


def field_name(name: str) -> str:
    return str(Action._meta.get_field(name).verbose_name)
