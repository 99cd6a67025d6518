"""Raising an action that a group cannot solve to the plan above, and answering there."""

import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans import events
from actionplans.models import Action, ActionPlan, Escalation
from actionplans.raised import kind_of, tell_below, write_to_those_below
from actionplans.services import add_action, plan_of, was_added_as
from organisations.groups import event_target
from organisations.history import record_event
from organisations.models import Organisation, System, User
from organisations.outbox import letters_to, people_in_charge, write_letters

Status = Escalation.Status
ANSWERED = gettext_lazy("This was answered meanwhile. Go back to what was raised to see the answer")
TAKEN_BACK = gettext_lazy("Those who raised this have taken it back meanwhile")


def group_above(plan: ActionPlan) -> Organisation | System | None:
    """Who can help a group that cannot solve something; None for a person and for a system."""
    if plan.team:
        return plan.team.organisation
    return plan.organisation.system if plan.organisation else None


def raise_action(
    action: Action, *, by: User, made_with: uuid.UUID, title: str, detail: str = ""
) -> Escalation:
    """Ask the plan above for what is needed, in new words; those of the action stay where they are.

    ValidationError for one that cannot be raised, or that waits for an answer already. `made_with`
    names the form it was typed in: sent twice, it is one, and none once it was taken back.
    """
    above = group_above(action.plan)
    if above is None or not Action.objects.raisable().contains(action):
        raise ValidationError(_("This action cannot be raised. Perhaps it is over meanwhile"))
    try:
        with transaction.atomic():
            escalation = Escalation.objects.create(
                action=action,
                plan=plan_of(above),
                title=title,
                detail=detail,
                raised_by=by,
                made_with=made_with,
            )
            tell_below(escalation, by=by, was="", now=Status.RAISED.value)
            people = dict(people_in_charge(above))
            people.pop(by.pk, None)
            write_letters(letters_to(people.items(), "escalation_raised", about=escalation))
            record_event(events.ESCALATION_RAISED, by=by, **event_target(action.plan.group))
    except IntegrityError as error:
        before = Escalation.objects.filter(action=action, made_with=made_with).first()
        waits = Escalation.objects.current().filter(action=action).exists()
        if before and before.status == Status.WITHDRAWN and not waits:
            raise ValidationError(
                _("This was taken back. If it should be raised after all, send it once more")
            ) from error
        if before and (before.title, before.detail) == (title, detail):
            return before
        if before and not waits:  # the same form with other words: nobody's words are dropped
            return raise_action(action, by=by, made_with=uuid.uuid4(), title=title, detail=detail)
        raise ValidationError(
            _("This is raised already. You can raise it again once it is declined or done")
        ) from error
    return escalation


@transaction.atomic
def withdraw_escalation(escalation: Escalation, *, by: User) -> None:
    """Take back what was raised and nobody has answered: its words go. Twice is once.

    ValidationError if it was answered meanwhile.
    """
    here = Escalation.objects.filter(pk=escalation.pk)
    if here.waiting().update(status=Status.WITHDRAWN, title="", detail=""):
        tell_below(escalation, by=by, was=Status.RAISED.value, now="withdrawn")
        group = escalation.action.plan.group
        record_event(events.ESCALATION_WITHDRAWN, by=by, **event_target(group))
    elif here.with_words().exists():
        raise ValidationError(_("This was answered meanwhile, so it cannot be taken back"))


@transaction.atomic
def accept_escalation(escalation: Escalation, *, by: User, reply: str = "", **fields) -> Action:
    """Make an action of what was raised, in the plan that it was raised to; once.

    ValidationError if somebody else has answered, or it was declined.
    """
    if not answer(escalation, by=by, status=Status.ACCEPTED, reply=reply):
        before = answered(escalation, by=by, status=Status.ACCEPTED, reply=reply)
        action = Action.objects.get(raised_as=before)
        if not was_added_as(action, fields):
            raise ValidationError(ANSWERED)
        return action
    action = add_action(
        escalation.plan,
        by=by,
        made_with=uuid.uuid4(),
        level=kind_of(escalation.plan),
        **fields,
    )
    Escalation.objects.filter(pk=escalation.pk).update(became=action)
    whence = f"raised_by_{kind_of(escalation.action.plan)}"
    action.updates.create(author=by, changes={whence: ["", Status.ACCEPTED.value]})
    return action


@transaction.atomic
def decline_escalation(escalation: Escalation, *, by: User, reply: str) -> None:
    """Say no to what was raised, and why. ValidationError if somebody else has answered."""
    if not answer(escalation, by=by, status=Status.DECLINED, reply=reply):
        answered(escalation, by=by, status=Status.DECLINED, reply=reply)


def answer(escalation: Escalation, *, by: User, status: str, reply: str) -> bool:
    """Give the one answer, and tell those who raised it; whether there was none yet."""
    waiting = Escalation.objects.waiting().filter(pk=escalation.pk)
    now = timezone.now()
    if not waiting.update(status=status, reply=reply, answered_by=by, answered_at=now):
        return False
    tell_below(escalation, by=by, was=Status.RAISED.value, now=str(status), note=reply)
    write_to_those_below(escalation, by=by, occasion=str(status))
    record_event(events.ESCALATION_ANSWERED, by=by, **event_target(escalation.action.plan.group))
    return True


def answered(escalation: Escalation, *, by: User, status: str, reply: str) -> Escalation:
    """The answer that there is, if it is the same from the same person; else ValidationError."""
    before = Escalation.objects.get(pk=escalation.pk)
    if before.status == Status.WITHDRAWN:
        raise ValidationError(TAKEN_BACK)
    if (before.answered_by_id, before.status, before.reply) != (by.pk, status, reply):
        raise ValidationError(ANSWERED)
    return before
