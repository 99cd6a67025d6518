"""Proposals: answered by whoever looks after the plan, changed and taken back by their proposer."""

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

WITHDRAWN = "proposal_withdrawn"  # in the changes of a story: its author dropped it, unanswered


@transaction.atomic
def accept_proposal(action: Action, *, by: User, version: int, **fields) -> Action:
    """Make a proposal a promise, as its editor worded it; EditConflict if it has moved since.

    ValidationError for one that was answered already.
    """
    return answer_proposal(
        action, by=by, version=version, status=Action.Status.PLANNED.value, **fields
    )


@transaction.atomic
def decline_proposal(action: Action, *, by: User, version: int, reason: str) -> Action:
    """Drop a proposal, with a word why."""
    return answer_proposal(
        action, by=by, version=version, status=Action.Status.DROPPED.value, note=reason
    )


@transaction.atomic
def change_proposal(action: Action, *, by: User, version: int, **fields) -> Action:
    """Change what one proposed oneself, while nobody has answered it; else ValidationError.

    EditConflict if others changed the same.
    """
    unanswered_proposal(action)
    return change_action(action, by=by, version=version, **fields)


@transaction.atomic
def withdraw_proposal(action: Action, *, by: User, reason: str = "") -> Action:
    """Drop what one proposed oneself, while nobody has answered it. Twice is once.

    ValidationError if somebody has answered.
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
    """A proposal, held until the end of the transaction; ValidationError if it does not wait."""
    before = Action.objects.select_for_update().get(pk=action.pk)
    if before.status != Action.Status.PROPOSED:
        raise ValidationError(why_it_is_over(before))
    return before


def why_it_is_over(proposal: Action) -> str:
    """What to tell somebody who would answer or change a proposal that does not wait any more."""
    if was_withdrawn(proposal):
        return _("Whoever proposed this has taken it back")
    return _("Somebody has answered this proposal already")


def answer_proposal(
    action: Action, *, by: User, version: int, status: str, note: str = "", **fields
) -> Action:
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
    """Whether it is a proposal that was taken back, and nothing came of it since."""
    latest = latest_status_of(action)
    return latest is not None and WITHDRAWN in latest.changes
