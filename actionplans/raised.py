"""What became of a raised action: told to whoever raised it, and shown on both sides."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans import events
from actionplans.models import Action, ActionPlan, Escalation
from organisations.groups import event_target
from organisations.history import record_event
from organisations.models import User
from organisations.outbox import letters_to, people_in_charge, write_letters

Status = Escalation.Status
# The status of a raised action, by that of the action that it became; else it is accepted.
FOLLOWS = {Action.Status.DONE.value: Status.DONE, Action.Status.DROPPED.value: Status.DECLINED}
# How the stories of both actions say it: {key in `changes`: {its second value: sentence}}.
TOLD = {
    "raised_to_organisation": {
        "raised": _("Raised to the organisation’s plan"),
        "withdrawn": _("Taken back from the organisation before it answered"),
        "accepted": _("The organisation accepted what was raised"),
        "declined": _("The organisation declined what was raised"),
        "done": _("The organisation has done what was raised"),
        "again": _("The organisation took up again what was raised"),
        "dropped": _("The organisation dropped what it had accepted"),
    },
    "raised_to_system": {
        "raised": _("Raised to the system’s plan"),
        "withdrawn": _("Taken back from the system before it answered"),
        "accepted": _("The system accepted what was raised"),
        "declined": _("The system declined what was raised"),
        "done": _("The system has done what was raised"),
        "again": _("The system took up again what was raised"),
        "dropped": _("The system dropped what it had accepted"),
    },
    "raised_by_team": {"accepted": _("A team raised it")},
    "raised_by_organisation": {"accepted": _("An organisation raised it")},
}


def kind_of(plan: ActionPlan) -> str:
    """What sort of group a shared plan is of: team, organisation or system."""
    return plan.group._meta.model_name


def follow_raised(action: Action, *, by: User, note: str = "") -> None:
    """Let what was raised go with the action that it became: done, dropped, or on again."""
    status = FOLLOWS.get(action.status, Status.ACCEPTED)
    followed = Escalation.objects.filter(became=action).exclude(status=status).with_groups()
    for escalation in followed:  # one, or none
        was, fields = escalation.status, dict[str, object](status=status)
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
        group = event_target(escalation.action.plan.group)
        record_event(events.ESCALATION_FOLLOWED, by=by, changes=became, **group)


def tell_below(escalation: Escalation, *, by: User, was: str, now: str, note: str = "") -> None:
    """Add to the story of the action that was raised."""
    told = {f"raised_to_{kind_of(escalation.plan)}": [was, now]}
    escalation.action.updates.create(author=by, note=note, changes=told)


def write_to_those_below(escalation: Escalation, *, by: User, occasion: str) -> None:
    """A letter to whoever raised it and to those who run their plan; not to whoever did this."""
    people = dict(people_in_charge(escalation.action.plan.group))
    raiser = escalation.raised_by
    if raiser and raiser.is_active:
        people[raiser.pk] = raiser.email
    people.pop(by.pk, None)
    kind = "escalation_answered"
    write_letters(letters_to(people.items(), kind, about=escalation, occasion=occasion))


# --- For pages ----------------------------------------------------------------------------------


def raised_around(action: Action, *, reader: User) -> dict:
    """What a page of an action says: as what it was raised, and whence it came.

    Each is marked `can_read_other`: whether its reader may read the action on the other side. One
    query; two if there are any.
    """
    found = list(Escalation.objects.around(action))
    if found:
        ends = [key for each in found for key in (each.action_id, each.became_id)]
        visible = Action.objects.visible_to(reader).filter(pk__in=ends)
        readable = set(visible.values_list("pk", flat=True))
        for each in found:
            is_below = each.action_id == action.pk
            each.can_read_other = (each.became_id if is_below else each.action_id) in readable
    return {
        "escalations": [each for each in found if each.action_id == action.pk],
        "came_from": next((each for each in found if each.became_id == action.pk), None),
    }


def waiting_in(plan) -> int | None:
    """How many raised actions wait in a plan, fetched `with_rights`, for its reader to answer.

    None where nothing can be raised to it, or others answer.
    """
    if not plan.can_edit or plan.is_personal or plan.team_id:
        return None
    return plan.raised_and_waiting
