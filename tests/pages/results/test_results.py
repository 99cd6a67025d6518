"""The results of a round, the same on the page, in its spreadsheets and in its tables."""

import csv
import json
import re
from html import unescape
from io import BytesIO, StringIO
from types import SimpleNamespace
from uuid import uuid4

import pdfua
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from onestepback.pages.results.reading import results_of
from onestepback.pages.results.spreadsheet import results_sheets
from organisations.models import User
from reflections.models import Answer, Barrier, Level, Participation, Perspective, Question, Rating
from reflections.rounds import close_round, hide_from_results
from reflections.summaries import Figures, shared_texts
from tests.factories import (
    administrator_of,
    answer_round,
    browser_of,
    make_member,
    make_team_round,
    make_user,
    share,
)

pytestmark = pytest.mark.django_db
ANSWERS = [*(str(label) for label in Rating.labels), "I don’t know, or it does not apply"]


def team_round(staff, partners, **fields):
    """A round finished by so many staff, who say A little, and partners, who say Fully."""
    fields = {"levels": ["team"], "compares_perspectives": True, **fields}
    round_ = make_team_round(staff, **fields)
    for number in range(partners):
        person = make_member(
            round_.team.organisation, make_user(f"Partner {number}"), team=round_.team
        )
        answer_round(round_, person.user, rating=5, target=5, perspective=Perspective.PARTNER)
    return round_


def answer_of(round_, number, key="team-involve"):
    return Answer.objects.filter(
        reflection__participation__round=round_, question__key=key
    ).order_by("reflection__participation__user__pk")[number]


def set_answer(round_, number, **values):
    Answer.objects.filter(pk=answer_of(round_, number).pk).update(**values)


def columns(question):
    """A question's table by column: {bar: {answer: what the table says}}."""
    names = [row.name for row in question.all_rows]
    return {
        name: {label: cells[place] for label, cells in question.table}
        for place, name in enumerate(names)
    }


def tables_in(page):
    """Every table of figures on a page, as rows of cells."""
    tables = re.findall(r'<table class="nhsuk-table osb-figures.*?</table>', page, re.DOTALL)
    return [
        [
            [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
        ]
        for table in tables
    ]


@pytest.fixture
def reader(client):
    def sign_in(round_):
        client.force_login(administrator_of(round_.team.organisation))
        return client

    return sign_in


def test_the_table_of_a_question_says_how_many_chose_each_answer():
    round_ = make_team_round(6, levels=["team"])
    set_answer(round_, 0, rating=5, target=5)
    set_answer(round_, 1, rating=0, target=None)
    set_answer(round_, 2, rating=None)
    close_round(round_)

    question = results_of(round_).questions[0]

    now = dict(zip([*ANSWERS, "Not answered"], ["0", "3", "0", "0", "1", "1", "1"], strict=True))
    wanted = dict(zip([*ANSWERS, "Not answered"], ["0", "0", "0", "4", "1", "", "1"], strict=True))
    assert columns(question) == {"Where we are now": now, "Where we want to be": wanted}
    assert question.rows[0].sentence == (
        "Where we are now. A little: 3, Fully: 1, I don’t know, or it does not apply: 1, "
        "Not answered: 1."
    )


@pytest.mark.parametrize(
    ("staff", "partners", "names"),
    [(5, 5, ["Staff", "Partners"]), (5, 4, []), (4, 5, []), (9, 0, [])],
)
def test_staff_and_partners_stand_side_by_side_if_both_are_enough(  # B2
    reader, staff, partners, names
):
    round_ = team_round(staff, partners)
    close_round(round_)

    results = results_of(round_)
    page = reader(round_).get(f"/rounds/{round_.pk}/results/").text

    [level] = results.levels
    assert level.size == staff + partners
    assert level.sizes == [(name, 5) for name in names]
    assert [name for name, _rows in level.questions[0].parts] == names
    assert ("<h4>Partners</h4>" in page) is bool(names)
    assert ("Staff: Where we are now" in page) is bool(names)


def test_each_part_has_its_own_counts():
    round_ = team_round(5, 6)
    close_round(round_)

    [staff, partners] = results_of(round_).questions[0].parts

    assert [row.counts for row in staff[1]] == [[0, 5, 0, 0, 0], [0, 0, 0, 5, 0]]
    assert [row.counts for row in partners[1]] == [[0, 0, 0, 0, 6], [0, 0, 0, 0, 6]]


def test_a_round_that_does_not_compare_shows_no_parts():  # B2
    round_ = team_round(6, 6, compares_perspectives=False)
    close_round(round_)

    [level] = results_of(round_).levels

    assert (level.sizes, level.questions[0].parts) == ([], [])
    assert json.dumps(round_.figures).count("size") == 1


def test_a_question_says_how_staff_and_partners_were_asked():
    round_ = team_round(5, 0)
    close_round(round_)

    [(who, staff), (other, partners)] = results_of(round_).questions[0].wordings

    assert (who, other) == ("Staff", "Partners")
    assert staff != partners


def test_the_barrier_question_has_its_counts_too():
    round_ = make_team_round(6, levels=["team"])
    set_barrier = Answer.objects.filter(question__key="team-barriers")
    set_barrier.filter(pk=answer_of(round_, 0, "team-barriers").pk).update(has_barrier=True)
    set_barrier.filter(pk=answer_of(round_, 1, "team-barriers").pk).update(has_barrier=None)
    close_round(round_)

    [level] = results_of(round_).levels

    assert level.barrier_counts == [("Yes", 1), ("No", 4), ("Not answered", 1)]


def test_the_page_shows_a_table_of_every_question_with_the_same_figures(reader):
    round_ = team_round(5, 5)
    set_answer(round_, 0, rating=0)
    close_round(round_)

    page = reader(round_).get(f"/rounds/{round_.pk}/results/").text

    questions = results_of(round_).questions
    assert tables_in(page) == [
        [
            ["Answer", *(row.name for row in question.all_rows)],
            *[[label, *cells] for label, cells in question.table],
        ]
        for question in questions
    ]


def figures_on_the_page(page):
    """Every bar of a page: (bar, numbers)."""
    return sorted(
        (name, [cell for cell in column if cell != ""])
        for head, *rows in tables_in(page)
        for name, column in zip(head[1:], zip(*[row[1:] for row in rows], strict=True), strict=True)
    )


def figures_in_a_file(rows):
    """Every bar of a file: (bar, numbers), with the name that the page has for it."""
    return sorted(
        (
            when if who == "Everybody" else f"{who}: {when}",
            [str(cell) for cell in cells if cell not in ("", None)],
        )
        for _level, _question, who, when, *cells in rows
        if when.startswith("Where")
    )


@pytest.mark.parametrize(("staff", "partners"), [(5, 5), (6, 3)])
def test_the_files_have_the_figures_of_the_page_and_no_others(reader, staff, partners):  # A4
    round_ = team_round(staff, partners, levels=["team", "system"])
    set_answer(round_, 0, rating=0, target=None)
    close_round(round_)
    client, address = reader(round_), f"/rounds/{round_.pk}/results/"

    page = client.get(address).text
    text = client.get(f"{address}results.csv").content.decode("utf-8-sig")
    book = load_workbook(BytesIO(client.get(f"{address}results.xlsx").content))

    csv_rows = list(csv.reader(StringIO(text)))[1:]
    xlsx_rows = list(book.worksheets[0].values)[1:]
    shown = figures_on_the_page(page)
    assert len(shown) == 3 * (6 if partners == 5 else 2)
    assert figures_in_a_file(csv_rows) == figures_in_a_file(xlsx_rows) == shown


def test_a_level_with_too_few_is_in_no_file(reader):  # B1 P4.1
    round_ = make_team_round(6, levels=["team", "system"])
    participations = round_.participations.all()[:2]
    for participation in participations:
        participation.reflections.filter(level="system").update(submitted_at=None)
        share(participation, Level.SYSTEM, comment="Secret", idea="Secret")
    close_round(round_)
    client, address = reader(round_), f"/rounds/{round_.pk}/results/"

    sheets = results_sheets(results_of(round_))
    files = [client.get(f"{address}results.{each}").content for each in ("csv", "xlsx")]

    assert {row[0] for row in sheets[0].rows} == {"Service, project or team"}
    assert len(sheets) == 1
    assert b"System" not in files[0]
    values = [
        cell for sheet in load_workbook(BytesIO(files[1])) for row in sheet.values for cell in row
    ]
    assert "System" not in values
    assert "Secret" not in values
    assert "Fewer than 5 people finished this level" in client.get(address).text


def test_shared_words_have_a_sheet_without_names():  # B4
    round_ = make_team_round(6, levels=["team"])
    share(round_.participations.first(), Level.TEAM, comment="More time", barrier="No room")
    close_round(round_)

    _figures, words = results_sheets(results_of(round_))

    assert words.columns == ["Level", "What it is", "Question", "Words"]
    assert [[row[1], row[3]] for row in words.rows] == [
        ["Comment", "More time"],
        ["What gets in the way", "No room"],
    ]


def test_named_results_have_a_sheet_of_who_said_what():
    round_ = make_team_round(2, levels=["individual", "team"], sharing="named")
    share(round_.participations.get(user__name="Person 1"), Level.TEAM, barrier="No room")
    close_round(round_)

    _figures, words, people = results_sheets(results_of(round_))

    [[level, _kind, _question, text, who]] = words.rows
    assert (level, text, who) == ("Service, project or team", "No room", "Person 1")
    assert {tuple(row[i] for i in (0, 1, 3, 4)) for row in people.rows} == {
        (f"Person {number}", "Service, project or team", "A little", "Mostly")
        for number in range(2)
    }


def test_results_are_made_from_the_stored_figures_alone(reader):  # B2 P5.3
    round_ = make_team_round(6, levels=["team"], close=True)
    before = results_of(round_).questions

    Answer.objects.update(rating=5, target=5)
    Participation.objects.filter(user__name="Person 0").update(finished_at=None)

    assert results_of(round_).questions == before


# --- How much is asked ----------------------------------------------------------------------------

FEW_AND_MORE = {"confidential": (6, 60), "named": (6, 12)}


@pytest.fixture(scope="module")
def few_and_more(once):
    """Closed rounds of each kind, of few people and of more: {sharing: [round, facilitator]}."""
    return {
        sharing: [a_round_full_of_words(size, sharing) for size in sizes]
        for sharing, sizes in FEW_AND_MORE.items()
    }


def a_round_full_of_words(size, sharing):
    """A closed round in which everybody shared texts, of which some are then taken out."""
    round_ = make_team_round(size, sharing=sharing)
    for number, participation in enumerate(round_.participations.all()):
        share(participation, Level.TEAM, comment=f"Comment {number}", idea=f"Idea {number}")
        share(participation, Level.SYSTEM, barrier=f"Barrier {number}")
    with CaptureQueriesContext(connection) as closing:
        close_round(round_)
    facilitator = make_member(
        round_.team.organisation, team=round_.team, team_role="facilitator"
    ).user
    for text in shared_texts(round_, Figures.of(round_))[: size // 2]:
        hide_from_results(round_, by=facilitator, reason="It names somebody", **where(text))
    return SimpleNamespace(round=round_, facilitator=facilitator, closing=len(closing))


def where(text):
    question = Question.objects.filter(key=text.question).first()
    return {"kind": text.kind, "pk": text.pk, "level": text.level, "question": question}


@pytest.mark.parametrize("sharing", FEW_AND_MORE)
@pytest.mark.parametrize(
    ("path", "most"),
    [("", 8), ("?order=gap", 8), ("present/", 8), ("results.csv", 9), ("results.xlsx", 9)],
)
def test_the_results_ask_as_many_queries_for_sixty_people_as_for_six(  # K1
    few_and_more, client, path, most, sharing
):
    counts = []
    for made in few_and_more[sharing]:
        client.force_login(made.facilitator)
        address = f"/rounds/{made.round.pk}/results/{path}"
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))

    of_names = 1 if sharing == "named" else 0
    assert counts[0] == counts[1] <= most + of_names


def test_closing_asks_as_many_queries_for_sixty_people_as_for_six(few_and_more):  # K1
    for few, more in few_and_more.values():
        assert few.closing == more.closing < 30


# --- From a barrier to an action ------------------------------------------------------------------


@pytest.fixture
def shared_barriers():
    """A closed round in which two people shared a barrier of the team."""
    round_ = make_team_round(6, levels=["team"])
    people = list(round_.participations.all()[:2])
    share(people[0], barrier="No money for travel")
    share(people[1], barrier="Meetings at ten")
    close_round(round_)
    return round_


def keys_of(round_):
    texts = shared_texts(round_, Figures.of(round_))
    return {text.text: text.pk for text in texts if text.kind == "barrier"}


def test_a_barrier_says_what_is_done_about_it_or_that_nothing_is(reader, shared_barriers):
    browser, address = reader(shared_barriers), f"/rounds/{shared_barriers.pk}/results/"
    assert browser.get(address).text.count("No action yet") == 2
    barrier = Barrier.objects.get(text="Meetings at ten")
    action = add_action(
        plan_of(shared_barriers.team),
        by=administrator_of(shared_barriers.team.organisation),
        made_with=uuid4(),
        level="team",
        title="Meet at six",
        status="proposed",
        barriers=[barrier],
    )

    page = browser.get(address).text

    assert page.count("No action yet") == 1
    assert f'<a href="/actions/{action.pk}/">Meet at six</a>' in page


def test_results_lead_to_the_plan_and_an_action_back_to_its_barrier(reader, shared_barriers):
    browser, keys = reader(shared_barriers), keys_of(shared_barriers)
    address = f"/rounds/{shared_barriers.pk}/results/"
    plan = f"/teams/{shared_barriers.team.pk}/plan/"

    page = browser.get(address).text
    form = browser.get(f"{address}act/", {"barrier": keys["Meetings at ten"]}, follow=True)

    assert f'<a href="{plan}">Action plan of' in page
    back = f"{address}#b-{keys['Meetings at ten']}"
    assert f'<a class="nhsuk-back-link" href="{back}">' in form.text
    assert f'id="b-{keys["Meetings at ten"]}"' in page


def test_ticked_barriers_become_one_action(reader, shared_barriers):
    browser, keys = reader(shared_barriers), keys_of(shared_barriers)

    ticked = browser.get(
        f"/rounds/{shared_barriers.pk}/results/act/", {"barrier": list(keys.values())}, follow=True
    )

    assert ticked.request["PATH_INFO"] == f"/plans/{plan_of(shared_barriers.team).pk}/add/"
    assert all(text in ticked.text for text in keys)


def test_whoever_ticks_nothing_is_told_what_to_do(reader, shared_barriers):
    act = f"/rounds/{shared_barriers.pk}/results/act/"

    page = reader(shared_barriers).get(act, {"at": "team"})

    assert "<title>Error: " in page.text
    first = re.search(r'<a href="#(b-[^"]+)">\s*Tick at least one thing', page.text)[1]
    assert f'id="{first}"' in page.text
    assert page.text.count("Tick at least one thing that gets in the way") == 2
    elsewhere = reader(shared_barriers).get(act, {"at": "system"})  # where there is none to tick
    assert 'href="#b-"' not in elsewhere.text


def test_whoever_has_left_reads_the_results_and_nothing_of_the_plan(  # A11 P14.4
    client, shared_barriers
):
    participation = shared_barriers.participations.first()
    participation.user.memberships.update(ended_at=timezone.now())
    client.force_login(participation.user)
    address = f"/rounds/{shared_barriers.pk}/results/"

    page = client.get(address).text

    assert "Meetings at ten" in page
    assert "No action yet" not in page
    assert client.get(f"{address}act/").status_code == 404


def test_whoever_gave_no_name_is_not_shown_by_their_address(reader):  # B4
    round_ = make_team_round(6, levels=["team"], sharing="named")
    participation = round_.participations.first()
    share(participation, comment="We never meet")
    User.objects.filter(pk=participation.user_id).update(name="", email="secret@example.org")
    close_round(round_)
    facilitator = make_member(round_.team.organisation, team=round_.team, team_role="facilitator")
    browser = reader(round_)
    browser.force_login(facilitator.user)

    page = browser.get(f"/rounds/{round_.pk}/results/").text

    assert "We never meet" in page
    assert "Somebody who has not given a name" in page
    assert "secret@example.org" not in page


@pytest.mark.slow
@pytest.mark.parametrize("print_", ["", "large"])
@pytest.mark.parametrize("kind", ["compared", "named", "too few"])
def test_the_pdf_of_results_passes_the_checker_for_accessible_pdf(kind, print_, tmp_path):  # G8
    if kind == "compared":
        round_ = team_round(5, 5)
        for sitting in round_.participations.all()[:5]:
            share(sitting, comment="Ten is too early", barrier="The lift is broken", idea="A walk")
    else:
        size = 6 if kind == "named" else 3
        sharing = "named" if kind == "named" else "confidential"
        round_ = make_team_round(size, levels=["individual", "team"], sharing=sharing)
    close_round(round_)
    reader = round_.participations.exclude(user=None).first().user
    path = tmp_path / "results.pdf"

    response = browser_of(reader).get(f"/rounds/{round_.pk}/results/pdf/", {"print": print_})
    path.write_bytes(response.content)

    assert response["Content-Type"] == "application/pdf"
    findings = pdfua.validate(str(path)).findings
    assert [f"{finding.rule_id} {finding.message}" for finding in findings] == []
