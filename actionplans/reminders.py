"""Reminders: letters about actions and their dates, and to those in charge of a plan.

An owner gets a letter when the action is given to them; seven days before its date; on the day; and
on Mondays one letter about all that is overdue. If nothing ran on that day, the letter is written
later, if it is still true. The letters themselves are the memory of what was written (an outbox).
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.querysets import ActionQuerySet
from organisations.groups import Group
from organisations.models import Letter, Team, User
from organisations.outbox import letters_to, new_letter, people_in_charge, write_letters
from organisations.zones import zones_by

MORNING = 7  # the hour, where somebody is, from which their letters are written
DAYS_BEFORE = 7


def tell_owner(action: Action, *, by: User) -> None:
    """Write to the owner, if somebody else gave them the action, in the same transaction."""
    owner = action.owner
    if owner and owner != by and action.is_open:
        letter = new_letter(
            "action_assigned",
            to=owner.email,
            recipient=owner,
            about=action,
            occasion=str(action.version),
        )
        write_letters([letter])


def tell_of_proposal(action: Action, *, by: User) -> None:
    """Write about a proposal to those in charge of the plan."""
    if action.status == Action.Status.PROPOSED and not action.plan.is_personal:
        people = who_runs(action.plan, but={by.pk})
        write_letters(letters_to(people, "action_proposed", about=action))


def tell_who_runs_them(plans: Iterable[ActionPlan], *, but: Collection[int | None]) -> None:
    """Write one letter a plan to those in charge: an action there has lost its owner.

    `but` are the keys of the owners who leave: they get none. Each departure is a new occasion.
    """
    now = timezone.now().isoformat()
    write_letters(
        letter
        for plan in plans
        for letter in letters_to(
            who_runs(plan, but=but), "actions_need_owner", about=plan, occasion=now
        )
    )


def who_runs(plan: ActionPlan, *, but: Collection[int | None]) -> list[tuple[int, str]]:
    """(key, address) of those in charge; of a team without a facilitator, the administrators."""
    group = plan.shared_group
    groups: list[Group] = [group, group.organisation] if isinstance(group, Team) else [group]
    people = ([each for each in people_in_charge(group) if each[0] not in but] for group in groups)
    return next(filter(None, people), [])


# --- By themselves --------------------------------------------------------------------------------


def write_due_letters() -> None:
    """Write the reminders that are due, where it is 7 o'clock or later.

    Any number of processes may do this: a unique constraint keeps two from writing the same letter.
    """
    awake = {name for hour, names in zones_by(hour_of).items() if hour >= MORNING for name in names}
    write_letters_about(Action.objects.with_owner_there().filter(owner__time_zone__in=awake))


def write_letters_about(reachable: ActionQuerySet) -> None:
    """Write the reminders that are due about these actions, at any time of day."""
    write_about_each(reachable.due_within(DAYS_BEFORE).filter(was_there()), "action_due_soon")
    write_about_each(reachable.due_today(), "action_due_today")
    for monday, zones in zones_by(monday_of).items():
        write_about_all(reachable.filter(owner__time_zone__in=zones), monday)


def hour_of(local: datetime) -> int:
    return local.hour


def monday_of(day: date) -> date:
    """The Monday of the week of a day or a moment."""
    return date(day.year, day.month, day.day) - timedelta(days=day.weekday())


def days_ahead() -> list[date]:
    """The dates from today to a week from now, all over the earth."""
    today = zones_by(datetime.date)
    return sorted({day + timedelta(days=n) for day in today for n in range(DAYS_BEFORE + 1)})


def was_there() -> Q:
    """Condition: the action was there a week before its date.

    Somebody who promises something for the day after tomorrow needs no reminder at once.
    """
    made = Q()
    for day in days_ahead():
        over = datetime.combine(day - timedelta(days=DAYS_BEFORE - 1), time(12), UTC)
        made |= Q(due_on=day, created_at__lt=over)  # by then, that day is over everywhere
    return made


def write_about_each(actions: ActionQuerySet, kind: str) -> None:
    """Write one letter for each action and date. Another date is another occasion."""
    about_type = ContentType.objects.get_for_model(Action)
    written = Letter.objects.filter(
        kind=kind,
        recipient=OuterRef("owner"),
        about_type=about_type,
        about_id=Cast(OuterRef("pk"), CharField()),
        occasion=OuterRef("occasion"),
    )
    occasion = Case(*(When(due_on=day, then=Value(str(day))) for day in days_ahead()))
    rows = actions.alias(occasion=occasion).exclude(Exists(written))
    write_letters(
        Letter(
            kind=kind,
            recipient_id=owner,
            address=address,
            about_type=about_type,
            about_id=str(pk),
            occasion=str(due_on),
        )
        for pk, due_on, owner, address in rows.values_list("pk", "due_on", "owner", "owner__email")
    )


def write_about_all(actions: ActionQuerySet, monday: date) -> None:
    """Write one letter for each owner, about all that was overdue when the week began."""
    written = Letter.objects.filter(
        kind="actions_overdue", recipient=OuterRef("owner"), occasion=str(monday)
    )
    overdue = actions.overdue_since(monday).exclude(Exists(written))
    owners = overdue.values_list("owner", "owner__email")
    about_type = ContentType.objects.get_for_model(User)
    write_letters(
        Letter(
            kind="actions_overdue",
            recipient_id=owner,
            address=address,
            about_type=about_type,
            about_id=str(owner),
            occasion=str(monday),
        )
        for owner, address in owners.order_by().distinct()
    )
