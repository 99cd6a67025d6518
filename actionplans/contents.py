"""What a plan says, level by level: made once, for the page and for every file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from actionplans.models import Action
from actionplans.raised import TOLD
from organisations.dates import long_date
from organisations.models import User
from reflections.models import Level
from reflections.records import AnsweredQuestion, LevelRecord, latest_records

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
    def answers(self) -> list[str]:
        """The barriers that it answers, in the words they had."""
        return [link.text for link in self.action.action_barriers.all()]


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
    barriers: list[PlannedBarrier]
    actions: list[PlannedAction]

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
        return not (self.record or self.barriers or self.actions)

    @property
    def reflected_on(self) -> date | None:
        return self.record.reflected_on if self.record else None

    @property
    def vision(self) -> str:
        return self.record.vision if self.record else ""

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
    def unanswered_barriers(self) -> int:
        return sum(not barrier.actions for level in self.levels for barrier in level.barriers)


def personal_plan_contents(reader: User) -> PlanContents:
    """A person's own plan as it is today; five queries."""
    records = latest_records(reader)
    actions = planned_actions(Action.objects.in_own_plan(reader).for_plan(), reader=reader)
    levels = []
    for level in Level:
        record = records.get(level)
        own = [action for action in actions if action.level == level]
        levels.append(PlannedLevel(level, record, planned_barriers(record, own), own))
    return PlanContents(reader.today, levels)


def planned_actions(actions, *, reader: User) -> list[PlannedAction]:
    """Actions as somebody reads them today: open ones by date first, then the others."""
    planned = [
        PlannedAction(action, who_does(action, reader=reader), action.is_overdue(reader.today))
        for action in actions
    ]
    return sorted(planned, key=lambda a: (not a.is_open, a.due_on or date.max, a.pk))


def who_does(action: Action, *, reader: User) -> str:
    """The owner's name; nothing if it needs one."""
    if action.owner_id == reader.pk:
        return str(reader)
    return action.owner_name or (str(action.owner) if action.owner else "")


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


@dataclass(frozen=True)
class StoryEntry:
    """Something that happened to an action, in sentences."""

    made_at: datetime
    sentences: list[str]
    note: str


def story_of(action: Action) -> list[StoryEntry]:
    """What changed in an action, the latest first."""
    return [
        StoryEntry(update.made_at, sentences_about(update.changes), update.note)
        for update in action.updates.all()
    ]


def sentences_about(changes: dict[str, list[str]]) -> list[str]:
    """Recorded changes as people read them; who does it is named by role, never by a kept name."""
    sentences = []
    for name, (was, now) in changes.items():
        if name in TOLD:
            sentences.append(str(TOLD[name][now]))
        elif name == "status" and not was:
            sentences.append(_("Added to the plan"))
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
        else:
            sentences.append(_("Changed: %(field)s") % {"field": field_name(name)})
    return sentences


def day(iso: str) -> str:
    return long_date(date.fromisoformat(iso)) if iso else _("no date")


def field_name(name: str) -> str:
    return str(Action._meta.get_field(name).verbose_name)
