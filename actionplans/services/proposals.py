"""Proposals are answered by those who look after the plan; their proposer may take them back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from actionplans.models import Action
from actionplans.reminders import tell_owner
from actionplans.services.actions import (
    EditConflict,
    change_action,
    changed_since,
    changes_to,
    latest_status_of,
    write_change,
)
from organisations.models import User
from organisations.outbox import write_letter

WITHDRAWN = "proposal_withdrawn"  # a key in `ActionUpdate.changes`: its proposer took it back


@transaction.atomic
def accept_proposal(action: Action, *, by: User, version: int, **fields: Any) -> Action:
    """Make a proposal a planned action, in the editor's words; EditConflict if it has changed.

    ValidationError if it was answered already.
    """
    return answer_proposal(
        action, by=by, version=version, status=Action.Status.PLANNED.value, **fields
    )


@transaction.atomic
def decline_proposal(action: Action, *, by: User, version: int, reason: str) -> Action:
    """Decline a proposal, with a reason. The same errors as `accept_proposal`."""
    return answer_proposal(
        action, by=by, version=version, status=Action.Status.DROPPED.value, note=reason
    )


@transaction.atomic
def change_proposal(action: Action, *, by: User, version: int, **fields: Any) -> Action:
    """Change one's own proposal; ValidationError if somebody has answered it.

    EditConflict if others changed the same field.
    """
    unanswered_proposal(action)
    return change_action(action, by=by, version=version, **fields)


@transaction.atomic
def withdraw_proposal(action: Action, *, by: User, reason: str = "") -> Action:
    """Take back one's own proposal. Harmless when repeated.

    ValidationError if somebody has answered it.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    if was_withdrawn(before):
        return before
    before = unanswered_proposal(before)
    dropped = {"status": Action.Status.DROPPED.value}
    changes = changes_to(before, dropped) | {WITHDRAWN: ["", "yes"]}
    write_change(before, dropped, by=by, note=reason, changes=changes)
    return before


def unanswered_proposal(action: Action) -> Action:
    """The proposal, its row locked; ValidationError if it was answered or taken back."""
    before = Action.objects.select_for_update().get(pk=action.pk)
    if before.status != Action.Status.PROPOSED:
        raise ValidationError(why_it_is_over(before))
    return before


def why_it_is_over(proposal: Action) -> str:
    """The sentence for somebody who is too late to answer or to change a proposal."""
    if was_withdrawn(proposal):
        return _("Whoever proposed this has taken it back")
    return _("Somebody has answered this proposal already")


def answer_proposal(
    action: Action, *, by: User, version: int, status: str, note: str = "", **fields: Any
) -> Action:
    """Give a proposal its new status, and write to its proposer and its owner."""
    before = unanswered_proposal(action)
    if before.version != version:
        raise EditConflict(before, changed_since(before, version))
    values = {**fields, "status": status}
    write_change(before, values, by=by, note=note, changes=changes_to(before, values))
    tell_owner(before, by=by)
    proposer = before.proposed_by
    if proposer and proposer != by:
        write_letter("proposal_answered", to=proposer.email, recipient=proposer, about=before)
    return before


def was_withdrawn(action: Action) -> bool:
    """True for a proposal that was taken back and not taken up since."""
    latest = latest_status_of(action)
    return latest is not None and WITHDRAWN in latest.changes
