"""Documents as PDF: accessible (PDF/UA-1), from our own templates, and with nothing fetched.

Only this module imports WeasyPrint, and it does so at its top, because that takes a second: a
server that loads it before it forks shares the time and the memory between its processes.
"""

import gc
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, override

import pydyf
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from onestepback.publishing.downloads import file_response

HERE = Path(__file__).resolve().parent
VARIANT = "pdf/ua-1"

# A row costs about 8 ms, so this is some eight seconds; a person's plan has ten or twenty.
MOST_ROWS = 1000
# Of ready HTML. A plan of a thousand ordinary actions has some 600,000; twice this takes 400 MB.
MOST_CHARACTERS = 1_000_000
MOST_SECONDS = 20
# Somebody waits for so long while another document is made.
MOST_SECONDS_WAITING = 10


class CannotPrint(Exception):
    """The document cannot be made. The text of the error is for the person who asked for it."""


class TooLong(CannotPrint):
    """The document holds more than a PDF can be made of while somebody waits."""


class TooManyRows(TooLong):
    """The document has more rows than `MOST_ROWS`."""


class TooBusy(CannotPrint):
    """Other people's documents are being made, so the same request works a minute later."""


def check_rows(count: int) -> None:
    """Raise TooManyRows for a document of too many rows. Call it before fetching them."""
    if count > MOST_ROWS:
        raise TooManyRows(
            _(
                "This has %(count)d rows. A PDF can have %(most)d at most. "
                "Choose fewer, and try again."
            )
            % {"count": count, "most": MOST_ROWS}
        )


# --- Documents fetch only our fonts and shapes, by name ----------------------------------------


@cache
def bundled_files() -> Mapping[str, tuple[bytes, str]]:
    types = {".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}
    return {
        path.name: (path.read_bytes(), types[path.suffix])
        for folder in ("fonts", "shapes")
        for path in sorted((HERE / folder).iterdir())
        if path.suffix in types
    }


class BundledFilesFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Answers `app:<file name>` from memory and refuses every other address.

    A refusal is an ordinary ValueError, which WeasyPrint logs and prints without. Its fatal
    error derives from BaseException, so one address in somebody's words, should a template
    ever let it through, would take down the thread that serves the page.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("app",), allow_redirects=False, fail_on_errors=False)

    @override
    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        scheme, _colon, name = url.partition(":")
        file = bundled_files().get(name) if scheme == "app" else None
        if file is None:
            raise ValueError("Only our own fonts and shapes can be fetched")
        content, content_type = file
        return URLFetcherResponse(url, content, {"Content-Type": content_type}, HTTPStatus.OK)


# --- One at a time, and not for ever ----------------------------------------------------------

# Layout is all Python: two at once take twice as long, and pages wait for both. It also lets
# every document share one set of fonts, which is not made for threads.
_rendering = threading.Lock()
_waiting = threading.Semaphore(1)
_deadline = float("inf")


def _watch_the_clock(_record: logging.LogRecord) -> bool:
    """Stop a rendering that takes too long (a watchdog).

    WeasyPrint has no time limit, and a thread cannot be stopped from outside. It does say when it
    starts each page, through this logger, and what a filter raises stops it. It never stops
    within one text, so forms must limit those: one word of 10,000 letters is fine, a million
    take minutes. The records themselves help nobody, so none is kept.
    """
    if time.monotonic() > _deadline:
        raise TooLong(_("This took too long to make. Choose less to print, and try again."))
    return False


_progress = logging.getLogger("weasyprint.progress")
_progress.setLevel(logging.INFO)
_progress.addFilter(_watch_the_clock)
# It reports every table and glyph that it leaves out of a font: nothing for our logs.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Switch Python's garbage collection off in this block.

    All boxes of a document point at each other and live until it is written. To look through
    them again and again takes a fifth of the time of a long one.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@cache
def _look() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    css = (HERE / "print.css").read_text(encoding="utf-8")
    return fonts, CSS(string=css, url_fetcher=BundledFilesFetcher(), font_config=fonts)


def _write_pdf(html: str) -> bytes:
    global _deadline
    if len(html) > MOST_CHARACTERS:
        raise TooLong(_("There is too much text here for one PDF. Choose less, and try again."))
    # One request waits while another document is made. More would hold threads that serve pages.
    if not _waiting.acquire(blocking=False):
        raise TooBusy(_("Other people’s PDFs are being made. Try again in a minute."))
    try:
        if not _rendering.acquire(timeout=MOST_SECONDS_WAITING):
            raise TooBusy(_("Other people’s PDFs are being made. Try again in a minute."))
    finally:
        _waiting.release()
    try:
        _deadline = time.monotonic() + MOST_SECONDS
        fonts, css = _look()
        with _nothing_collected():
            pdf: bytes = HTML(string=html, url_fetcher=BundledFilesFetcher()).write_pdf(
                stylesheets=[css], font_config=fonts, pdf_variant=VARIANT, finisher=_finish
            )
            return pdf
    finally:
        _deadline = float("inf")
        _rendering.release()


def _finish(_document: object, pdf: pydyf.PDF) -> None:
    """Add two things that PDF/UA asks for and WeasyPrint 70 leaves out.

    They are the scope of header cells (Matterhorn 15-003) and links that print (28-006).
    """
    elements: dict[bytes, pydyf.Dictionary] = {
        item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)
    }
    for element in list(elements.values()):
        if element.get("S") == "/TR":
            cells = [elements[key] for key in element["K"] if key in elements]
            in_header = all(cell.get("S") == "/TH" for cell in cells)
            for cell in cells:
                if cell.get("S") == "/TH":
                    cell["A"]["Scope"] = "/Column" if in_header else "/Row"
        elif element.get("Subtype") == "/Link":
            element.setdefault("F", 4)


# --- For the apps -----------------------------------------------------------------------------


def render_pdf(template: str, context: Mapping[str, Any], *, language: str) -> bytes:
    """A template that extends publishing/document.html as PDF, in somebody's language.

    Dates are in the active time zone. CannotPrint if it is too long, or if others print now.
    """
    with translation.override(language):
        html = render_to_string(
            template,
            {
                **context,
                "language_tag": _language_tag(language),
                # For `Page 1 of 3` in one translated sentence: print.css counts in these.
                "page_number": SafeString('<span class="page-number"></span>'),
                "page_count": SafeString('<span class="page-count"></span>'),
            },
        )
        return _write_pdf(html)


def _language_tag(language: str) -> str:
    """Django's `en-gb` as PDF readers expect it: `en-GB` (BCP 47)."""
    name, *rest = language.split("-")
    return "-".join([name, *(part.upper() if len(part) == 2 else part.title() for part in rest)])


def warm_up() -> None:
    """Load the fonts and the style sheet before the first person asks for a document."""
    _write_pdf(
        '<!doctype html><html lang="en"><title>One step</title><p>One <b>step</b></p></html>'
    )


def pdf_response(content: bytes, *, filename: str) -> HttpResponse:
    """A PDF to download. `filename` may be people's words."""
    return file_response(
        content, filename=filename, extension="pdf", content_type="application/pdf"
    )
