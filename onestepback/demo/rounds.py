"""The rounds of the demo: held through the services, answered, and given the days they had."""

from datetime import date, datetime
from typing import Any

from actionplans.services.shared_words import take_out_words
from onestepback.demo.answering import answer_round, round_story
from onestepback.demo.days import working_moment
from onestepback.demo.deeds import Deed
from organisations.groups import Group, event_target, today_of
from organisations.history import record_event
from organisations.models import User
from reflections import events, rounds
from reflections.models import Answer, Level, Round


def act_in_round(deed: Deed, group: Group, *, by: User, today: date, at: datetime) -> bool:
    """Do a deed about a round, as its page would do it; False for deeds about anything else."""
    current = Round.objects.of_group(group).filter(closed_at=None)
    match deed.does:
        case "plan_round":
            plan(deed, group, by=by, today=today)
        case "hold_round":
            hold(deed, group, by=by, today=today, at=at)
        case "change_round":
            rounds.change_round(current.get(), by=by, **deed.settings)
        case "cancel_round":
            rounds.cancel_round(current.get(), by=by)
        case "extend_round":
            extend_story(current.get(), by=by, closes_on=date_of_deed(today, deed.closes))
        case "remind":
            rounds.remind_people(current.get(), by=by)
            current.update(reminded_on=at.date())
        case "close_round":
            closing = current.get()
            rounds.close_round(closing, by=by)
            rounds.announce_results(closing)
        case "take_out":
            take_out_story(deed, Round.objects.of_group(group).closed()[0], by=by)
        case "download_results":
            latest = Round.objects.of_group(group).closed()[0]
            record_event(events.RESULTS_DOWNLOADED, by=by, **event_target(latest.group))
        case _:
            return False
    return True


def date_of_deed(today: date, ago: int) -> date:
    return working_moment(today, ago, "12:00").date()


def settings_of(deed: Deed) -> dict[str, Any]:
    """The settings that a round's form would send, without its days."""
    usual = {
        "title": deed.name,
        "levels": [level.value for level in Level],
        "sharing": Round.Sharing.CONFIDENTIAL,
        "compares_perspectives": False,
    }
    return usual | deed.settings


def plan(deed: Deed, group: Group, *, by: User, today: date) -> None:
    """Plan a round that opens later. One that was planned long ago is cancelled in its story."""
    rounds.plan_round(
        group,
        by=by,
        **settings_of(deed),
        opens_on=date_of_deed(today, deed.opens),
        closes_on=date_of_deed(today, deed.closes),
    )


def hold(deed: Deed, group: Group, *, by: User, today: date, at: datetime) -> None:
    """Open a round at once, answer it, and only then date its days back."""
    now = today_of(group)
    round_ = rounds.plan_round(
        group,
        by=by,
        **settings_of(deed),
        opens_on=now,
        closes_on=max(now, date_of_deed(today, deed.closes)),
    )
    answer_round(round_, today=today, opened=deed.ago, closes=deed.closes)
    days = {"opens_on": at.date(), "closes_on": date_of_deed(today, deed.closes)}
    Round.objects.filter(pk=round_.pk).update(**days)


def extend_story(round_: Round, *, by: User, closes_on: date) -> None:
    """Extend a round as its service would, which refuses one whose last day is over by now."""
    days = [str(round_.closes_on), str(closes_on)]
    Round.objects.filter(pk=round_.pk).update(closes_on=closes_on)
    changes = {"closes_on": days}
    record_event(events.ROUND_EXTENDED, by=by, changes=changes, **event_target(round_.group))


def take_out_story(deed: Deed, round_: Round, *, by: User) -> None:
    words = round_story(round_.title).taken_out
    answer = Answer.objects.select_related("question").get(
        reflection__participation__round=round_, comment=words
    )
    take_out_words(
        round_,
        by=by,
        kind="comment",
        pk=str(answer.pk),
        level=answer.question.level,
        question=answer.question,
        **deed.settings,
    )
