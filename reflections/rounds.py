"""The life of a round: planned, opened, answered, closed. Each change is one transaction."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import batched
from typing import Required, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.groups import Group, event_target, keeper_of
from organisations.history import record_event
from organisations.models import Membership, Team, User
from organisations.outbox import BATCH, letters_to, people_in_charge, write_letters
from reflections import events, privacy
from reflections.models import (
    Level,
    Participation,
    Question,
    QuestionSet,
    Reflection,
    Round,
    TakenOut,
)
from reflections.services import (
    HAS_CONTENT,
    AlreadyFinished,
    date_levels,
    lock_participation,
    make_participation,
)
from reflections.summaries import figures_of

log = logging.getLogger(__name__)
DAYS_OF_WARNING = 2
USUAL_LENGTH = timedelta(days=14)


class GroupSize(TypedDict):
    """The number of people in a group, the least of whom anything is shown, and a warning."""

    size: int
    minimum: int
    is_small: bool


class RoundSettings(TypedDict, total=False):
    """The fields of a round that those who run it choose."""

    title: str
    levels: list[str]
    opens_on: date
    closes_on: date
    sharing: str
    compares_perspectives: bool


class TextSource(TypedDict, total=False):
    """The level, and of a comment also the question, at which a text was written."""

    level: Required[str]
    question: Question | None


class RoundClosed(Exception):
    """The round is not open yet, or not any more."""


def lock_round(round_: Round) -> Round:
    """The stored round, locked until the end of the transaction (a row lock; not on SQLite)."""
    return Round.objects.select_for_update(of=("self",)).with_group().get(pk=round_.pk)


def allows_named(group: Group) -> bool:
    """True for a team whose organisation allows named rounds; only teams can have them."""
    return isinstance(group, Team) and group.organisation.allows_named_rounds


def usual_settings(today: date) -> dict[str, object]:
    """The initial values of a form for a new round."""
    return {
        "levels": [level.value for level in Level],
        "opens_on": today,
        "closes_on": today + USUAL_LENGTH,
        "sharing": Round.Sharing.CONFIDENTIAL,
        "compares_perspectives": "yes",
    }


def size_and_minimum(group: Group, round_: Round | None = None) -> GroupSize:
    """The number of people in a group beside its minimum group, to warn of too few."""
    size = Membership.objects.of_group(group).values("user").distinct().count()
    minimum = round_.minimum_group if round_ else keeper_of(group).minimum_group
    return {"size": size, "minimum": minimum, "is_small": size < minimum}


# --- Planning and opening -------------------------------------------------------------------------


@transaction.atomic
def plan_round(group: Group, *, by: User, **fields: Unpack[RoundSettings]) -> Round:
    """Plan a round of a team, an organisation or a system; open it at once if its day is today.

    ValidationError if there is one already, or if the organisation allows no named rounds.
    """
    keeper = keeper_of(group)
    round_ = Round(
        **{str(group._meta.model_name): group},
        question_set=QuestionSet.objects.latest("published_at", "pk"),
        minimum_group=keeper.minimum_group,
        time_zone=keeper.time_zone,
        created_by=by,
        **fields,
    )
    check_named(round_)
    round_.validate_constraints()
    try:
        with transaction.atomic():
            round_.save()
    except IntegrityError as error:
        raise ValidationError(_("There is a round already. Close that one first")) from error
    record_event(
        events.ROUND_PLANNED,
        by=by,
        changes={"title": ["", round_.title]},
        **event_target(round_.group),
    )
    if round_.opens_on <= round_.today:
        open_round(round_, by=by)
    return round_


def check_named(round_: Round) -> None:
    if round_.is_named and not allows_named(round_.group):
        raise ValidationError(_("Your organisation does not allow named rounds"))


@transaction.atomic
def change_round(round_: Round, *, by: User, **fields: Unpack[RoundSettings]) -> Round:
    """Change a round that has not opened; RoundClosed if it has, because then it is frozen."""
    stored = lock_round(round_)
    if not stored.is_scheduled:
        raise RoundClosed
    changed = {name: value for name, value in fields.items() if getattr(stored, name) != value}
    for name, value in changed.items():
        setattr(stored, name, value)
    check_named(stored)
    stored.validate_constraints()
    stored.save(update_fields=list(changed))
    if changed:
        record_event(events.ROUND_CHANGED, by=by, **event_target(stored.group))
    if stored.opens_on <= stored.today:
        open_round(stored, by=by)
    return stored


@transaction.atomic
def cancel_round(round_: Round, *, by: User) -> None:
    """Delete a round that has not opened; RoundClosed if it has."""
    stored = lock_round(round_)
    if not stored.is_scheduled:
        raise RoundClosed
    stored.delete()
    record_event(
        events.ROUND_CANCELLED,
        by=by,
        changes={"title": [stored.title, ""]},
        **event_target(stored.group),
    )


@transaction.atomic
def open_round(round_: Round, *, by: User | None = None) -> bool:
    """Open a round: from now on its settings are frozen, and its people get a letter.

    Its minimum group is the one that the organisation has today. False if it was open before.
    """
    stored = lock_round(round_)
    keeper = keeper_of(stored.group)
    opened = Round.objects.scheduled().filter(pk=stored.pk)
    if not opened.update(opened_at=timezone.now(), minimum_group=keeper.minimum_group):
        return False
    record_event(events.ROUND_OPENED, by=by, **event_target(stored.group))
    write_letters(letters_to(people_asked(stored), "round_opened", about=stored))
    round_.refresh_from_db()
    return True


def people_asked(round_: Round) -> list[tuple[int, str]]:
    """The people who are asked to take part now, as (key, address), each once."""
    members = Membership.objects.of_group(round_.group).filter(user__is_active=True)
    return list(dict(members.values_list("user", "user__email")).items())


# --- While it is open -----------------------------------------------------------------------------


@transaction.atomic
def join_round(round_: Round, *, by: User, perspective: str) -> Participation:
    """Start a person's sitting in a round, or return the one they have.

    RoundClosed if they have none and the round is not open.
    """
    stored = lock_round(round_)
    own = Participation.objects.filter(round=stored, user=by).first()
    if own is not None:
        return own
    if not stored.is_open:
        raise RoundClosed
    return make_participation(
        round_=stored,
        user=by,
        perspective=perspective,
        question_set=stored.question_set,
        levels=stored.asked_levels,
    )


@transaction.atomic
def withdraw_participation(participation: Participation) -> None:
    """Take a finished sitting out of its round; it can be finished again until the round closes.

    AlreadyFinished once the round has closed. Harmless when repeated.
    """
    locked = lock_participation(participation)
    if not locked.round_id or not Round.objects.get(pk=locked.round_id).is_open:
        raise AlreadyFinished
    Participation.objects.filter(pk=locked.pk).update(finished_at=None)


@transaction.atomic
def extend_round(round_: Round, *, by: User, closes_on: date) -> None:
    """Move the last day of an open round; ValidationError for a day that is not later.

    RoundClosed once its last day is over: a round never opens again.
    """
    stored = lock_round(round_)
    if not stored.is_open:
        raise RoundClosed
    if closes_on <= stored.closes_on:
        raise ValidationError(_("Choose a later day than the one that people were told"))
    later = Round.objects.under_way().filter(pk=stored.pk, closes_on=stored.closes_on)
    if later.update(closes_on=closes_on):
        days = [str(stored.closes_on), str(closes_on)]
        record_event(
            events.ROUND_EXTENDED, by=by, changes={"closes_on": days}, **event_target(stored.group)
        )


@transaction.atomic
def remind_people(round_: Round, *, by: User) -> bool:
    """Write to those who have not finished, without telling anybody who they are.

    False if it was done today already. The history says that it was done, not to how many.
    """
    stored = lock_round(round_)
    if not stored.is_open:
        raise RoundClosed
    today = stored.today
    not_today = Round.objects.filter(pk=stored.pk).exclude(reminded_on=today)
    if not not_today.update(reminded_on=today):
        return False
    finished = set(stored.participations.finished().order_by().values_list("user", flat=True))
    waiting = [each for each in people_asked(stored) if each[0] not in finished]
    write_letters(letters_to(waiting, "round_reminder", about=stored, occasion=str(today)))
    record_event(events.ROUND_REMINDED, by=by, **event_target(stored.group))
    return True


def how_many_finished(round_: Round) -> int:
    """The number of people who have finished, as everybody may see it (see privacy.py)."""
    finished = round_.participations.finished().count()
    return privacy.how_many_to_say(finished, round_.minimum_group)


# --- Sharing --------------------------------------------------------------------------------------


@transaction.atomic
def mark_sharing(
    reflection: Reflection, *, texts: dict[tuple[str, str], bool], counted: bool | None = None
) -> None:
    """Mark which texts of a level are shared: {(kind, key of the row): yes or no}.

    Copies in plans stay: `actionplans.services.shared_words.share_words` takes those back too.
    Once the round has closed, a text can only be taken back. AlreadyFinished for anything else.
    """
    participation = lock_participation(reflection.participation)
    if not participation.round_id:
        raise AlreadyFinished
    is_open = Round.objects.get(pk=participation.round_id).is_open
    if not is_open and (any(texts.values()) or counted is not None):
        raise AlreadyFinished
    for (kind, pk), yes in texts.items():
        share_text(reflection, kind, pk, yes=yes and privacy.may_be_shared(reflection.level))
    if counted is not None:
        Reflection.objects.filter(pk=reflection.pk).update(counted=counted)


def share_text(reflection: Reflection, kind: str, pk: str, *, yes: bool) -> None:
    if kind == "comment":
        reflection.answers.filter(pk=pk).update(comment_shared=yes)
    elif kind == "barrier":
        reflection.barriers.filter(pk=pk).update(shared=yes)
    elif kind in ("vision", "idea") and str(reflection.pk) == pk:
        Reflection.objects.filter(pk=reflection.pk).update(**{f"{kind}_shared": yes})


@transaction.atomic
def hide_from_results(
    round_: Round, *, by: User, kind: str, pk: str, reason: str, **source: Unpack[TextSource]
) -> TakenOut:
    """Take a shared text out of the results, with a reason for the page. Harmless when repeated.

    A copy in the plan stays: `actionplans.services.shared_words.take_out_words` takes that out too.
    """
    taken, is_new = TakenOut.objects.get_or_create(
        kind=kind,
        text_id=pk,
        defaults={"round": round_, "taken_out_by": by, "reason": reason, **source},
    )
    if is_new:
        record_event(events.TEXT_TAKEN_OUT, by=by, **event_target(round_.group))
    return taken


# --- Closing --------------------------------------------------------------------------------------


@transaction.atomic
def close_round(round_: Round, *, by: User | None = None) -> bool:
    """Close a round and store its figures, once. `announce_results` writes the letters after it.

    Every answer that a page called saved is in the figures: a save locks its participation, and
    closing waits for all these locks. False if it was closed before, or has not opened.
    """
    stored = lock_round(round_)
    if stored.is_closed or stored.is_scheduled:
        return False
    list(
        Participation.objects.select_for_update()
        .filter(round=stored)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    closing = Round.objects.under_way().filter(pk=stored.pk)
    if not closing.update(closed_at=timezone.now(), figures=figures_of(stored)):
        return False
    give_back_unfinished(stored)
    record_event(events.ROUND_CLOSED, by=by, **event_target(stored.group))
    if settings.DELIVER_LETTERS_AT_ONCE:
        transaction.on_commit(partial(announce_results, stored))
    round_.refresh_from_db()
    return True


def give_back_unfinished(round_: Round) -> None:
    """Make unfinished sittings their authors' own, outside the round; delete empty ones."""
    unfinished = Participation.objects.filter(round=round_, finished_at=None)
    content = Reflection.objects.filter(HAS_CONTENT, participation=OuterRef("pk"))
    unfinished.filter(user=None).delete()
    unfinished.exclude(Exists(content)).delete()
    own = Participation.objects.for_oneself().unfinished().filter(user=OuterRef("user"))
    # A person can have only one unfinished sitting for themselves, so a second one is finished.
    second = list(unfinished.filter(Exists(own)))
    for participation in second:
        date_levels(participation)
    Participation.objects.filter(pk__in=[each.pk for each in second]).update(
        round=None, finished_at=timezone.now()
    )
    unfinished.update(round=None)


def announce_results(round_: Round) -> None:
    """Write to everybody who took part or runs the round, when its results are there.

    There may be 50,000 letters, so it is not one transaction. If it is stopped half way, it begins
    again: a letter that is there already is not written twice. Once it is complete, the round is
    marked `announced_at`, because letters are deleted after some months.
    """
    if not Round.objects.to_announce().filter(pk=round_.pk).exists():
        return
    took_part = round_.participations.finished().exclude(user=None).order_by()
    readers = dict(took_part.values_list("user", "user__email")) | dict(
        people_in_charge(round_.group)
    )
    # In one order, so that two processes at once cannot wait for each other (a deadlock).
    for some in batched(sorted(readers.items()), BATCH, strict=False):
        write_letters(letters_to(some, "round_results", about=round_))
    Round.objects.to_announce().filter(pk=round_.pk).update(announced_at=timezone.now())


# --- By themselves --------------------------------------------------------------------------------


def move_due_rounds() -> None:
    """Open and close rounds whose day has come in their own time zone.

    It also warns those who run a round with too few people, and announces results of closed rounds.
    """
    tomorrow = timezone.now().date() + timedelta(days=1)  # somewhere it may be tomorrow already
    for round_ in Round.objects.scheduled().filter(opens_on__lte=tomorrow).with_group():
        if round_.opens_on <= round_.today:
            one_by_one(open_round, round_)
    soon = tomorrow + timedelta(days=DAYS_OF_WARNING)
    for round_ in Round.objects.under_way().filter(closes_on__lte=soon).with_group():
        if round_.closes_on < round_.today:
            one_by_one(close_round, round_)
        elif round_.closes_on <= round_.today + timedelta(days=DAYS_OF_WARNING):
            one_by_one(warn_of_too_few, round_)
    for round_ in Round.objects.to_announce().with_group():
        one_by_one(announce_results, round_)


def one_by_one(move: Callable[[Round], object], round_: Round) -> None:
    """Move one round, and log an error, so that a round that cannot be moved stops no other."""
    try:
        move(round_)
    except OperationalError:  # the database is not there, so the other rounds would fail too
        raise
    except Exception as error:
        log.exception("Round %s could not be moved: %s", round_.pk, type(error).__name__)


def warn_of_too_few(round_: Round) -> None:
    """Tell those who run a round that it closes soon, and fewer than the minimum have finished."""
    if not round_.is_named and how_many_finished(round_) == 0:
        people = people_in_charge(round_.group)
        day = str(round_.closes_on)
        write_letters(letters_to(people, "round_needs_more", about=round_, occasion=day))
