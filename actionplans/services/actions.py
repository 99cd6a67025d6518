"""Adding actions to a plan, changing them, and telling how they go."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from actionplans.models import Action, ActionBarrier, ActionPlan, ActionUpdate
from actionplans.reminders import tell_of_proposal, tell_owner
from organisations.models import User
from reflections.models import Barrier

CHANGEABLE = [
    "title",
    "detail",
    "measure",
    "with_partners",
    "owner",
    "owner_name",
    "due_on",
    "status",
    "you_said",
    "we_did",
]


class EditConflict(Exception):
    """The action changed since its editor began; `action` is how it is now.

    `fields` are those that both changed; `others` those that only somebody else did.
    """

    def __init__(self, action: Action, fields: Iterable[str], others: Iterable[str] = ()):
        super().__init__(action.pk)
        self.action = action
        self.fields = frozenset(fields)
        self.others = frozenset(others) - self.fields


def add_action(
    plan: ActionPlan,
    *,
    by: User,
    made_with: uuid.UUID,
    level: str,
    barriers: Iterable[Barrier] = (),
    **fields,
) -> Action:
    """Promise something. `made_with` names the form it was typed in: sent twice, it is one.

    In a group's plan, the same words for the same barrier are one action, whoever sends them.
    """
    barriers = list(barriers)
    try:
        with transaction.atomic():
            if twin := twin_of(plan, fields["title"], barriers):
                return twin
            action = Action.objects.create(plan=plan, made_with=made_with, level=level, **fields)
            if not plan.is_personal:
                barriers = still_shared(barriers)
            ActionBarrier.objects.bulk_create(
                ActionBarrier(action=action, barrier=barrier, text=words_for(plan, barrier))
                for barrier in barriers
            )
            action.updates.create(author=by, changes={"status": ["", action.status]})
            tell_owner(action, by=by)
            tell_of_proposal(action, by=by)
    except IntegrityError:
        before = Action.objects.filter(made_with=made_with).first()
        if before is None:
            raise
        if before.plan_id == plan.pk and was_added_as(before, fields):
            return before
        # The same form with other words, or for another plan: that is another promise, and
        # nobody's words are dropped.
        return add_action(
            plan, by=by, made_with=uuid.uuid4(), level=level, barriers=barriers, **fields
        )
    return action


def was_added_as(action: Action, fields: dict[str, Any]) -> bool:
    """Whether an action said this when it was added, whatever has become of it since."""
    at_first = changed_since(action, 0)
    return all(
        at_first.get(name, as_text(getattr(action, name))) == as_text(value)
        for name, value in fields.items()
    )


def twin_of(plan: ActionPlan, title: str, barriers: list[Barrier]) -> Action | None:
    """The action that answers these barriers in the same words already, in a group's plan."""
    if plan.is_personal or not barriers:
        return None
    ActionPlan.objects.select_for_update().get(pk=plan.pk)
    same = plan.actions.in_hand().filter(title__iexact=title)
    return same.filter(action_barriers__barrier__in=barriers).order_by("pk").first()


def still_shared(barriers: list[Barrier]) -> list[Barrier]:
    """Those that nobody took back since they were read."""
    shared = Barrier.objects.filter(pk__in=[each.pk for each in barriers], shared=True)
    rows = shared.select_for_update(of=("self",)).order_by("pk")
    return list(rows.select_related("reflection__participation__round"))


def words_for(plan: ActionPlan, barrier: Barrier) -> str:
    """The copy of a barrier that an action keeps: none of a named round in a group's plan."""
    round_ = barrier.reflection.participation.round
    return "" if round_ and round_.is_named and not plan.is_personal else barrier.text


@transaction.atomic
def change_action(action: Action, *, by: User, version: int, **fields) -> Action:
    """Change what an action says, and leave what others changed since `version` as it is.

    EditConflict if both changed the same; then nothing is written.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    theirs = changed_since(before, version)
    mine = {
        name: value
        for name, value in fields.items()
        if as_text(value) != theirs.get(name, as_text(getattr(before, name)))
    }
    changes = changes_to(before, mine)
    both = changes.keys() & theirs.keys()
    if two_owners(before, mine):
        both |= {"owner", "owner_name"}
    if needs_somebody(before, mine):  # others have taken it up again meanwhile
        both |= mine.keys() & {"owner", "owner_name", "due_on"}
    if both:
        raise EditConflict(before, both, theirs)
    if changes:
        changed = {name: fields[name] for name in changes}
        write_change(before, changed, by=by, changes=changes)
    if "owner" in changes:
        tell_owner(before, by=by)
    return before


def two_owners(action: Action, fields: dict[str, Any]) -> bool:
    """Whether `fields` would give an action somebody with an account and somebody without."""
    owner = fields.get("owner", action.owner)
    return bool(owner and fields.get("owner_name", action.owner_name))


def latest_status_of(action: Action) -> ActionUpdate | None:
    return action.updates.filter(changes__has_key="status").first()


def needs_somebody(action: Action, fields: dict[str, Any]) -> bool:
    """Whether an action with these `fields` would be a promise of nobody, or for no day."""
    if fields.get("status", action.status) in (Action.Status.PROPOSED, Action.Status.DROPPED):
        return False
    someone = fields.get("owner", action.owner) or fields.get("owner_name", action.owner_name)
    return not (someone or action.owner_left) or not fields.get("due_on", action.due_on)


def changed_since(action: Action, version: int) -> dict[str, str]:
    """What others changed in an action since `version`, and what that was: {field: as text}.

    All that can be changed, if its story does not say.
    """
    since = list(action.updates.filter(version__gt=version).order_by("version"))
    if len(since) != action.version - version:
        return dict.fromkeys(CHANGEABLE, "")
    was: dict[str, str] = {}
    for update in since:
        for name, (before, _after) in update.changes.items():
            was.setdefault(name, before)
    return was


def write_change(
    action: Action, fields: dict[str, Any], *, by: User, changes: dict, note: str = ""
) -> None:
    """Write fields of an action as it was fetched, and add to its story."""
    moved = Action.objects.filter(pk=action.pk, version=action.version)
    if not moved.update(version=F("version") + 1, **fields):
        raise EditConflict(action, changes)
    action.refresh_from_db()
    action.updates.create(author=by, note=note, changes=changes, version=action.version)


def changes_to(action: Action, fields: dict) -> dict[str, list[str]]:
    """What `fields` would change, as the story of an action keeps it: {field: [from, to]}."""
    changes = {
        name: [as_text(getattr(action, name)), as_text(value)] for name, value in fields.items()
    }
    return {name: [was, now] for name, [was, now] in changes.items() if was != now}


def as_text(value: object) -> str:
    """A field's value for the story of an action: words and dates, never a person's name."""
    if isinstance(value, User):
        return str(value.pk)
    return "" if value is None else str(value)
