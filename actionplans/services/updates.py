"""Telling how an action goes."""

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
    """Whether it is a proposal that was declined, or taken back."""
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
    if before.status == Action.Status.PROPOSED:
        raise ValidationError(_("Accept this proposal first, or decline it"))
    theirs = changed_since(before, version)
    was = theirs.get("status", before.status)
    if not note and status == was:
        raise ValidationError(_("Choose another status, or write what has changed"))
    if not note and status in NEEDS_A_WORD:
        raise ValidationError({"note": NEEDS_A_WORD[status]})
    if before.version != version and before.status == status:
        latest = before.updates.filter(author=by).first()
        if latest and latest.note == note:
            return before  # the same update, sent twice
    if status == was:
        status = before.status  # a note alone leaves it where others moved it
    elif "status" in theirs and status != before.status:
        raise EditConflict(before, {"status"})
    if status != before.status and was_turned_down(before) and not looks_after(before.plan, by):
        raise ValidationError({"status": TURNED_DOWN})
    if needs_somebody(before, {"status": status}):
        raise ValidationError({"status": NEEDS_SOMEBODY})
    done = status == Action.Status.DONE
    changed = {
        "status": status,
        "completed_at": (before.completed_at or timezone.now()) if done else None,
        "completed_by": (before.completed_by if before.completed_at else by) if done else None,
    }
    changes = changes_to(before, {"status": status})
    write_change(before, changed, by=by, note=note, changes=changes)
    follow_raised(before, by=by, note=note)
    return before
