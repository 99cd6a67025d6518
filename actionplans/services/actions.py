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
    """Somebody else changed the action since its editor began; `action` is as it is now.

    `fields` are those that both changed, `others` those that only somebody else changed. This is
    how an optimistic lock over `Action.version` refuses.
    """

    def __init__(self, action: Action, fields: Iterable[str], others: Iterable[str] = ()) -> None:
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
    **fields: Any,
) -> Action:
    """Add an action. `made_with` is the form's idempotency key: a form sent twice adds it once.

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
        # The same form with other words, or for another plan, is another promise: nobody's words
        # may be lost.
        return add_action(
            plan, by=by, made_with=uuid.uuid4(), level=level, barriers=barriers, **fields
        )
    return action


def was_added_as(action: Action, fields: dict[str, Any]) -> bool:
    """True if an action had these fields when it was added, whatever changed since."""
    first_values = changed_since(action, 0)
    return all(
        first_values.get(name, as_text(getattr(action, name))) == as_text(value)
        for name, value in fields.items()
    )


def twin_of(plan: ActionPlan, title: str, barriers: list[Barrier]) -> Action | None:
    """The action in a group's plan with the same title for one of these barriers, if any.

    It locks the plan's row, so that of two who add the same at once the second finds the first.
    """
    if plan.is_personal or not barriers:
        return None
    ActionPlan.objects.select_for_update().get(pk=plan.pk)
    same_title = plan.actions.in_hand().filter(title__iexact=title)
    return same_title.filter(action_barriers__barrier__in=barriers).order_by("pk").first()


def still_shared(barriers: list[Barrier]) -> list[Barrier]:
    """The barriers that their authors still share, locked until the end of the transaction."""
    shared = Barrier.objects.filter(pk__in=[each.pk for each in barriers], shared=True)
    rows = shared.select_for_update(of=("self",)).order_by("pk")
    return list(rows.select_related("reflection__participation__round"))


def words_for(plan: ActionPlan, barrier: Barrier) -> str:
    """The copy of a barrier's words for an action; empty for a named round in a group's plan."""
    round_ = barrier.reflection.participation.round
    return "" if round_ and round_.is_named and not plan.is_personal else barrier.text


@transaction.atomic
def change_action(action: Action, *, by: User, version: int, **fields: Any) -> Action:
    """Change fields of an action, and keep the fields that others changed since `version`.

    EditConflict if both changed the same field; then nothing is written.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    changed_by_others = changed_since(before, version)
    edited = {
        name: value
        for name, value in fields.items()
        if as_text(value) != changed_by_others.get(name, as_text(getattr(before, name)))
    }
    changes = changes_to(before, edited)
    both = changes.keys() & changed_by_others.keys()
    if two_owners(before, edited):
        both |= {"owner", "owner_name"}
    if needs_somebody(before, edited):  # others have taken it up again meanwhile
        both |= edited.keys() & {"owner", "owner_name", "due_on"}
    if both:
        raise EditConflict(before, both, changed_by_others)
    if changes:
        changed = {name: fields[name] for name in changes}
        write_change(before, changed, by=by, changes=changes)
    if "owner" in changes:
        tell_owner(before, by=by)
    return before


def two_owners(action: Action, fields: dict[str, Any]) -> bool:
    """True if `fields` would give an action two owners: one with an account and one without."""
    owner = fields.get("owner", action.owner)
    return bool(owner and fields.get("owner_name", action.owner_name))


def latest_status_of(action: Action) -> ActionUpdate | None:
    return action.updates.filter(changes__has_key="status").first()


def needs_somebody(action: Action, fields: dict[str, Any]) -> bool:
    """True if an action with these `fields` would be promised without an owner or a date."""
    if fields.get("status", action.status) in (Action.Status.PROPOSED, Action.Status.DROPPED):
        return False
    someone = fields.get("owner", action.owner) or fields.get("owner_name", action.owner_name)
    return not (someone or action.owner_left) or not fields.get("due_on", action.due_on)


def changed_since(action: Action, version: int) -> dict[str, str]:
    """Fields that others changed since `version`, with the text before: {field: text}.

    All changeable fields, if an update is missing in the story and it cannot say.
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
    action: Action,
    fields: dict[str, Any],
    *,
    by: User,
    changes: dict[str, list[str]],
    note: str = "",
) -> None:
    """Write fields of an action and add to its story; EditConflict if its version has moved.

    One conditional UPDATE decides, because SQLite has no row locks.
    """
    moved = Action.objects.filter(pk=action.pk, version=action.version)
    if not moved.update(version=F("version") + 1, **fields):
        raise EditConflict(action, changes)
    action.refresh_from_db()
    action.updates.create(author=by, note=note, changes=changes, version=action.version)


def changes_to(action: Action, fields: dict[str, Any]) -> dict[str, list[str]]:
    """The fields that would change, as the story of an action keeps them: {field: [from, to]}."""
    changes = {
        name: [as_text(getattr(action, name)), as_text(value)] for name, value in fields.items()
    }
    return {name: [was, now] for name, [was, now] in changes.items() if was != now}


def as_text(value: object) -> str:
    """A field's value as the story of an action keeps it. A person is a key, never a name."""
    if isinstance(value, User):
        return str(value.pk)
    return "" if value is None else str(value)
