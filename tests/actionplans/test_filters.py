"""What is asked for in a plan: the same on its pages, in its tables, its calendar and its PDF."""

import csv
import re
from datetime import date, timedelta
from io import BytesIO, StringIO

import pdfua
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from actionplans.filters import ActionFilter
from actionplans.models import Action, ActionBarrier, ActionPlan
from actionplans.services import end_membership
from onestepback.publishing import pdf
from organisations.models import AuditEvent, System
from reflections.models import Level
from reflections.rounds import close_round
from tests.actionplans.shared_plans.helpers import words_on
from tests.factories import (
    TeamPlace,
    answer_round,
    browser_of,
    make_action,
    make_member,
    make_round,
    make_shared_action,
    make_user,
    share,
)
from tests.publishing import pdfs

pytestmark = pytest.mark.django_db
STATUSES = Action.Status.values


@pytest.fixture
def place(db):
    return TeamPlace()


def fill(place, number):
    """So many actions, of every level and status, by people with and without accounts, or late."""
    today, rows = place.plan.today, []
    owners = [
        {"owner": place.facilitator},
        {"owner": place.member},
        {"owner_name": "Sam Carter"},
        {"owner_left": True},
    ]
    for n in range(number):
        status = STATUSES[n % len(STATUSES)]
        free = status in ("proposed", "dropped") and n % 2 == 0
        rows.append(
            Action(
                plan=place.plan,
                title=f"act{n}z",
                detail="Ring the bus company" if n % 3 == 0 else "",
                level=Level.values[n % 4],
                status=status,
                due_on=None if free else today + timedelta(days=n - number // 2),
                completed_at=timezone.now() if status == "done" else None,
                **({} if free else owners[n * 7 // 5 % 4]),
            )
        )
    Action.objects.bulk_create(rows)
    return list(Action.objects.filter(plan=place.plan))


def on_pages(browser, place, query):
    """The keys of the actions on the pages of a plan, from the first to the last, as a list."""
    address, found = f"{place.address}?{query}", []
    while address:
        page = browser.get(address).text
        titles = re.findall(r'osb-action__title"><a href="/actions/([0-9]+)/"', page)
        found += map(int, titles)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = following and place.address + following[1].replace("&amp;", "&")
    return found


def file(browser, place, name, query):
    response = browser.get(f"{place.address}{name}?{query}")
    assert response.status_code == 200
    return response.content


def rows_of_csv(content):
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def rows_of_xlsx(content):
    header, *rows = load_workbook(BytesIO(content)).worksheets[0].values
    return [dict(zip(header, row, strict=True)) for row in rows]


def number_in(title):
    return int(title[3:-1])


QUERIES = [
    ("", lambda a, place: True),
    ("owner=me", lambda a, place: a.owner == place.facilitator),
    ("owner=nobody", lambda a, place: a.is_open and a.owner_left),
    ("owner=name:Sam+Carter", lambda a, place: a.owner_name == "Sam Carter"),
    ("level=organisation&sort=title", lambda a, place: a.level == "organisation"),
    ("status=open&overdue=yes&sort=due", lambda a, place: a.is_overdue(place.plan.today)),
    ("q=BUS+ring&sort=newest", lambda a, place: bool(a.detail)),
    (
        "q=bus&level=team&status=stuck",
        lambda a, place: a.detail and a.status == "stuck" and a.level == "team",
    ),
    ("status=proposed&sort=status", lambda a, place: a.status == "proposed"),
]


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


@pytest.mark.parametrize(
    "query",
    ["sort=owner__password", "owner=account:1%20OR%201", "owner=account:", "status=x", "page=-3"],
)
def test_an_address_that_asks_for_something_unknown_shows_the_whole_plan(place, query):  # A13
    action = place.add()

    page = browser_of(place.member).get(f"{place.address}?{query}")

    assert action.title in page.text


def test_sorted_by_date_the_levels_are_mixed(place):  # K3
    days = {"system": 3, "team": 1, "organisation": 2, "individual": 4}
    for level, days_on in days.items():
        place.add(title=level, level=level, due_on=place.plan.today + timedelta(days_on))

    pages = on_pages(browser_of(place.member), place, "sort=due")

    titles = dict(Action.objects.values_list("pk", "title"))
    assert [titles[pk] for pk in pages] == sorted(days, key=days.get)


def test_a_level_whose_actions_are_on_the_next_page_does_not_say_that_it_has_none(place):  # E9
    for number in range(26):
        place.add(title=f"Team {number}")
    place.add(title="Of all", level="organisation")

    first = browser_of(place.member).get(place.address).text

    assert "Of all" not in first
    assert section_of(first, "organisation").count("on the next pages") == 1
    assert "No actions yet." not in section_of(first, "organisation")
    assert "No actions yet." in section_of(first, "system")


def section_of(page, level):
    return re.search(rf'<section [^>]*id="{level}".*?</section>', page, re.S)[0]


# --- What is in a row ---------------------------------------------------------------------------


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

    assert f'<strong class="nhsuk-tag osb-tag--{status}">{label}</strong></dd>' in page
    assert f'<option value="{status}" selected>{label}</option>' in page
    assert row["Status"] == label
    assert f"Status: {label}" in printed
    assert printed.count(label) > 2
    assert f"Status: {label}" in file(browser, place, "actions.ics", "").decode()


@pytest.fixture
def sources(place):
    """An action for a barrier, one for an idea, and one for a question."""
    round_ = make_round(place.team, by=place.administrator)
    people = [make_member(place.organisation, make_user(), team=place.team).user for _n in "12345"]
    parts = [answer_round(round_, person) for person in people]
    share(parts[0], barrier="The lift is broken", idea="A walk to the river")
    close_round(round_)
    place.round = round_
    browser = browser_of(place.facilitator)
    barrier = parts[0].reflections.get(level="team").barriers.get()
    idea = re.search(r"idea/([0-9a-f-]{36})", browser.get(f"/rounds/{round_.pk}/results/").text)
    due = place.plan.today + timedelta(days=9)
    dates = {"due_on_0": due.day, "due_on_1": due.month, "due_on_2": due.year}
    found = {
        "For a barrier": f"barrier={barrier.pk}",
        "For an idea": f"idea={idea[1]}",
        "For a question": "question=team-involve",
    }
    for title, query in found.items():
        sent = browser.post(f"{place.address}add/?{query}", {"title": title, "who": "me", **dates})
        assert sent.status_code == 302, sent.text
    place.due = due
    return place


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
        assert f"Helps with: {source}" in printed
    assert printed.count("Flo Facilitator") >= 3
    assert printed.count(day) >= 3


def test_an_action_that_answers_nothing_in_particular_has_no_empty_line(place):
    action = place.add()
    ActionBarrier.objects.create(action=action, text="")  # taken back, or of a named round
    browser = browser_of(place.member)

    [row] = rows_of_csv(file(browser, place, "actions.csv", ""))

    assert row["It answers"] == ""
    assert "It answers" not in browser.get(action.get_absolute_url()).text
    assert "Helps with" not in pdfs.words(file(browser, place, "pdf/", ""))


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
    assert f"Overdue</strong> <span>{len(late)}</span></a>" in page
    assert f"Overdue {len(late)} " in reversed_facts(file(browser, place, "pdf/", ""))


def reversed_facts(content):
    """The text of a PDF; its figures stand beside their words, in the one order or the other."""
    words = pdfs.words(content)
    return words + " " + re.sub(r"(\d+) (\w+)", r"\2 \1", words) + " "


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


def test_my_actions_are_those_of_all_plans_and_nobody_elses(place):
    make_action(place.member, title="My own")
    place.add(title="Of the team", owner=place.member)
    place.add(title="Hers")
    make_shared_action(place.member, organisation=place.organisation, title="Of all of us")
    place.add(title="Over", owner=place.member, status="dropped")
    browser = browser_of(place.member)

    def titles(query=""):
        page = browser.get(f"/actions/?{query}").text
        return set(re.findall(r'osb-action__title"><a [^>]*>([^<]*)<', page))

    assert titles() == {"My own", "Of the team", "Of all of us"}
    assert titles("status=dropped") == {"Over"}
    assert titles("q=team") == {"Of the team"}
    assert titles("owner=me&q=own") == {"My own"}


@pytest.mark.parametrize("query", ["", "print=large", "status=stuck"])
def test_the_pdf_of_a_groups_plan_passes_the_checker_for_accessible_pdf(
    place, query, tmp_path
):  # G8
    for action in fill(place, 24)[::3]:
        action.action_barriers.create(text="The lift is broken")
    place.plan.visions = {"team": "We decide together"}
    place.plan.save()
    path = tmp_path / "plan.pdf"

    path.write_bytes(file(browser_of(place.member), place, "pdf/", query))

    findings = pdfua.validate(str(path)).findings
    assert [f"{finding.rule_id} {finding.message}" for finding in findings] == []


def test_the_pdf_in_large_print_has_a_name_of_its_own(place):  # G7
    browser = browser_of(place.member)

    names = [
        browser.get(f"{place.address}pdf/?{query}")["Content-Disposition"]
        for query in ("", "print=large")
    ]

    assert "large-print" in names[1]
    assert names[0] != names[1]


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
        return re.findall(r'osb-action__title"><a [^>]*>([^<]*)<', page)

    assert titles() == titles("sort=nonsense") == ["Now", "Soon", "In May"]
    assert titles("sort=level") == ["Soon", "In May", "Now"]
    assert "Service, project or team" in browser.get("/actions/").text


def test_what_is_asked_for_is_said_above_what_is_found(place):  # K3
    place.add(title="Ring them", status="stuck")
    browser = browser_of(place.member)

    page = browser.get(f"{place.address}?status=stuck").text

    assert "<title>1 action: Action plan of Home visits" in page
    assert re.search(
        r'id="found"[^>]*>1 action\. Status: Stuck\. <a href="[^"]*">Show everything', page
    )
    assert re.search(r'href="\?status=stuck#found" aria-current="true"', page)
    assert (
        "aria-current"
        not in browser.get(place.address).text.split("osb-counts")[1].split("</ul>")[0]
    )


# --- Files --------------------------------------------------------------------------------------


def test_a_pdf_says_what_was_asked_for_and_has_a_name_for_people(place):  # G7
    place.team.name = 'Café "A/B"'
    place.team.save()
    fill(place, 12)
    query = "status=open&level=team&overdue=yes&q=act&owner=name:Sam+Carter&sort=due"

    response = browser_of(place.member).get(f"{place.address}pdf/?{query}")

    text = pdfs.words(response.content)
    for words in (
        "Words in it: act",
        "Status: Open: planned, under way or stuck",
        "Level: Service, project or team",
        "Who: Sam Carter",
        "Dates: Overdue",
        "In which order: By date",
        'Café "A/B"',
    ):
        assert words in text
    disposition = response["Content-Disposition"]
    assert f"{place.plan.today:%Y-%m-%d}.pdf" in disposition
    assert "filename*=utf-8''Action-plan-Caf%C3%A9-A-B-" in disposition
    assert "no-store" in response["Cache-Control"]


def test_large_print_has_the_same_words(place):
    fill(place, 6)
    browser = browser_of(place.member)

    usual, large = (
        browser.get(f"{place.address}pdf/?{query}").content for query in ("", "print=large")
    )

    assert len(pdfs.pages(large)) > len(pdfs.pages(usual))
    assert set(re.findall("act[0-9]z", pdfs.words(large))) == {f"act{n}z" for n in range(6)}


def test_more_than_a_thousand_actions_are_no_pdf_but_a_sentence(place):  # G4
    fill(place, 1001)
    browser = browser_of(place.member)

    response = browser.get(f"{place.address}pdf/", follow=True)
    some = browser.get(f"{place.address}pdf/?q=act99")

    assert "This has 1001 rows. A PDF can have 1000 at most." in response.text
    assert response.redirect_chain == [(place.address, 302)]
    assert some["Content-Type"] == "application/pdf"
    assert AuditEvent.objects.filter(kind="plan_downloaded").count() == 1


def test_words_that_look_like_a_formula_stay_words(place):  # H1
    place.add(title="=1+1", detail="@SUM(A1)", measure="-2", owner=None, owner_name="+44 7700")
    browser = browser_of(place.member)

    [row] = rows_of_csv(file(browser, place, "actions.csv", ""))
    sheet = load_workbook(BytesIO(file(browser, place, "actions.xlsx", ""))).worksheets[0]

    kept = [row[name] for name in ("What", "More about it", "How will we know", "Who")]
    assert kept == ["'=1+1", "'@SUM(A1)", "'-2", "'+44 7700"]
    cells = {cell.value: cell.data_type for cell in sheet[2]}
    assert {cells[words] for words in ("=1+1", "@SUM(A1)", "-2", "+44 7700")} == {"s"}


@pytest.mark.parametrize("name", ["pdf/", "actions.csv", "actions.xlsx", "actions.ics"])
def test_a_download_is_written_down(place, name):  # J1
    place.add()

    file(browser_of(place.member), place, name, "")

    event = AuditEvent.objects.get(kind="plan_downloaded")
    assert (event.actor, event.team, event.organisation) == (
        place.member,
        place.team,
        place.organisation,
    )


# --- How much is asked of the database ------------------------------------------------------------


def queries(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 29, 270]),
        ("status=open&sort=due", [6, 24, 270]),
        ("owner=me&overdue=yes", [30, 270]),
        ("page=2", [30, 270]),
    ],
)
def test_a_plan_asks_as_many_queries_for_three_hundred_actions_as_for_few(  # K1 Q1
    sources, query, numbers
):
    browser, counts = browser_of(sources.facilitator), []
    Action.objects.all().delete()

    for number in numbers:
        fill(sources, number)
        for action in Action.objects.filter(action_barriers=None)[:40]:
            ActionBarrier.objects.create(action=action, text=f"In the way {action.pk}")
        counts.append(queries(browser, f"{sources.address}?{query}"))

    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_the_plan_of_a_system_asks_no_more(place):  # K1
    system = System.objects.create(name="Tamsel Valley", slug="tamsel")
    system.conveners.add(place.facilitator)
    place.organisation.system = system
    place.organisation.save()
    place.plan = ActionPlan.objects.create(system=system)
    fill(place, 30)

    assert queries(browser_of(place.facilitator), place.plan.get_absolute_url()) <= 8


@pytest.mark.parametrize("query", ["", "status=open&sort=due", "overdue=yes"])
def test_my_actions_ask_as_many_queries_for_three_hundred_as_for_few(place, query):  # K1
    browser, counts = browser_of(place.facilitator), []
    other = TeamPlace(name="Day centre")
    make_member(other.organisation, place.facilitator, team=other.team)
    for number in (12, 138):
        for each in (place, other):
            fill(each, number)
        make_action(place.facilitator)
        Action.objects.filter(plan__user=None).exclude(owner_name="").update(
            owner=place.facilitator, owner_name=""
        )
        Action.objects.filter(plan=other.plan, owner_left=True).update(
            owner=place.facilitator, owner_left=False
        )
        counts.append(queries(browser, f"/actions/?{query}"))

    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("name", ["actions.csv", "actions.xlsx", "actions.ics", "pdf/"])
def test_a_download_asks_as_many_queries_for_two_hundred_rows_as_for_ten(  # H4
    place, name, monkeypatch
):
    monkeypatch.setattr(pdf, "_write", str.encode)
    browser, counts = browser_of(place.facilitator), []
    for number in (10, 190):
        fill(place, number)
        for action in place.plan.actions.filter(action_barriers=None):
            ActionBarrier.objects.create(action=action, text=f"In the way {action.pk}")
        counts.append(queries(browser, f"{place.address}{name}"))

    assert counts[0] == counts[1]


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
