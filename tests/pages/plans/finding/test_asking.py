"""A plan is filtered and sorted as its address asks, and its actions are counted."""

import re
from datetime import timedelta

import pytest

from actionplans.models import Action
from actionplans.services.leaving import end_membership
from onestepback.pages.actions.filters import ActionFilter
from reflections.rounds import close_round
from tests.factories import (
    answer_round,
    browser_of,
    make_action,
    make_member,
    make_round,
    make_shared_action,
    make_user,
    share,
)
from tests.pages.plans.finding.helpers import (
    QUERIES,
    file,
    fill,
    on_pages,
    rows_of_csv,
    rows_of_xlsx,
    section_of,
)
from tests.pages.plans.shared.helpers import words_on
from tests.publishing import pdfs

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize(("query", "is_asked"), QUERIES)
def test_pages_tables_calendar_and_pdf_have_the_same_actions(place, query, is_asked):  # A4 K3
    actions = {action.pk: action for action in fill(place, 36)}
    expected = {pk for pk, action in actions.items() if is_asked(action, place)}
    by_title = {action.title: pk for pk, action in actions.items()}
    browser = browser_of(place.facilitator)

    pages = on_pages(browser, place, query)
    tables = [
        rows_of_csv(file(browser, place, "actions.csv", query)),
        rows_of_xlsx(file(browser, place, "actions.xlsx", query)),
    ]
    calendar = file(browser, place, "actions.ics", query).decode()
    printed = pdfs.words(file(browser, place, "pdf/", query))

    assert expected
    assert sorted(pages) == sorted(expected)
    for table in tables:
        assert sorted(by_title[row["What"]] for row in table) == sorted(expected)
    dated = {pk for pk in expected if actions[pk].due_on}
    assert {int(pk) for pk in re.findall(r"UID:action-([0-9]+)@", calendar)} == dated
    assert {by_title[title] for title in re.findall(r"act[0-9]+z", printed)} == expected


def test_a_reader_who_is_no_facilitator_has_the_same_files(place):  # A4
    fill(place, 8)
    both = [browser_of(place.facilitator), browser_of(place.member)]

    assert len({file(browser, place, "actions.csv", "") for browser in both}) == 1


def test_what_is_asked_for_stays_when_one_goes_to_the_next_page_and_away(place):  # K3
    fill(place, 120)

    page = browser_of(place.member).get(f"{place.address}?status=open&sort=due&page=2").text

    for link in (
        "?status=open&amp;sort=due&amp;page=1",
        "?status=open&amp;sort=due&amp;page=3",
        "pdf/?status=open&amp;sort=due&amp;print=large",
        "pdf/?status=open&amp;sort=due",
        "actions.csv?status=open&amp;sort=due",
        "actions.ics?status=open&amp;sort=due",
    ):
        assert f'{link}"' in page
    assert '<option value="due" selected>' in page
    assert '<option value="open" selected>' in page


def test_what_is_asked_for_is_said_above_what_is_found(place):  # K3
    place.add(title="Ring them", status="stuck")
    browser = browser_of(place.member)

    page = browser.get(f"{place.address}?status=stuck").text

    assert "<title>1 action: Action plan of Home visits" in page
    assert re.search(
        r'id="found"[^>]*>1 action\. Status: Stuck\. <a href="[^"]*">Show everything', page
    )
    assert re.search(r'href="\?status=stuck#found"\s+aria-current="true"', page)
    assert (
        "aria-current"
        not in browser.get(place.address).text.split("osb-counts")[1].split("</ul>")[0]
    )


@pytest.mark.parametrize(
    "query",
    ["sort=owner__password", "owner=account:1%20OR%201", "owner=account:", "status=x", "page=-3"],
)
def test_an_address_that_asks_for_something_unknown_shows_the_whole_plan(place, query):  # A13
    action = place.add()

    page = browser_of(place.member).get(f"{place.address}?{query}")

    assert action.title in page.text


def test_a_filter_says_in_the_address_what_it_asks_for():
    asked = ActionFilter({"q": "a b", "status": "stuck", "level": "nowhere"})

    assert asked.query == "?q=a+b&status=stuck"
    assert not asked.is_whole_plan
    assert ActionFilter({"level": "team", "page": "2"}).is_whole_plan


def test_a_search_looks_in_all_that_an_action_says(place):  # K3
    for name in ("title", "detail", "measure"):
        place.add(**{"title": "Another", name: f"The {name} has a zebra"})
    place.add(title="Without")

    assert len(on_pages(browser_of(place.member), place, "q=zebra")) == 3


def test_sorted_by_date_the_levels_are_mixed(place):  # K3
    days = {"system": 3, "team": 1, "organisation": 2, "individual": 4}
    for level, days_on in days.items():
        place.add(title=level, level=level, due_on=place.plan.today + timedelta(days_on))

    pages = on_pages(browser_of(place.member), place, "sort=due")

    titles = dict(Action.objects.values_list("pk", "title"))
    assert [titles[pk] for pk in pages] == sorted(days, key=days.get)


def test_each_order_is_that_of_the_page_and_of_the_table(place):  # K3 A4
    made = [
        place.add(title="Bench", status="stuck", due_on=place.plan.today + timedelta(5)),
        place.add(title="apples", status="planned", due_on=place.plan.today + timedelta(9)),
        place.add(title="Chairs", status="planned", due_on=place.plan.today + timedelta(1)),
    ]
    browser = browser_of(place.member)
    orders = {
        "title": ["apples", "Bench", "Chairs"],
        "status": ["Chairs", "apples", "Bench"],
        "newest": ["Chairs", "apples", "Bench"],
        "due": ["Chairs", "Bench", "apples"],
    }
    titles = {action.pk: action.title for action in made}

    for sort, expected in orders.items():
        assert [titles[pk] for pk in on_pages(browser, place, f"sort={sort}")] == expected
        table = browser.get(f"{place.address}actions.csv?sort={sort}").text
        assert sorted(expected, key=table.index) == expected


def test_a_level_whose_actions_are_on_the_next_page_does_not_say_that_it_has_none(place):  # E9
    for number in range(26):
        place.add(title=f"Team {number}")
    place.add(title="Of all", level="organisation")

    first = browser_of(place.member).get(place.address).text

    assert "Of all" not in first
    assert section_of(first, "organisation").count("on the next pages") == 1
    assert "No actions yet." not in section_of(first, "organisation")
    assert "No actions yet." in section_of(first, "system")


def test_the_overview_counts_all_that_is_in_the_plan(place):  # E1
    late = place.plan.today - timedelta(days=3)
    for owner in (place.facilitator, place.facilitator, place.member, place.member):
        place.add(owner=owner)
    for _time in range(2):
        make_late = place.add(status="under_way")
        Action.objects.filter(pk=make_late.pk).update(due_on=late)
    end_membership(place.member.memberships.get(), by=place.administrator)

    page = browser_of(place.facilitator).get(place.address)
    said = words_on(page)
    printed = pdfs.words(file(browser_of(place.facilitator), place, "pdf/", ""))

    for words in ("Planned 4", "Under way 2", "Overdue 2", "Needs an owner 2"):
        assert words in said
        assert words in printed


def test_barriers_that_a_plan_does_not_list_are_counted(place):
    round_ = make_round(place.team, by=place.administrator)
    people = [
        make_member(place.organisation, make_user(f"Person {number}"), team=place.team).user
        for number in range(23)
    ]
    for number, person in enumerate(people):
        share(answer_round(round_, person), "team", barrier=f"Barrier {number}")
    close_round(round_)
    place.add()

    said = words_on(browser_of(people[0]).get(place.address))

    assert "Barriers with no action yet 23" in said
    assert "And 3 more, in the results of the last round." in said


def test_my_actions_are_those_of_all_plans_and_nobody_elses(place):
    make_action(place.member, title="My own")
    place.add(title="Of the team", owner=place.member)
    place.add(title="Hers")
    make_shared_action(place.member, organisation=place.organisation, title="Of all of us")
    place.add(title="Over", owner=place.member, status="dropped")
    browser = browser_of(place.member)

    def titles(query=""):
        page = browser.get(f"/actions/?{query}").text
        return set(re.findall(r'osb-action__title">\s*<a [^>]*>([^<]*)<', page))

    assert titles() == {"My own", "Of the team", "Of all of us"}
    assert titles("status=dropped") == {"Over"}
    assert titles("q=team") == {"Of the team"}
    assert titles("owner=me&q=own") == {"My own"}


def test_my_actions_come_by_date_unless_another_order_is_asked_for(place):  # K3
    for title, days in {"In May": 9, "Now": 1, "Soon": 3}.items():
        due_on = place.plan.today + timedelta(days)
        place.add(
            title=title,
            owner=place.member,
            level="team" if days == 1 else "individual",
            due_on=due_on,
        )
    browser = browser_of(place.member)

    def titles(query=""):
        page = browser.get(f"/actions/?{query}").text
        return re.findall(r'osb-action__title">\s*<a [^>]*>([^<]*)<', page)

    assert titles() == titles("sort=nonsense") == ["Now", "Soon", "In May"]
    assert titles("sort=level") == ["Soon", "In May", "Now"]
    assert "Service, project or team" in browser.get("/actions/").text
