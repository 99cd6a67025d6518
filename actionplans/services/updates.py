"""Updates: what people say about how an action is going, and the status that they give it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.models import Action, ActionPlan
from actionplans.raising import follow_raised
from actionplans.services.actions import (
    EditConflict,
    changed_since,
    changes_to,
    latest_status_of,
    needs_somebody,
    write_change,
)
from organisations.models import User

NEEDS_A_WORD = {
    Action.Status.STUCK.value: gettext_lazy("Say what is in the way"),
    Action.Status.DROPPED.value: gettext_lazy("Say why you drop it"),
}
TURNED_DOWN = gettext_lazy(
    "This proposal was declined or taken back. Whoever looks after the plan can take it up"
)
NEEDS_SOMEBODY = gettext_lazy("Before it goes on, change the action: say who does it, by when")


def was_turned_down(action: Action) -> bool:
    """True for a proposal that was declined or taken back, and not taken up since."""
    if action.status != Action.Status.DROPPED:
        return False
    latest = latest_status_of(action)
    return latest is not None and latest.changes["status"][0] == Action.Status.PROPOSED


def looks_after(plan: ActionPlan, user: User) -> bool:
    return ActionPlan.objects.editable_by(user).contains(plan)


@transaction.atomic
def record_update(action: Action, *, by: User, version: int, status: str, note: str = "") -> Action:
    """Add to an action's story and move it; EditConflict if others moved it since `version`.

    ValidationError for an update that says nothing, or lacks the words that its status needs.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    new_status = check_update(before, by=by, version=version, status=status, note=note)
    if new_status is None:
        return before
    changes = changes_to(before, {"status": new_status})
    fields = fields_of_status(before, new_status, by=by)
    write_change(before, fields, by=by, note=note, changes=changes)
    follow_raised(before, by=by, note=note)
    return before


def check_update(before: Action, *, by: User, version: int, status: str, note: str) -> str | None:
    """The status that an update gives to an action; None if the story has this update already.

    `before` is the action now, `version` the one that the author of the update saw. EditConflict
    and ValidationError as `record_update` says.
    """
    if before.status == Action.Status.PROPOSED:
        raise ValidationError(_("Accept this proposal first, or decline it"))
    changed_by_others = changed_since(before, version)
    status_seen = changed_by_others.get("status", before.status)
    check_words(status, note, status_seen=status_seen)
    if before.version != version and is_in_story(before, by=by, status=status, note=note):
        return None
    if status == status_seen:
        new_status = before.status  # a note alone leaves it where others moved it
    elif "status" in changed_by_others and status != before.status:
        raise EditConflict(before, {"status"})
    else:
        new_status = status
    check_move(before, new_status, by=by)
    return new_status


def check_words(status: str, note: str, *, status_seen: str) -> None:
    """ValidationError for an update without a note, where its status alone does not say enough."""
    if not note and status == status_seen:
        raise ValidationError(_("Choose another status, or write what has changed"))
    if not note and status in NEEDS_A_WORD:
        raise ValidationError({"note": NEEDS_A_WORD[status]})


def is_in_story(action: Action, *, by: User, status: str, note: str) -> bool:
    """True if an update was sent twice: its author's latest one, with the status that is there."""
    if action.status != status:
        return False
    latest = action.updates.filter(author=by).first()
    return latest is not None and latest.note == note


def check_move(before: Action, status: str, *, by: User) -> None:
    """ValidationError if this person may not give the action this status, or it lacks an owner."""
    is_moved = status != before.status
    if is_moved and was_turned_down(before) and not looks_after(before.plan, by):
        raise ValidationError({"status": TURNED_DOWN})
    if needs_somebody(before, {"status": status}):
        raise ValidationError({"status": NEEDS_SOMEBODY})


def fields_of_status(before: Action, status: str, *, by: User) -> dict[str, Any]:
    """The fields that an update writes. What is done already keeps its date and who did it."""
    if status != Action.Status.DONE:
        return {"status": status, "completed_at": None, "completed_by": None}
    if before.completed_at:
        return {"status": status}
    return {"status": status, "completed_at": timezone.now(), "completed_by": by}
