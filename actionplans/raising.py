"""Raising an action that a group cannot solve to the plan above, and answering there."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans import events
from actionplans.models import Action, ActionPlan, Escalation
from actionplans.services.actions import add_action, was_added_as
from actionplans.services.plans import plan_of
from organisations.groups import event_target
from organisations.history import record_event
from organisations.models import Organisation, System, User
from organisations.outbox import letters_to, people_in_charge, write_letters

Status = Escalation.Status
# The status of a raised action, by that of the action that it became; else it is accepted.
FOLLOWS = {Action.Status.DONE.value: Status.DONE, Action.Status.DROPPED.value: Status.DECLINED}


# The sentences in the stories of both actions: {key in `changes`: {its second value: sentence}}.
TOLD = {
    "raised_to_organisation": {
        "raised": gettext_lazy("Raised to the organisation’s plan"),
        "withdrawn": gettext_lazy("Taken back from the organisation before it answered"),
        "accepted": gettext_lazy("The organisation accepted what was raised"),
        "declined": gettext_lazy("The organisation declined what was raised"),
        "done": gettext_lazy("The organisation has done what was raised"),
        "again": gettext_lazy("The organisation took up again what was raised"),
        "dropped": gettext_lazy("The organisation dropped what it had accepted"),
    },
    "raised_to_system": {
        "raised": gettext_lazy("Raised to the system’s plan"),
        "withdrawn": gettext_lazy("Taken back from the system before it answered"),
        "accepted": gettext_lazy("The system accepted what was raised"),
        "declined": gettext_lazy("The system declined what was raised"),
        "done": gettext_lazy("The system has done what was raised"),
        "again": gettext_lazy("The system took up again what was raised"),
        "dropped": gettext_lazy("The system dropped what it had accepted"),
    },
    "raised_by_team": {"accepted": gettext_lazy("A team raised it")},
    "raised_by_organisation": {"accepted": gettext_lazy("An organisation raised it")},
}
ANSWERED = gettext_lazy("This was answered meanwhile. Go back to what was raised to see the answer")
TAKEN_BACK = gettext_lazy("Those who raised this have taken it back meanwhile")


def group_above(plan: ActionPlan) -> Organisation | System | None:
    """The group whose plan an action can be raised to; None for a person and for a system."""
    if plan.team:
        return plan.team.organisation
    return plan.organisation.system if plan.organisation else None


def raise_action(
    action: Action, *, by: User, made_with: uuid.UUID, title: str, detail: str = ""
) -> Escalation:
    """Ask the plan above for what is needed, in new words. The action's own words stay below.

    ValidationError for an action that cannot be raised, or that waits for an answer already.
    `made_with` is the form's idempotency key: a form sent twice raises it once, and one that was
    taken back is not raised again.
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
            record_event(events.ESCALATION_RAISED, by=by, **event_target(action.plan.shared_group))
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
    """Take back a raised action that nobody has answered, and delete its words.

    Harmless when repeated. ValidationError if it was answered meanwhile.
    """
    stored = Escalation.objects.filter(pk=escalation.pk)
    if stored.waiting().update(status=Status.WITHDRAWN, title="", detail=""):
        tell_below(escalation, by=by, was=Status.RAISED.value, now="withdrawn")
        group = escalation.action.plan.shared_group
        record_event(events.ESCALATION_WITHDRAWN, by=by, **event_target(group))
    elif stored.with_words().exists():
        raise ValidationError(_("This was answered meanwhile, so it cannot be taken back"))


@transaction.atomic
def accept_escalation(
    escalation: Escalation, *, by: User, reply: str = "", **fields: Any
) -> Action:
    """Add a raised action to the plan that it was raised to. Repeated, it gives the same action.

    ValidationError if somebody else has answered, or if it was declined.
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
    came_from = f"raised_by_{kind_of(escalation.action.plan)}"
    action.updates.create(author=by, changes={came_from: ["", Status.ACCEPTED.value]})
    return action


@transaction.atomic
def decline_escalation(escalation: Escalation, *, by: User, reply: str) -> None:
    """Decline a raised action, with a reason. ValidationError if somebody else has answered."""
    if not answer(escalation, by=by, status=Status.DECLINED, reply=reply):
        answered(escalation, by=by, status=Status.DECLINED, reply=reply)


def answer(escalation: Escalation, *, by: User, status: str, reply: str) -> bool:
    """Answer and tell those who raised it; False, and nothing else, if it has an answer already.

    One conditional UPDATE decides between two who answer at once.
    """
    waiting = Escalation.objects.waiting().filter(pk=escalation.pk)
    now = timezone.now()
    if not waiting.update(status=status, reply=reply, answered_by=by, answered_at=now):
        return False
    tell_below(escalation, by=by, was=Status.RAISED.value, now=str(status), note=reply)
    write_to_those_below(escalation, by=by, occasion=str(status))
    group = escalation.action.plan.shared_group
    record_event(events.ESCALATION_ANSWERED, by=by, **event_target(group))
    return True


def answered(escalation: Escalation, *, by: User, status: str, reply: str) -> Escalation:
    """The raised action, if this person gave this same answer before; else ValidationError."""
    before = Escalation.objects.get(pk=escalation.pk)
    if before.status == Status.WITHDRAWN:
        raise ValidationError(TAKEN_BACK)
    if (before.answered_by_id, before.status, before.reply) != (by.pk, status, reply):
        raise ValidationError(ANSWERED)
    return before


def kind_of(plan: ActionPlan) -> str:
    """`team`, `organisation` or `system`, as a shared plan belongs to one."""
    return str(plan.shared_group._meta.model_name)


def follow_raised(action: Action, *, by: User, note: str = "") -> None:
    """Carry the new status of an action over to the raised action that it came from, if to any."""
    status = FOLLOWS.get(action.status, Status.ACCEPTED)
    followed = Escalation.objects.filter(became=action).exclude(status=status).with_groups()
    for escalation in followed:  # one, or none
        was, fields = escalation.status, dict[str, Any](status=status)
        if status == Status.DECLINED:
            fields |= {"reply": note, "answered_by": by, "answered_at": timezone.now()}
        elif was == Status.DECLINED:
            fields |= {"reply": ""}
        try:
            with transaction.atomic():
                Escalation.objects.filter(pk=escalation.pk).update(**fields)
        except IntegrityError:
            return  # the team raised it anew meanwhile: what becomes of that one counts
        now = {Status.DECLINED: "dropped", Status.ACCEPTED: "again"}.get(status, status.value)
        tell_below(escalation, by=by, was=was, now=now, note=note if now == "dropped" else "")
        write_to_those_below(escalation, by=by, occasion=f"{status}:{action.version}")
        became = {"raised": [escalation.status, status.value]}
        target = event_target(escalation.action.plan.shared_group)
        record_event(events.ESCALATION_FOLLOWED, by=by, changes=became, **target)


def tell_below(escalation: Escalation, *, by: User, was: str, now: str, note: str = "") -> None:
    """Add to the story of the action below, from which it was raised."""
    changes = {f"raised_to_{kind_of(escalation.plan)}": [was, now]}
    escalation.action.updates.create(author=by, note=note, changes=changes)


def write_to_those_below(escalation: Escalation, *, by: User, occasion: str) -> None:
    """Write to the person who raised it and to those in charge of their plan, but not to `by`."""
    people = dict(people_in_charge(escalation.action.plan.shared_group))
    raiser = escalation.raised_by
    if raiser and raiser.is_active:
        people[raiser.pk] = raiser.email
    people.pop(by.pk, None)
    kind = "escalation_answered"
    write_letters(letters_to(people.items(), kind, about=escalation, occasion=occasion))


def raised_around(action: Action, *, reader: User) -> dict[str, Any]:
    """For an action's page: the `escalations` that it was raised as, and the one it `came_from`.

    Each has `can_read_other`: true if the reader may read the action on its other side. It takes
    one query; two if there are any.
    """
    escalations = list(Escalation.objects.around(action))
    if escalations:
        ends = [key for each in escalations for key in (each.action_id, each.became_id) if key]
        visible = Action.objects.visible_to(reader).filter(pk__in=ends)
        readable = set(visible.values_list("pk", flat=True))
        for each in escalations:
            is_below = each.action_id == action.pk
            each.can_read_other = (each.became_id if is_below else each.action_id) in readable
    return {
        "escalations": [each for each in escalations if each.action_id == action.pk],
        "came_from": next((each for each in escalations if each.became_id == action.pk), None),
    }


def waiting_in(plan: ActionPlan) -> int | None:
    """The number of raised actions that wait in a plan, fetched `with_rights`, for its reader.

    None if nothing can be raised to the plan, or if the reader does not answer for it.
    """
    if not plan.can_edit or plan.is_personal or plan.team_id:
        return None
    return plan.raised_and_waiting
