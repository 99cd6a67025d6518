"""The contents of a plan by level, made once for the page and for every file."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from actionplans.models import Action, ActionBarrier, ActionPlan
from actionplans.querysets import ActionQuerySet
from onestepback.pages.actions.filters import ActionFilter
from onestepback.pages.actions.reading import PlannedAction, planned_actions, planned_in
from organisations.models import User
from reflections.answered import AnsweredQuestion, LevelRecord, latest_records
from reflections.models import Level
from reflections.summaries import latest_barriers


@dataclass(frozen=True)
class PlannedBarrier:
    """A barrier and the actions that answer it; `pk` is None once its author deleted it."""

    pk: object
    text: str
    actions: list[PlannedAction] = field(default_factory=list)


@dataclass(frozen=True)
class PlannedLevel:
    """One level of a plan: the last answers, the barriers and the actions."""

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

    @cached_property
    def open_actions(self) -> list[PlannedAction]:
        """The actions that are still to do, with proposals."""
        return [action for action in self.actions if not action.is_closed]

    @cached_property
    def closed_actions(self) -> list[PlannedAction]:
        """The actions that are done or dropped."""
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
        """The numbers of actions by status: (value, label, number), without those that are 0."""
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


# The barriers that each action answers, by the action's key.
type Links = Mapping[int, Iterable[ActionBarrier]]


def links_of(planned: Iterable[PlannedAction]) -> Links:
    """The barriers that actions answer, which were loaded `for_plan`."""
    return {action.pk: action.action_barriers.all() for action in planned}


def personal_plan_contents(reader: User) -> PlanContents:
    """A person's own plan as it is today; it takes five queries."""
    actions = planned_actions(Action.objects.in_own_plan(reader), reader=reader)
    links: dict[int, list[ActionBarrier]] = {action.pk: [] for action in actions}
    for link in ActionBarrier.objects.filter(action__plan__user=reader).order_by("pk"):
        links.setdefault(link.action_id, []).append(link)  # perhaps of one added just now
    return PlanContents(reader.today, personal_plan_levels(actions, links, reader=reader))


def personal_plan_levels(
    planned: list[PlannedAction],
    links: Links,
    *,
    reader: User,
    asked: ActionFilter | None = None,
) -> list[PlannedLevel]:
    """The levels of a person's own plan with the given actions; it takes three queries.

    The last answers and the barriers are there only if the whole plan, or a whole level of it, is
    asked for.
    """
    is_whole = asked is None or asked.is_whole_plan
    records = latest_records(reader) if is_whole else {}
    levels = []
    for level in Level:
        if asked and asked.wanted.get("level", level) != level:
            continue
        record = records.get(level)
        own = [action for action in planned if action.level == level]
        barriers = planned_barriers(record, own, links) if is_whole else []
        vision = record.vision if record else ""
        levels.append(PlannedLevel(level, record, barriers, own, vision))
    return levels


def plan_contents(
    plan: ActionPlan, actions: ActionQuerySet, *, reader: User, asked: ActionFilter
) -> PlanContents:
    """The contents of any plan for a file, with the actions that were asked for."""
    planned = planned_in(plan, actions.for_plan(), reader=reader)
    if plan.is_personal:
        levels = personal_plan_levels(planned, links_of(planned), reader=reader, asked=asked)
    else:
        levels = shared_plan_levels(plan, planned, asked=asked)
    return PlanContents(plan.today, levels)


def planned_barriers(
    record: LevelRecord | None, actions: list[PlannedAction], links: Links
) -> list[PlannedBarrier]:
    """The barriers of the last reflection, then older ones that actions still answer."""
    barriers: dict[object, PlannedBarrier] = {
        barrier.pk: PlannedBarrier(barrier.pk, barrier.text)
        for barrier in (record.barriers if record else [])
    }
    for action in actions:
        for link in links[action.pk]:
            key = link.barrier_id or link.text
            if key not in barriers:
                barriers[key] = PlannedBarrier(link.barrier_id, link.text)
            barriers[key].actions.append(action)
    return list(barriers.values())


# --- The plan of a group -------------------------------------------------------------------------

BARRIERS_A_LEVEL = 20  # of a large group; the results have them all


def shared_plan_levels(
    plan: ActionPlan, planned: list[PlannedAction], *, asked: ActionFilter
) -> list[PlannedLevel]:
    """The levels of a group's plan with the given actions; it takes three queries.

    Visions and barriers are there only if the whole plan, or a whole level of it, is asked for.
    """
    barriers = group_barriers(plan) if asked.is_whole_plan else {}
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


def group_barriers(plan: ActionPlan) -> dict[str, list[PlannedBarrier]]:
    """By level: the barriers shared in the group's last round, then others that actions answer."""
    by_level: dict[str, dict] = {}
    for text in latest_barriers(plan.shared_group):
        barriers = by_level.setdefault(text.level, {})
        barriers[text.pk] = PlannedBarrier(text.pk, text.text)
    links = ActionBarrier.objects.filter(action__plan=plan).exclude(text="")
    for link in links.select_related("action").order_by("pk"):
        barriers = by_level.setdefault(link.action.level, {})
        key = str(link.barrier_id) if link.barrier_id else link.text
        barrier = barriers.setdefault(key, PlannedBarrier(link.barrier_id, link.text))
        late = link.action.is_overdue(plan.today)
        barrier.actions.append(PlannedAction(link.action, "", late))
    return {level: list(barriers.values()) for level, barriers in by_level.items()}
