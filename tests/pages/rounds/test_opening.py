"""A round is planned, and opens by itself on its day: for whom, with which settings."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from organisations.groups import today_of
from organisations.models import Letter, System
from reflections import rounds
from reflections.models import Participation, Round
from reflections.rounds import RoundClosed, close_round, move_due_rounds
from reflections.summaries import Figures
from tests.factories import (
    administrator_of,
    make_member,
    make_organisation,
    make_round,
    make_team,
    make_team_round,
    make_user,
)
from tests.pages.rounds.helpers import letters, people_of

pytestmark = pytest.mark.django_db

# --- Planning -------------------------------------------------------------------------------------


def test_a_planned_round_keeps_the_minimum_and_the_time_zone_of_its_organisation(team):
    team.organisation.minimum_group, team.organisation.time_zone = 8, "Pacific/Auckland"

    round_ = make_round(team, is_open=False)

    assert (round_.minimum_group, round_.time_zone) == (8, "Pacific/Auckland")
    assert round_.is_scheduled
    assert not Letter.objects.filter(kind="round_opened").exists()


def test_a_named_round_needs_an_organisation_that_allows_it(team):  # P10.1
    with pytest.raises(ValidationError, match="does not allow named rounds"):
        make_round(team, sharing="named")

    assert not Round.objects.exists()


@pytest.mark.parametrize("kind", ["organisation", "system"])
def test_only_a_team_can_have_a_named_round(team, kind):  # P10.1
    team.organisation.allows_named_rounds = True
    team.organisation.save()
    group = System.objects.create(name="Valley", slug="valley")
    group = team.organisation if kind == "organisation" else group

    with pytest.raises(ValidationError, match="does not allow named rounds"):
        make_round(group, sharing="named")


def test_a_planned_round_does_not_become_named_where_that_is_not_allowed(team):
    round_ = make_round(team, is_open=False)

    with pytest.raises(ValidationError, match="does not allow named rounds"):
        rounds.change_round(round_, by=make_user(), sharing="named")

    round_.refresh_from_db()
    assert not round_.is_named


@pytest.mark.parametrize("kind", ["team", "organisation", "system"])
def test_there_is_one_round_at_a_time_and_a_sentence_says_so(team, kind):  # D2
    system = System.objects.create(name="Valley", slug="valley")
    group = {"team": team, "organisation": team.organisation, "system": system}[kind]
    first = make_round(group, is_open=False)

    with pytest.raises(ValidationError, match="There is a round already. Close that one first"):
        make_round(group)

    assert list(Round.objects.all()) == [first]


def test_a_second_round_is_a_sentence_on_the_page_and_no_error(client, team, round_):  # D2
    client.force_login(administrator_of(team.organisation))
    today = round_.today
    days = {f"opens_on_{n}": part for n, part in enumerate((today.day, today.month, today.year))}
    days |= {f"closes_on_{n}": part for n, part in enumerate((today.day, today.month, today.year))}
    fields = {"title": "Again", "levels": ["team"], "compares_perspectives": "no", **days}

    response = client.post(f"/teams/{team.pk}/rounds/plan/", fields)

    assert response.status_code == 200
    assert "There is a round already. Close that one first" in response.text


def test_a_closed_round_makes_room_for_the_next(team, round_):
    close_round(round_)

    assert make_round(team).is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes_on": date(2020, 1, 1)},
        {"minimum_group": 4},
        {"minimum_group": 21},
        {"team": None},
        {"sharing": "named", "compares_perspectives": True},
        {"figures": {"levels": {}}},
    ],
    ids=[
        "ends before it opens",
        "too few",
        "too many",
        "of nobody",
        "named parts",
        "early figures",
    ],
)
def test_the_database_itself_refuses_a_round_that_cannot_be(round_, wrong):  # D2
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=round_.pk).update(**wrong)


def test_the_database_refuses_a_second_round_and_a_second_participation(  # D2
    team, round_, member
):
    mine = rounds.join_round(round_, by=member, perspective="staff")
    for row in (Round.objects.get(pk=round_.pk), Participation.objects.get(pk=mine.pk)):
        row.pk, row._state.adding = None, True
        if isinstance(row, Participation):
            row.pk = Participation().pk

        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


# --- Opening --------------------------------------------------------------------------------------


LAST_MINUTES = [
    # The clocks go forward in London and back in Auckland on the day itself.
    ("Europe/London", date(2026, 3, 29), "2026-03-28T23:59Z", "2026-03-29T00:00Z"),
    ("Europe/London", date(2026, 3, 30), "2026-03-29T22:59Z", "2026-03-29T23:00Z"),
    ("Europe/London", date(2026, 10, 26), "2026-10-25T23:59Z", "2026-10-26T00:00Z"),
    ("Pacific/Auckland", date(2026, 4, 5), "2026-04-04T10:59Z", "2026-04-04T11:00Z"),
    ("Pacific/Auckland", date(2026, 4, 6), "2026-04-05T11:59Z", "2026-04-05T12:00Z"),
    ("America/New_York", date(2026, 6, 2), "2026-06-02T03:59Z", "2026-06-02T04:00Z"),
]


@pytest.mark.parametrize(("zone", "day", "before", "midnight"), LAST_MINUTES)
def test_a_round_opens_by_itself_at_midnight_where_its_people_are(  # D4
    zone, day, before, midnight, time_machine
):
    time_machine.move_to("2026-01-10T12:00Z", tick=False)
    team = make_team(make_organisation(time_zone=zone))
    round_ = make_round(team, is_open=False, opens_on=day, closes_on=day + timedelta(days=14))

    states = []
    for moment in (before, midnight):
        time_machine.move_to(moment, tick=False)
        move_due_rounds()
        round_.refresh_from_db()
        states.append(round_.is_open)

    assert states == [False, True]


@pytest.mark.parametrize(("zone", "day", "before", "midnight"), LAST_MINUTES)
def test_a_round_closes_by_itself_when_its_last_day_is_over_where_its_people_are(  # D4
    zone, day, before, midnight, time_machine
):
    time_machine.move_to("2026-01-10T12:00Z", tick=False)
    team = make_team(make_organisation(time_zone=zone))
    round_ = make_round(team, closes_on=day - timedelta(days=1))

    states = []
    for moment in (before, midnight):
        time_machine.move_to(moment, tick=False)
        states.append(round_.is_open)
        move_due_rounds()
        round_.refresh_from_db()
        states.append(round_.is_closed)

    assert states == [True, False, False, True]


def test_the_minimum_is_that_of_the_day_of_opening(team):  # B5 P4.2
    round_ = make_round(team, is_open=False)
    organisation = team.organisation
    organisation.minimum_group = 10
    organisation.save()

    rounds.open_round(round_)
    organisation.minimum_group = 5
    organisation.save()

    round_.refresh_from_db()
    assert round_.minimum_group == 10


def test_a_lower_minimum_of_the_organisation_shows_no_more_of_an_open_round():  # B5
    round_ = make_team_round(6, minimum=8)
    type(round_.team.organisation).objects.update(minimum_group=5)

    close_round(round_)

    assert Figures.of(round_).are_too_few


@pytest.mark.parametrize(
    "change",
    [
        {"sharing": "named"},
        {"levels": ["team"]},
        {"minimum_group": 5},
        {"compares_perspectives": True},
        {"title": "Other"},
        {"closes_on": date(2030, 1, 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_once_it_is_open_nothing_in_a_round_changes(round_, change):  # B5 P6.1
    before = Round.objects.values().get(pk=round_.pk)

    with pytest.raises(RoundClosed):
        rounds.change_round(round_, by=make_user(), **change)

    assert Round.objects.values().get(pk=round_.pk) == before


def test_an_open_round_is_neither_cancelled_nor_edited_by_its_pages(client, team, round_):  # B5
    client.force_login(administrator_of(team.organisation))

    pages = [client.post(f"/rounds/{round_.pk}/{page}/").status_code for page in ("edit", "cancel")]

    assert pages == [404, 404]
    with pytest.raises(RoundClosed):
        rounds.cancel_round(round_, by=make_user())


def test_a_round_changed_to_today_opens_with_its_new_settings(team):
    round_ = make_round(team, is_open=False)

    changed = rounds.change_round(round_, by=make_user(), levels=["team"], opens_on=today_of(team))

    assert changed.levels == ["team"]
    assert Round.objects.get(pk=round_.pk).is_open


def test_opening_writes_to_every_member_once(team, member):  # F1
    outsider = make_member(team.organisation, make_user("Outside")).user
    round_ = make_round(team)

    assert not rounds.open_round(round_)
    move_due_rounds()

    assert letters("round_opened") == [member.email]
    assert not letters("round_opened", to=outsider)


def test_somebody_of_two_organisations_of_a_system_gets_one_letter(db):  # F1
    system = System.objects.create(name="Valley", slug="valley")
    person = make_user("Maya")
    for name in ("One Trust", "Two Trust"):
        organisation = make_organisation(name, administrator=person)
        organisation.system = system
        organisation.save()

    make_round(system)

    assert letters("round_opened") == [person.email]


def test_opening_for_five_hundred_people_asks_no_more_than_for_five(team):  # F1 K1 K4
    counts = []
    for size in (5, 500):
        other = make_team(team.organisation, f"Team of {size}")
        people_of(other, size)
        round_ = make_round(other, is_open=False)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rounds.open_round(round_)
        counts.append(len(asked))

    assert Letter.objects.filter(kind="round_opened").count() == 505
    assert counts[0] == counts[1] < 15
