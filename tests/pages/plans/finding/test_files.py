"""A plan as files."""

import re
from io import BytesIO

import pdfua
import pytest
from openpyxl import load_workbook

from organisations.models import AuditEvent
from tests.factories import browser_of
from tests.pages.plans.finding.helpers import file, fill, rows_of_csv
from tests.publishing import pdfs

pytestmark = pytest.mark.django_db


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
    assert "filename*=utf-8''Part-of-the-action-plan-Caf%C3%A9-A-B-" in disposition
    assert "no-store" in response["Cache-Control"]


def test_large_print_has_the_same_words(place):
    fill(place, 6)
    browser = browser_of(place.member)

    usual, large = (
        browser.get(f"{place.address}pdf/?{query}").content for query in ("", "print=large")
    )

    assert len(pdfs.pages(large)) > len(pdfs.pages(usual))
    assert set(re.findall("act[0-9]z", pdfs.words(large))) == {f"act{n}z" for n in range(6)}


def test_the_pdf_in_large_print_and_a_part_have_names_of_their_own(place):  # G7
    browser = browser_of(place.member)

    names = [
        browser.get(f"{place.address}pdf/?{query}")["Content-Disposition"]
        for query in ("", "print=large", "status=stuck", "status=stuck&print=large", "sort=title")
    ]

    assert len(set(names)) == 4
    assert names[4] == names[0]
    assert "large-print" in names[1]
    assert "part-of-the-action-plan" in names[2]
    assert "part-of-the-action-plan" in names[3]


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
