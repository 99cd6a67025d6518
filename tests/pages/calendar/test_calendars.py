"""Actions in a person's own calendar, at an address that only they know."""

import logging
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from actionplans.calendars import make_feed, plan_calendar
from actionplans.models import Action, CalendarFeed
from actionplans.services.actions import change_action
from actionplans.services.leaving import end_membership
from onestepback.logs import WordlessFormatter
from onestepback.pages.account.personal_data import erase, everything_of
from organisations.services import archive_team
from tests.factories import (
    administrator_of,
    make_action,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team(make_organisation())


@pytest.fixture
def tom(team):
    tom = make_user("Tom Bright")
    make_member(team.organisation, tom, team=team)
    return tom


@pytest.fixture
def address(tom):
    return f"/calendar/{make_feed(tom).secret}.ics"


def events_of(content):
    return {str(event["summary"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


def read(address):
    response = Client().get(address)
    assert response.status_code == 200
    return events_of(response.content)


def test_a_feed_holds_ones_own_actions_open_and_lately_done(team, tom, address):  # H5
    other = make_user("Otto")
    make_member(team.organisation, other, team=team)
    make_shared_action(tom, team=team, title="Shared")
    make_shared_action(other, team=team, title="Of somebody else")
    make_action(other, title="Private to somebody else")
    make_action(tom, title="My own")
    make_action(tom, title="For Sam", owner_name="Sam")
    make_action(tom, title="Proposed", status="proposed")
    for title, days in (("Done", 29), ("Done long ago", 31)):
        done = make_action(tom, title=title)
        moment = timezone.now() - timedelta(days=days)
        Action.objects.filter(pk=done.pk).update(status="done", completed_at=moment)

    assert set(read(address)) == {"Shared", "My own", "Done"}


def test_an_entry_keeps_its_name_and_counts_its_changes(team, tom, address):  # H5
    action = make_shared_action(tom, team=team)

    change_action(action, by=tom, version=0, title="Ask again")

    event = read(address)["Ask again"]
    assert event["uid"] == f"action-{action.pk}@127.0.0.1"
    assert event["sequence"] == 1
    assert event["url"] == f"http://127.0.0.1:8000/actions/{action.pk}/"
    assert event["dtstart"].dt == action.due_on
    assert event["description"] == "Action plan of Home visits\nStatus: Planned"


@pytest.mark.parametrize("status", Action.Status.values)
def test_every_status_is_in_a_plans_calendar(team, tom, status):  # E1
    action = make_shared_action(tom, team=team)
    done = {"completed_at": timezone.now()} if status == "done" else {}
    Action.objects.filter(pk=action.pk).update(status=status, **done)

    [event] = events_of(plan_calendar(Action.objects.all(), name="Home visits")).values()

    states = {"proposed": "TENTATIVE", "dropped": "CANCELLED"}
    assert event["status"] == states.get(status, "CONFIRMED")
    assert str(Action.Status(status).label) in event["description"]


def test_what_has_no_date_is_on_no_day(team, tom):
    make_shared_action(tom, team=team, status="proposed", due_on=None)

    assert events_of(plan_calendar(Action.objects.all(), name="Home visits")) == {}


def leave(tom):
    end_membership(tom.memberships.get(), by=tom)


def archive(tom):
    team = tom.memberships.get().team_memberships.get().team
    archive_team(team, by=administrator_of(team.organisation))


def put_elsewhere(tom):
    """End the membership in the table alone, so that the action keeps its owner."""
    tom.memberships.update(ended_at=timezone.now())


@pytest.mark.parametrize("what", [leave, archive, put_elsewhere])
def test_where_somebody_does_not_belong_any_more_their_feed_is_silent(  # A11 H5
    team, tom, address, what
):
    make_shared_action(tom, team=team)
    assert read(address)

    what(tom)

    assert read(address) == {}


def test_a_feed_needs_no_cookie_and_sets_none(tom, address, django_assert_num_queries):  # H5
    with django_assert_num_queries(2):
        response = Client().get(address)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private"
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


def test_however_many_actions_a_feed_asks_the_same(team, tom, address, django_assert_num_queries):
    for number in range(4):
        make_shared_action(tom, team=team, title=f"Action {number}")
        make_action(tom, title=f"My own {number}")

    with django_assert_num_queries(2):  # H4 K1
        assert len(read(address)) == 8


# --- Its address --------------------------------------------------------------------------------


def page(client):
    return client.get("/calendar/")


def test_somebody_makes_the_address_renews_it_and_switches_it_off(client, tom):  # H5
    client.force_login(tom)
    assert "Make an address for my calendar" in page(client).text

    client.post("/calendar/", {"go": "make"})
    client.post("/calendar/", {"go": "make"})
    first = CalendarFeed.objects.get(user=tom).secret
    assert f'value="http://127.0.0.1:8000/calendar/{first}.ics"' in page(client).text

    shown = client.post("/calendar/", {"go": "renew"}, follow=True)
    second = CalendarFeed.objects.get(user=tom).secret
    assert "The old one has stopped" in shown.text
    assert Client().get(f"/calendar/{first}.ics").status_code == 404
    assert Client().get(f"/calendar/{second}.ics").status_code == 200

    client.post("/calendar/", {"go": "stop"})
    assert Client().get(f"/calendar/{second}.ics").status_code == 404
    assert "Make an address for my calendar" in page(client).text


def test_the_address_of_somebody_who_may_not_sign_in_is_not_there(tom, address):  # H5
    tom.is_active = False
    tom.save()

    assert Client().get(address).status_code == 404


def test_an_unknown_address_is_not_there(address):  # H5
    assert Client().get("/calendar/x.ics").status_code == 404
    assert Client().get(address.upper()).status_code == 404
    assert Client().post(address).status_code == 405


def test_an_address_cannot_be_guessed(tom, person):
    assert len(make_feed(tom).secret) == 43
    assert make_feed(tom).secret == make_feed(tom).secret != make_feed(person).secret


def test_the_address_is_not_among_what_somebody_takes_away(tom, address):  # J2
    assert make_feed(tom).secret not in str(everything_of(tom))


def test_the_address_goes_with_the_account(tom, address):
    erase(tom)

    assert Client().get(address).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_the_address_is_in_no_log(tom, address, caplog, monkeypatch):  # J2
    caplog.set_level(logging.DEBUG)
    Client().get(address)
    Client().get(f"{address}x")
    Client().post(address)
    tom.is_active = False
    tom.save()
    Client().get(address)
    tom.is_active = True
    tom.save()
    monkeypatch.setattr("onestepback.pages.calendar.views.feed_of", lambda feed: 1 / 0)
    Client(raise_request_exception=False).get(address)

    logged = "\n".join(WordlessFormatter().format(record) for record in caplog.records)

    assert "Internal Server Error: /calendar/…" in logged
    assert "Not Found: /calendar/…" in logged
    assert make_feed(tom).secret not in logged


def test_a_day_at_the_end_of_time_breaks_no_calendar(tom, team, address):
    make_shared_action(tom, team=team, title="Some day", due_on=date(9999, 12, 31))

    assert str(read(address)["Some day"]["dtstart"].dt) == "9999-12-31"


@pytest.mark.parametrize("secret", ["%00", "a%00b", "a b", "%F0%9F%98%80"])
def test_an_odd_address_of_a_calendar_is_not_there(secret):
    assert Client().get(f"/calendar/{secret}.ics").status_code == 404
