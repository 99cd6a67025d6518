"""Tables as files: CSV for other programs, XLSX for people. Only this module imports openpyxl.

People trust a file that they open, and its words were typed by somebody else. So words are text in
both formats, and never a formula (formula injection).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import count
from math import isfinite
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from onestepback.publishing.downloads import file_response

# The limits of Excel, which counts in UTF-16, where most emoji are two.
MOST_IN_A_CELL = 32_767
MOST_IN_A_TITLE = 31

NARROWEST, WIDEST = 18, 60  # columns, in digits; a time has 17 or 18
DATE, TIME = "d mmm yyyy", "d mmm yyyy hh:mm"  # 11/12/2026 is two days, by who reads it
BOLD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")

# A text becomes a formula by its first sign. Spreadsheets skip white space, control characters and
# other signs without a shape before it.
FORMULA = re.compile(
    r"[\s\x00-\x1f\x7f-\xa0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
    r"[=+\-@＝＋－＠﹦﹢﹣﹫\t\r]"
)
NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# XLSX writes signs that XML cannot hold in this way. If people wrote the same, it must stay.
XLSX_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Sheet:
    """One table. A value is text, a number, a date, a time, true or false, or None for nothing."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]


def csv_response(sheet: Sheet, *, filename: str) -> HttpResponse:
    """A sheet as CSV (RFC 4180), with the byte order mark by which Excel knows UTF-8."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for row in (sheet.columns, *sheet.rows):
        writer.writerow([_in_csv(value) for value in row])
    return file_response(
        file.getvalue().encode("utf-8-sig", "replace"),
        filename=filename,
        extension="csv",
        content_type="text/csv; charset=utf-8",
    )


def xlsx_response(*sheets: Sheet, filename: str) -> HttpResponse:
    """Sheets as one Excel workbook. Times are in the active time zone."""
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "One Step Back"
    for sheet, title in zip(sheets, _titles(sheets), strict=True):
        _write_workbook(workbook.create_sheet(title), sheet)
    file = BytesIO()
    workbook.save(file)
    return file_response(
        _without_traces(file),
        filename=filename,
        extension="xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _plain(value: object) -> bool | int | float | date | str | None:
    """A value that both formats know: a time in the active zone, and any other type as text."""
    match value:
        case None | "":
            return None
        case datetime() if timezone.is_aware(value):
            return timezone.make_naive(value)
        case bool() | int() | date():
            return value
        case float() if isfinite(value):
            return value
        case _:
            return str(value)


# --- CSV --------------------------------------------------------------------------------------


def _in_csv(value: object) -> str | int | float | None:
    match _plain(value):
        case bool(truth):
            return str(truth).upper()
        case datetime() as time:
            return time.isoformat(" ", "seconds")
        case date() as day:
            return day.isoformat()
        case str(words):
            # Only the apostrophe means "text" to Excel, LibreOffice and Google Sheets alike.
            return f"'{words}" if FORMULA.match(words) else words
        case number:
            return number


# --- XLSX -------------------------------------------------------------------------------------


def _write_workbook(worksheet: Worksheet, sheet: Sheet) -> None:
    rows = [[_plain(value) for value in row] for row in sheet.rows]
    header = [_plain(name) for name in sheet.columns]
    # A workbook that is written row by row needs its columns first.
    worksheet.freeze_panes = "A2"
    for number, column in enumerate(zip(header, *rows, strict=True), start=1):
        worksheet.column_dimensions[get_column_letter(number)].width = _width(column)
    worksheet.append([_cell(worksheet, name, font=BOLD) for name in header])
    for row in rows:
        worksheet.append([_cell(worksheet, value) for value in row])


def _width(column: Iterable[object]) -> int:
    """A width that is enough for the longest line, up to a limit, from which on lines wrap."""
    lines = (line for value in column for line in str(value).splitlines())
    return max(NARROWEST, min(WIDEST, 2 + max(map(len, lines), default=0)))


def _cell(worksheet: Worksheet, value: object, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(worksheet, _in_xlsx(value))
    cell.alignment = WRAPPED
    if font:
        cell.font = font
    if isinstance(cell.value, str):
        cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
    elif isinstance(value, date):
        cell.number_format = TIME if isinstance(value, datetime) else DATE
    return cell


def _in_xlsx(value: object) -> object:
    match value:
        case str():
            words = XLSX_ESCAPE.sub("_x005F_", _legal(value))
            if words == _first(words, MOST_IN_A_CELL):
                return words
            note = _("… [cut short: a cell of a spreadsheet holds no more]")
            return _first(words, MOST_IN_A_CELL - len(note)) + note
        case date() if value.year < 1900:
            return str(value)  # Excel knows no day before 1900
        case _:
            return value


def _legal(words: str) -> str:
    """Words that XML can hold. Each character that it cannot hold becomes U+FFFD."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", words.replace("\r\n", "\n").replace("\r", "\n"))


def _first(words: str, most: int) -> str:
    """The beginning of the words, at most `most` units of UTF-16."""
    return words.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def _titles(sheets: Iterable[Sheet]) -> Iterator[str]:
    """Titles that Excel accepts, as near as possible to those of the sheets, and no two alike."""
    taken = {"history"}  # Excel has a sheet of its own by this name
    for sheet in sheets:
        words = " ".join(re.sub(r"[\[\]:*?/\\]", " ", _legal(sheet.title)).split())
        title = whole = _bare(words, MOST_IN_A_TITLE) or _("Sheet")
        for number in count(2):
            if title.casefold() not in taken:
                break
            title = f"{_bare(whole, MOST_IN_A_TITLE - len(f' {number}'))} {number}"
        taken.add(title.casefold())
        yield title


def _bare(words: str, most: int) -> str:
    """The beginning of a title, without the apostrophes that it may hold only inside."""
    return _first(words.strip("' "), most).strip("' ")


def _without_traces(file: BytesIO) -> bytes:
    """The same archive without times, which would show in which time zone the server is."""
    clean = BytesIO()
    with ZipFile(file) as written, ZipFile(clean, "w", ZIP_DEFLATED) as archive:
        for name in written.namelist():
            archive.writestr(ZipInfo(name), written.read(name), ZIP_DEFLATED)
    return clean.getvalue()
