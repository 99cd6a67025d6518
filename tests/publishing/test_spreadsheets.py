"""Spreadsheets and CSV files hold what people wrote, and run none of it."""

import ast
import csv
import time
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from itertools import chain
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from onestepback.publishing.spreadsheets import Sheet, csv_response, xlsx_response

ROOT = Path(__file__).resolve().parent.parent.parent

# What somebody might type so that a colleague's computer runs it.
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\ttab",
    "\rreturn",
    "  =1",
    "\n=1",
    "\u00a0=1",
    "\u2003-1",
    "\u3000+1",
    "\u200b=1",
    "\ufeff=1",
    "\x00=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=cmd|' /C calc'!A0",
]


def people(*rows, columns=("Name", "Note"), title="People"):
    return Sheet(title, columns, rows)


def as_csv(sheet):
    """The rows of text that a program reads in the file."""
    text = csv_response(sheet, filename="people").content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def as_xlsx(*sheets):
    return load_workbook(BytesIO(xlsx_response(*sheets, filename="people").content))


def rows_of(workbook):
    return [list(row) for row in workbook.active.iter_rows(values_only=True)]


def cells_of(workbook):
    return [cell for row in workbook.active.iter_rows() for cell in row]


def test_one_file_imports_openpyxl():  # H1
    importers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("onestepback", "organisations", "reflections", "actionplans")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] + [getattr(node, "module", "") or ""])
        if name.split(".")[0] == "openpyxl"
    }

    assert importers == {"onestepback/publishing/spreadsheets.py"}


# --- CSV ---


def test_a_csv_says_in_its_first_bytes_that_it_is_utf_8():  # H2
    content = csv_response(people(["Zoë", "naïve"]), filename="people").content

    assert content == b"\xef\xbb\xbfName,Note\r\nZo\xc3\xab,na\xc3\xafve\r\n"


def test_commas_quotes_and_new_lines_come_back_from_a_csv_as_people_wrote_them():  # H2
    words = [
        "a, b; c",
        'She said "yes"',
        "first\nsecond\r\nthird\rfourth",
        " spaces ",
        "‘你好’ 👍🏽",
    ]

    assert as_csv(people(words, columns=words)) == [words, words]


ANYTHING = st.text(st.sampled_from(" \t\r\n\u00a0=+-@＝＠,;\"'a") | st.characters(codec="utf-8"))


@settings(derandomize=True, deadline=None, max_examples=3 * settings.default.max_examples)
@given(st.lists(st.tuples(ANYTHING, ANYTHING), min_size=1))
def test_whatever_people_write_comes_back_from_a_csv_and_none_of_it_runs(rows):  # H1 H2
    header, *others = rows
    read = as_csv(Sheet("People", header, others))

    for written, cell in zip(chain(*rows), chain(*read), strict=True):
        assert cell in (written, f"'{written}")
        assert cell.lstrip()[:1] not in [*"=+-@＝＠"]
        assert cell[:1] not in ["\t", "\r"]


@pytest.mark.parametrize("words", FORMULAS)
def test_words_that_would_run_are_only_words_in_a_csv(words):  # H1
    assert as_csv(people([words, "ok"], columns=[words, "Note"])) == [
        [f"'{words}", "Note"],
        [f"'{words}", "ok"],
    ]


@pytest.mark.parametrize("words", ["a=b", "1 - 2", "me@example.org", "'quoted'", "\nnew", "…", " "])
def test_words_that_would_not_run_are_left_alone_in_a_csv(words):  # H1
    assert as_csv(people([words, ""])) == [["Name", "Note"], [words, ""]]


def test_numbers_dates_and_nothing_are_themselves_in_a_csv():  # H1
    row = [-5, -0.5, 0, True, False, None, date(2026, 11, 2), datetime(2026, 11, 2, 9, 5)]

    assert as_csv(people(row, columns="abcdefgh"))[1] == [
        *("-5", "-0.5", "0", "TRUE", "FALSE", "", "2026-11-02", "2026-11-02 09:05:00")
    ]


def test_a_csv_with_half_a_letter_in_it_can_still_be_read():  # H2
    assert as_csv(people(["a\ud800b", ""]))[1] == ["a?b", ""]


# --- XLSX ---


@pytest.mark.parametrize("words", [*FORMULAS, "#N/A", "#REF!", "12", "2026-11-02", "TRUE"])
def test_whatever_people_write_is_text_in_a_workbook(words):  # H1
    cells = cells_of(as_xlsx(people([words], columns=[words])))

    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert cells[0].value == cells[1].value
    assert cells[0].value.replace("�", "\x00") == words.replace("\r", "\n")


def test_numbers_stay_numbers_in_a_workbook():  # H1
    workbook = as_xlsx(people([-5, -0.5, True, None, ""], columns="abcde"))

    assert rows_of(workbook)[1] == [-5, -0.5, True, None, None]
    assert [cell.data_type for cell in workbook.active[2]] == ["n", "n", "b", "n", "n"]


def test_what_is_no_number_is_written_as_a_word():
    sheet = people([float("nan"), float("-inf")])

    assert as_csv(sheet)[1] == ["nan", "'-inf"]
    assert rows_of(as_xlsx(sheet))[1] == ["nan", "-inf"]


def test_words_of_every_script_come_back_from_a_workbook():  # H3
    words = ["Żółć, \"你好\" & <b>'مرحبا'</b>", " 👩‍👩‍👧 ", "first\nsecond"]

    assert rows_of(as_xlsx(people(words, columns=words))) == [words, words]


def test_a_name_can_be_translated_when_it_is_written():
    sheet = people([gettext_lazy("=Yes")], columns=[gettext_lazy("Name")])

    assert as_csv(sheet) == [["Name"], ["'=Yes"]]
    assert [cell.data_type for cell in cells_of(as_xlsx(sheet))] == ["s", "s"]


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_sign_that_a_workbook_cannot_hold_is_seen_to_be_missing(sign):  # H3
    words = f"a{sign}b"

    assert rows_of(as_xlsx(people([words], columns=[words], title=words))) == [["a�b"], ["a�b"]]


def test_all_ways_to_end_a_line_are_one_in_a_workbook():  # H3
    assert rows_of(as_xlsx(people(["a\r\nb\rc\nd"], columns=["Note"])))[1] == ["a\nb\nc\nd"]


def test_words_that_look_like_a_code_of_excels_are_kept():  # H3
    (_header, [cell]) = rows_of(as_xlsx(people(["see _x0041_ and _x"], columns=["Note"])))

    assert cell == "see _x005F_x0041_ and _x"  # Excel shows _x005F_ as a plain _


@pytest.mark.parametrize("words", ["x" * 40_000, "👍" * 20_000])
def test_a_cell_too_long_for_excel_ends_by_saying_so(words):  # H3
    (_header, [cell]) = rows_of(as_xlsx(people([words], columns=["Note"])))

    kept, note = cell.split("…")
    assert note == " [cut short: a cell of a spreadsheet holds no more]"
    assert words.startswith(kept)
    assert 32_765 <= len(cell.encode("utf-16-le")) / 2 <= 32_767


def test_a_cell_that_just_fits_is_whole():  # H3
    words = "x" * 32_767

    assert rows_of(as_xlsx(people([words], columns=["Note"])))[1] == [words]


@pytest.mark.parametrize(
    ("asked", "titled"),
    [
        ("Team A/B [north]: who? *all* \\", "Team A B north who all"),
        ("The people who meet on Tuesdays in Leeds", "The people who meet on Tuesdays"),
        ("👍" * 20, "👍" * 15),
        ("'quoted'", "quoted"),
        ("x" * 30 + "'s team", "x" * 30),
        ("'" + "x" * 31, "x" * 31),
        ("The team's plan", "The team's plan"),
        ("a\nb\tc", "a b c"),
        ("/[]:*?", "Sheet"),
        ("' '", "Sheet"),
        ("", "Sheet"),
        ("History", "History 2"),
    ],
)
def test_a_sheet_has_a_title_that_excel_accepts(asked, titled):  # H3
    assert as_xlsx(people(title=asked)).sheetnames == [titled]


def test_no_two_sheets_have_one_title():  # H3
    titles = ["North", "north", "North/", "", "", "x" * 40, "X" * 40, "North 2"]

    assert as_xlsx(*(people(title=title) for title in titles)).sheetnames == [
        *("North", "north 2", "North 3", "Sheet", "Sheet 2", "x" * 31, "X" * 29 + " 2", "North 2 2")
    ]


def test_each_sheet_has_its_own_rows():
    workbook = as_xlsx(people(["Maya", ""], title="A"), people(["Noor", ""], title="B"))

    assert [workbook[title]["A2"].value for title in "AB"] == ["Maya", "Noor"]


def test_a_date_in_a_workbook_is_a_date_that_nobody_reads_backwards():
    workbook = as_xlsx(people([date(2026, 11, 12), datetime(2026, 11, 12, 9, 5)]))

    assert rows_of(workbook)[1] == [datetime(2026, 11, 12), datetime(2026, 11, 12, 9, 5)]
    assert all(cell.is_date for cell in workbook.active[2])
    assert [cell.number_format for cell in workbook.active[2]] == ["d mmm yyyy", "d mmm yyyy hh:mm"]


def test_a_date_that_excel_does_not_know_is_written_as_text():
    (_header, row) = rows_of(as_xlsx(people([date(1899, 12, 31), datetime(1, 1, 1)])))

    assert row == ["1899-12-31", "0001-01-01 00:00:00"]


def test_a_time_is_that_of_the_person_who_reads():
    sheet = people([datetime(2026, 7, 1, 22, 30, tzinfo=UTC)], columns=["Joined"])

    with timezone.override("Europe/Paris"):
        assert as_csv(sheet)[1] == ["2026-07-02 00:30:00"]
        assert rows_of(as_xlsx(sheet))[1] == [datetime(2026, 7, 2, 0, 30)]


def test_headers_are_bold_stay_in_sight_and_long_words_wrap():
    sheet = as_xlsx(people(["Maya", "word " * 50])).active

    assert sheet.freeze_panes == "A2"
    assert [cell.font.b for cell in (*sheet[1], *sheet[2])] == [True, True, False, False]
    assert all(cell.alignment.wrap_text for cell in (*sheet[1], *sheet[2]))


def test_a_column_is_as_wide_as_its_longest_line_within_reason():
    row = ["Maya", "x" * 30 + "\nshort", "x" * 500]
    sheet = as_xlsx(people(row, columns=["Name", "Note", "Story"])).active

    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [18, 32, 60]


def test_a_list_of_nobody_still_has_its_headers():
    assert as_csv(people()) == [["Name", "Note"]]
    assert rows_of(as_xlsx(people())) == [["Name", "Note"]]


def test_a_row_with_a_cell_too_few_is_not_written_askew():
    with pytest.raises(ValueError, match="shorter"):
        as_xlsx(people(["Maya"]))


def test_a_workbook_says_nothing_of_who_made_it_or_where():
    content = xlsx_response(people(["Maya", ""]), filename="people").content
    properties = load_workbook(BytesIO(content)).properties
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()

    assert properties.creator == "One Step Back"
    assert (properties.lastModifiedBy, properties.title, properties.language) == (None, None, None)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_two_hundred_people_are_written_while_somebody_waits():
    rows = [[f"Person {n}", "word " * 20, n, date(2026, 11, 2)] for n in range(200)]

    began = time.process_time()
    response = xlsx_response(people(*rows, columns="abcd"), filename="people")

    assert time.process_time() - began < 1
    assert load_workbook(BytesIO(response.content)).active.max_row == 201


# --- Both, on their way out ---


@pytest.mark.parametrize(
    ("respond", "ending", "content_type"),
    [
        (csv_response, "csv", "text/csv; charset=utf-8"),
        (
            xlsx_response,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_a_spreadsheet_has_a_safe_name_and_is_kept_by_nobody_on_the_way(
    respond, ending, content_type
):
    response = respond(people(), filename=f'People of "Zoë"\r\n.{ending}')

    assert dict(response.headers) == {
        "Content-Type": content_type,
        "Content-Disposition": (
            f'attachment; filename="people-of-zoe.{ending}"; '
            f"filename*=utf-8''People-of-Zo%C3%AB.{ending}"
        ),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
