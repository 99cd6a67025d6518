"""PDFs are accessible, fetch nothing, print words as they were written, and end in time."""

import ast
import logging
import re
import subprocess
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace as Row

import pdfua
import pytest
from django.utils import timezone

from onestepback.publishing import pdf
from onestepback.publishing.pdf import (
    MOST_ROWS,
    CannotPrint,
    TooBusy,
    TooLong,
    TooManyRows,
    check_rows,
    pdf_response,
    render_pdf,
    warm_up,
)
from tests.publishing import pdfs
from tests.publishing.examples import (
    action,
    believable_plan,
    finished_reflection,
    level,
    long_plan,
    plan,
)
from tests.threads import at_once

ROOT = Path(__file__).resolve().parent.parent.parent


def printed(context, template="plans/pdf.html", language="en-gb"):
    return render_pdf(template, context, language=language)


@pytest.fixture(scope="module")
def full():
    return printed(believable_plan())


@pytest.fixture
def complaints(caplog):
    """The warnings of WeasyPrint, about a tag, an image or a letter that is missing."""
    return lambda: [
        record.getMessage()
        for record in caplog.records
        if record.name == "weasyprint" and record.levelno >= logging.WARNING
    ]


@pytest.fixture
def own_template(settings, tmp_path):
    """A function that prints a template with the given content."""

    def write(content, **context):
        settings.TEMPLATES = [
            {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
        ]
        (tmp_path / "own.html").write_text(
            '{% extends "publishing/document.html" %}'
            f"{{% block content %}}{content}{{% endblock content %}}"
        )
        return render_pdf("own.html", plan(**context), language="en-gb")

    return write


@pytest.fixture
def probe():
    """A server that must never be asked anything: its address, and the requests that it got."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/again")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


# --- What may be printed, and what is fetched for it ---


def test_the_shipped_weasyprint_has_its_holes_mended():  # G1
    lines = (ROOT / "requirements" / "base.txt").read_text()
    (version,) = re.findall(r"^weasyprint==(\d+)\.", lines, re.MULTILINE)

    assert int(version) >= 70


def test_one_file_imports_weasyprint():  # G2
    importers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("onestepback", "organisations", "reflections", "actionplans")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] + [getattr(node, "module", "") or ""])
        if name.split(".")[0] == "weasyprint"
    }

    assert importers == {"onestepback/publishing/pdf.py"}


HOSTILE = """
<img src="{probe}/img" alt=""><img src="file:///etc/hostname" alt="">
<img src="/etc/hostname" alt=""><img src="app:../pdf.py" alt=""><img src="APP:x" alt="">
<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" alt="">
<link rel="stylesheet" href="{probe}/link.css">
<link rel="attachment" href="file:///etc/hostname"><a rel="attachment" href="{probe}/a">a</a>
<style>@import url("{probe}/import.css"); @font-face {{font-family: x; src: url({probe}/f)}}
p {{ background: url({probe}/background); font-family: x; list-style: url(ftp://127.0.0.1/l) }}
</style><p style="content: url({probe}/inline)">p</p>
<svg width="9" height="9"><title>t</title><image href="{probe}/svg" width="9" height="9"/>
<use href="{probe}/use.svg#a"/></svg>
<object data="{probe}/object"></object><embed src="{probe}/embed"><iframe src="{probe}/i"></iframe>
<base href="{probe}/base/"><img src="relative" alt="">
"""


def test_a_template_with_foreign_addresses_fetches_none(own_template, probe):  # G2
    address, asked = probe

    content = own_template(HOSTILE.format(probe=address))

    assert asked == []
    assert pdfs.opened(content).attachments == {}
    assert b"EmbeddedFile" not in content


def test_what_people_write_is_printed_as_they_wrote_it(probe, complaints):  # G2 G3
    address, asked = probe
    words = f'<style>*{{display:none}}</style><img src="{address}/x"> {{{{ title }}}} & <b>'

    content = printed(
        plan(
            [
                level(
                    vision=words,
                    barriers=[Row(text=words, actions=[words])],
                    actions=[action(words, detail=words, who=words, answers=[words])],
                )
            ],
            person=words,
        )
    )

    assert "".join(pdfs.words(content).split()).count("".join(words.split())) == 8
    assert asked == []
    assert complaints() == []


def test_no_template_of_a_document_leaves_words_unescaped():  # G3
    templates = [*ROOT.glob("templates/publishing/*.html"), *ROOT.glob("templates/*/pdf.html")]

    assert len(templates) >= 7
    assert [
        path.name
        for path in templates
        if re.search(r"\|\s*safe|autoescape|safeseq|markdown", path.read_text(encoding="utf-8"))
    ] == []


# --- Not too much, and not for ever ---


@pytest.mark.slow
def test_two_hundred_actions_are_printed_while_somebody_waits():  # G4
    began = time.process_time()
    content = printed(long_plan(200))

    assert time.process_time() - began < 3
    assert "200. Ask people" in pdfs.words(content)


def test_more_rows_than_can_be_printed_are_refused_with_advice():  # G4
    check_rows(MOST_ROWS)
    with pytest.raises(TooManyRows, match="This has 2000 rows. A PDF can have 1000 at most"):
        check_rows(2000)


def test_more_words_than_can_be_printed_are_refused_at_once():  # G4 K4
    began = time.process_time()
    with pytest.raises(TooLong, match="too much text"):
        printed(plan([level(vision="word " * 500_000)]))

    assert time.process_time() - began < 1


def test_a_document_that_takes_too_long_is_given_up(monkeypatch):  # G4
    monkeypatch.setattr(pdf, "MOST_SECONDS", 0.2)
    began = time.process_time()
    with pytest.raises(TooLong, match="took too long"):
        printed(long_plan(400))

    assert time.process_time() - began < 2
    monkeypatch.undo()
    assert printed(plan()).startswith(b"%PDF")


def test_documents_are_made_one_at_a_time(monkeypatch):  # Q3
    monkeypatch.setattr(pdf, "MOST_SECONDS_WAITING", 0.01)
    with pdf._rendering, pytest.raises(TooBusy, match="Try again in a minute"):
        printed(plan())

    assert printed(plan()).startswith(b"%PDF")


def test_every_refusal_is_a_sentence_that_a_page_can_show():
    assert all(issubclass(kind, CannotPrint) for kind in (TooBusy, TooLong, TooManyRows))


def test_of_many_who_print_at_once_one_waits_and_the_others_are_told_to_come_back():
    made, refused = {}, []

    def make(name):
        try:
            made[name] = pdfs.words(printed(plan(person=f"Person {name}")))
        except TooBusy:
            refused.append(name)

    at_once(*[lambda n=n: make(n) for n in range(6)])

    assert len(made) >= 2
    assert len(made) + len(refused) == 6
    assert all(f"Person {name}" in words for name, words in made.items())


def test_the_server_can_load_everything_before_the_first_person(complaints):  # Q3
    pdf._look.cache_clear()
    warm_up()

    assert pdf._look.cache_info().currsize == 1
    assert complaints() == []


# --- Long words, long tables, any script ---


@pytest.mark.slow
def test_words_without_an_end_are_printed_whole(complaints):  # G5
    content = printed(
        plan(
            [
                level(
                    barriers=[Row(text="ß" * 5000, actions=[])],
                    actions=[action("þ" * 5000), action("ð" * 200, detail="æ" * 5000)],
                )
            ]
        )
    )
    words = pdfs.words(content)

    assert [words.count(letter) for letter in "ßþðæ"] == [5000, 5000, 200, 5000]
    assert furthest_right(content) <= 595 - 18 * 72 / 25.4 + 1
    assert complaints() == []


def furthest_right(content):
    """The distance in points from the left of the page to the end of its widest line."""
    return max(float(right) for _left, right in boxes(content))


def boxes(content):
    """The left and right end of each word on a page."""
    found = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True
    )
    return re.findall(rb'xMin="([\d.]+)" .* xMax="([\d.]+)"', found.stdout)


def test_a_long_action_starts_on_the_page_that_has_room():  # G5
    content = printed(plan([level(actions=[action("Write", detail="word " * 1500, is_long=True)])]))

    assert "Write" in pdfs.pages(content)[0]


def test_a_table_longer_than_a_page_repeats_its_header():  # G5
    content = printed(long_plan(30))
    with_rows = [page for page in pdfs.pages(content) if "Ask people" in page]

    assert len(with_rows) >= 3
    assert all("Status" in page for page in with_rows)


SCRIPTS = {
    "latin": "Żółć šťastně Łódź ŵyneb Ğüneş",
    "cyrillic": "Что мешает нам",
    "greek": "Τι μας εμποδίζει",
    "chinese": "共同制作",
    "japanese": "こんにちは",
    "korean": "안녕하세요",
    "signs": "→ ✓ € ½ …",
}


def test_every_script_is_printed_with_letters(complaints):  # G6
    content = printed(plan([level(vision=text) for text in SCRIPTS.values()]))
    words = pdfs.words(content)

    assert [name for name, text in SCRIPTS.items() if text not in words] == []
    assert complaints() == []


def test_arabic_and_emoji_are_printed_with_letters(complaints):  # G6
    content = printed(plan([level(vision="مرحبا بالعالم"), level(vision="Yes 👍🏽 ✅ 👩‍👩‍👧")]))
    words = pdfs.words(content)

    assert set("مرحبابالعالم") <= set(words)  # readers differ in which end they begin at
    assert {"👍", "✅", "👩"} <= set(words)
    assert complaints() == []


def test_digits_are_never_drawn_as_emoji():
    content = printed(plan([level(actions=[action("Meet at 10, in room 7")])]))

    assert set(pdfs.fonts(content)) == {
        "Atkinson-Hyperlegible-Next",
        "Atkinson-Hyperlegible-Next-Bold",
    }


def test_a_letter_that_no_font_has_is_complained_about(complaints):  # G6
    printed(plan([level(vision="\u0378")]))

    assert complaints() == [
        '.notdef glyph rendered for Unicode string unsupported by fonts: "\u0378" (U+0378)'
    ]


# --- What a document says about itself ---


def test_a_plan_says_what_it_is_whose_it_is_and_when_it_was_made(full):  # G7
    with pdfs.opened(full) as document:
        information = {key: str(value) for key, value in document.docinfo.items()}
        language = str(document.Root.Lang)
        wants_title = document.Root.ViewerPreferences.DisplayDocTitle

    assert information["/Title"] == "My action plan"
    assert information["/Author"] == "Sam Okoro"
    assert information["/CreationDate"].startswith("D:20261122140500")
    assert (language, wants_title) == ("en-GB", True)
    assert all("Made on 22 November 2026 at 2:05pm GMT" in page for page in pdfs.pages(full))


def test_every_page_says_which_of_how_many_it_is(full):  # G7
    pages = pdfs.pages(full)

    assert len(pages) > 2
    assert [f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, 1)] == [
        True for _page in pages
    ]


def test_the_time_is_that_of_the_person_who_reads():  # G7
    with timezone.override("Europe/Paris"):
        content = printed(plan(made_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC)))

    assert "Made on 2 July 2026 at 12:30am CEST" in pdfs.words(content)


def test_a_document_is_in_the_language_that_is_asked_for():  # L1 G7
    content = printed(plan(), language="cy")
    with pdfs.opened(content) as document:
        assert str(document.Root.Lang) == "cy"

    assert "22 Tachwedd 2026" in pdfs.words(content)
    assert pdf._language_tag("zh-hant") == "zh-Hant"


def test_a_document_is_laid_out_from_right_to_left_where_people_read_so():  # L1
    latin, arabic = (first_letter(printed(plan(), language=tag)) for tag in ("en-gb", "ar"))

    assert latin < 595 / 2 < arabic


def first_letter(content):
    """The distance from the left of the page to its first word."""
    return float(next(iter(boxes(content)))[0])


def test_a_file_is_kept_by_nobody_on_the_way():  # G7 G9
    response = pdf_response(b"%PDF-", filename="Action plan Sam 2026-11-22.pdf")

    assert response.content == b"%PDF-"
    assert dict(response.headers) == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="action-plan-sam-2026-11-22.pdf"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ('a/b"\r\n;é', "attachment; filename=\"a-b-e.pdf\"; filename*=utf-8''a-b-%C3%A9.pdf"),
        ("你好", "attachment; filename=\"document.pdf\"; filename*=utf-8''%E4%BD%A0%E5%A5%BD.pdf"),
        ("../../etc/passwd", 'attachment; filename="etc-passwd.pdf"'),
        ("..", 'attachment; filename="document.pdf"'),
        ("", 'attachment; filename="document.pdf"'),
        ("\u202egpj.exe", 'attachment; filename="gpj-exe.pdf"'),
    ],
)
def test_a_file_name_made_of_peoples_words_is_safe(asked, named):  # G7
    assert pdf_response(b"", filename=asked)["Content-Disposition"] == named


def test_a_file_name_is_not_longer_than_computers_can_keep():  # G7
    assert len(pdf_response(b"", filename="x" * 900)["Content-Disposition"]) < 200


# --- For everybody ---


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("plans/pdf.html", plan()),
        ("plans/pdf.html", believable_plan()),
        ("plans/pdf.html", {**believable_plan(), "large_print": True}),
        ("reflecting/pdf.html", finished_reflection()),
    ],
    ids=["empty", "full", "large print", "reflection"],
)
def test_a_document_passes_the_checker_for_accessible_pdf(
    template, shown, tmp_path, complaints
):  # G8
    path = tmp_path / "document.pdf"
    path.write_bytes(printed(shown, template))
    report = pdfua.validate(str(path))

    assert [f"{finding.rule_id} {finding.message}" for finding in report.findings] == []
    assert complaints() == []


def test_a_document_says_that_it_is_pdf_ua(full):  # G8
    with pdfs.opened(full) as document:
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert document.open_metadata()["pdfuaid:part"] == "1"


def test_header_cells_say_what_they_head(full):  # G8
    scopes = pdfs.scopes(full)

    columns = scopes.count("/Column")  # again where a table goes on to the next page
    assert columns % 4 == 0
    assert columns >= 4 * 4
    assert scopes.count("/Row") == 14
    assert set(scopes) == {"/Column", "/Row"}


def test_every_chart_is_told_in_a_sentence(full):  # G8
    alternatives = pdfs.alternatives(full)

    assert len(alternatives) == 9
    assert alternatives[0] == (
        "Do you treat people as equal partners, valuing their input? Now: Partly. Wanted: Fully."
    )
    assert all(alternatives)


def test_headings_go_down_one_step_at_a_time(full):  # G8
    steps = [
        int(tag[2:]) for tag in pdfs.in_reading_order(full, {f"/H{step}" for step in range(1, 7)})
    ]

    assert steps[0] == 1
    assert steps.count(1) == 1
    assert [
        after for before, after in zip(steps, steps[1:], strict=False) if after > before + 1
    ] == []


def test_levels_can_be_reached_from_the_bookmarks(full):  # G8
    found = pdfs.bookmarks(full)

    assert found[0] == "My action plan"
    assert [name for name in found if name in ("Individual", "Organisation", "System")] == [
        "Individual",
        "Organisation",
        "System",
    ]


def test_links_are_printed(own_template):  # G8
    content = own_template('<p><a href="https://example.org/plan">The plan</a></p>')

    assert pdfs.link_flags(content) == [4]


def test_fonts_travel_with_the_document(full):  # G8
    assert pdfs.fonts(full) == {
        "Atkinson-Hyperlegible-Next": True,
        "Atkinson-Hyperlegible-Next-Bold": True,
    }


@pytest.mark.slow
def test_a_late_action_is_late_in_words(full):  # G8
    assert pdfs.words(full).count("Overdue") == 1 + 2
    assert "Overdue Under way" in pdfs.words(full)


# --- What the two documents show ---


def test_a_plan_without_anything_says_how_to_begin():
    assert "There is nothing in this plan yet. Take a step back first." in pdfs.words(
        printed(plan())
    )


def test_an_action_that_needs_somebody_or_a_date_says_so():
    content = printed(plan([level(actions=[action(who="", due_on=None)])]))

    assert "Needs an owner No date yet Planned" in pdfs.words(content)


def test_a_plan_shows_barriers_with_their_actions(full):
    words = pdfs.words(full)

    assert "I am not sure what I am allowed to change. No action yet" in words
    assert "then I decide alone. Start each visit with “what matters to you today?”" in words


@pytest.mark.slow
def test_a_reflection_shows_what_was_answered_and_written():
    words = pdfs.words(printed(finished_reflection(), "reflecting/pdf.html"))

    assert "Finished on 20 November 2026" in words
    assert "Mutual means that both sides give, and both gain." in words
    assert "It went better when we met in the café." in words
    assert "from doing co-production? Yes I run out of time." in words


@pytest.mark.slow
def test_large_print_is_larger():
    assert len(pdfs.pages(printed({**believable_plan(), "large_print": True}))) > 5
