"""Each action says the same on the page, in tables and in the PDF."""

import re
from datetime import date

import pytest
from django.utils import timezone

from actionplans.models import Action, ActionBarrier
from tests.factories import TeamPlace, browser_of, make_member
from tests.pages.plans.finding.helpers import (
    STATUSES,
    file,
    fill,
    reversed_facts,
    rows_of_csv,
    rows_of_xlsx,
)
from tests.publishing import pdfs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_words_everywhere(place, status):  # E1
    done = timezone.now() if status == "done" else None
    Action.objects.create(
        plan=place.plan,
        title="act1z",
        level="team",
        status=status,
        owner=place.member,
        due_on=place.plan.today,
        completed_at=done,
    )
    label = str(Action.Status(status).label)
    browser = browser_of(place.member)

    page = browser.get(f"{place.address}?status={status}").text
    printed = pdfs.words(file(browser, place, "pdf/", f"status={status}"))
    [row] = rows_of_csv(file(browser, place, "actions.csv", f"status={status}"))

    assert re.search(rf'<strong class="nhsuk-tag osb-tag--{status}">{label}</strong>\s*</dd>', page)
    assert f'<option value="{status}" selected>{label}</option>' in page
    assert row["Status"] == label
    assert f"Status: {label}" in printed
    assert printed.count(label) > 2
    assert f"Status: {label}" in file(browser, place, "actions.ics", "").decode()


def test_page_pdf_and_tables_say_whose_it_is_by_when_and_what_it_answers(sources):  # E2
    browser = browser_of(sources.member)
    asked = "Do you involve Patient and Public partners in design and delivery?"

    printed = pdfs.words(file(browser, sources, "pdf/", ""))
    rows = {
        row["What"]: row["It answers"]
        for row in rows_of_csv(file(browser, sources, "actions.csv", ""))
    }
    book = {
        row["What"]: row["It answers"]
        for row in rows_of_xlsx(file(browser, sources, "actions.xlsx", ""))
    }
    pages = {
        action.title: browser.get(action.get_absolute_url()).text for action in Action.objects.all()
    }

    answered = {
        "For a barrier": "The lift is broken",
        "For an idea": "A walk to the river",
        "For a question": asked,
    }
    day = f"{sources.due.day} {sources.due:%B %Y}"
    for title, source in answered.items():
        assert source in rows[title]
        assert source in book[title]
        assert source in pages[title]
        assert day in pages[title]
        assert "Flo Facilitator" in pages[title]
        assert f"It answers: {source}" in printed
    assert printed.count("Flo Facilitator") >= 3
    assert printed.count(day) >= 3


def test_an_action_that_answers_nothing_in_particular_has_no_empty_line(place):
    action = place.add()
    ActionBarrier.objects.create(action=action, text="")  # taken back, or of a named round
    browser = browser_of(place.member)

    [row] = rows_of_csv(file(browser, place, "actions.csv", ""))

    assert row["It answers"] == ""
    assert "It answers" not in browser.get(action.get_absolute_url()).text
    assert "It answers" not in pdfs.words(file(browser, place, "pdf/", ""))


@pytest.mark.slow
def test_overdue_is_one_rule_in_rows_queries_and_files(place, time_machine):  # E3
    time_machine.move_to("2026-11-24T12:00:00Z", tick=False)
    fill(place, 24)
    today = place.plan.today
    late = {a.title for a in Action.objects.all() if a.is_overdue(today)}
    browser = browser_of(place.member)

    page = browser.get(place.address).text
    rows = rows_of_csv(file(browser, place, "actions.csv", ""))

    assert late == {a.title for a in Action.objects.overdue(today)}
    assert late == {a.title for a in Action.objects.overdue_now()}
    assert late == {row["What"] for row in rows if row["Overdue"] == "Yes"}
    assert re.search(rf"Overdue</strong>\s+<span>{len(late)}</span></a>", page)
    assert f"Overdue {len(late)} " in reversed_facts(file(browser, place, "pdf/", ""))


def test_on_my_actions_overdue_is_by_the_clock_of_each_plan(time_machine):  # E3 D4
    time_machine.move_to("2026-11-24T20:00:00Z", tick=False)  # it is the 25th in Auckland
    here = TeamPlace()
    there = TeamPlace(time_zone="Pacific/Auckland")
    make_member(there.organisation, here.facilitator, team=there.team)
    for place, title in ((here, "In London"), (there, "In Auckland")):
        place.add(title=title, owner=here.facilitator, due_on=date(2026, 11, 24))
    browser = browser_of(here.facilitator)

    everything = browser.get("/actions/").text
    late = browser.get("/actions/?overdue=yes").text

    assert everything.count("osb-tag--overdue") == 1
    assert ("In London" in late, "In Auckland" in late) == (False, True)
    assert late.count("osb-tag--overdue") == 1
