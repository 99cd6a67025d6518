"""Charts as inline SVG: the same on a page and in a PDF, with no script, style or colour key.

Colours and sizes are presentation attributes, since the content security policy forbids inline
style; a page may still change them through the classes. A drawing is one image to a screen
reader, so each has a sentence as its `<title>`, which becomes the alternative text in a PDF.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

INK = "#1f2a2e"
QUIET = "#4a5f68"
LINE = "#aeb7bd"
NOW = "#6a1b4d"
WANTED = "#0b5563"

WIDTH, HEIGHT = 320, 62
STEP = WIDTH // 5
TRACK = 31  # how far down the track runs
WORDS_ABOVE, WORDS_BELOW = 12, 57
DOT, RING, BOTH = 8, 9, 12  # radii: now, wanted, and the ring around a dot that stays


def now_and_wanted(
    now: int | None, wanted: int | None, *, labels: Sequence[str], title: str
) -> SafeString:
    """One question: a dot where somebody is, a ring where they want to be, an arrow between.

    `now` and `wanted` count from 1; None means not answered, or not known. `title` is the same in
    a sentence.
    """
    return _drawn(now, wanted, tuple(labels), title, get_language())


@lru_cache(maxsize=2000)
def _drawn(
    now: int | None, wanted: int | None, labels: Sequence[str], title: str, _language: str | None
) -> SafeString:
    """A drawing, cached, since questions and answers are few. `_language` is a key of the cache."""
    return format_html(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" width="{}" height="{}"'
        ' font-family="Atkinson Hyperlegible Next, sans-serif" font-size="12"'
        ' text-anchor="middle">'
        "<title>{}</title>{}{}{}{}</svg>",
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        title,
        _track(now, wanted, labels),
        _arrow(now, wanted),
        _wanted(now, wanted),
        _now(now, wanted),
    )


def _x(rating: int) -> int:
    return STEP * rating - STEP // 2


def _track(now: int | None, wanted: int | None, labels: Sequence[str]) -> SafeString:
    chosen = {now, wanted}
    ratings = range(1, len(labels) + 1)
    return format_html(
        '<path class="chart__track" d="M{} {}H{}" stroke="{}" stroke-width="2"/>{}{}',
        _x(1),
        TRACK,
        _x(len(labels)),
        LINE,
        format_html_join(
            "",
            '<circle class="chart__stop" cx="{}" cy="{}" r="4" fill="#fff" stroke="{}"'
            ' stroke-width="2"/>',
            ((_x(rating), TRACK, LINE) for rating in ratings if rating not in chosen),
        ),
        format_html_join(
            "",
            '<text class="chart__label" x="{}" y="{}" fill="{}" font-weight="{}">{}</text>',
            (
                (_x(rating), WORDS_BELOW, INK, 700, label)
                if rating in chosen
                else (_x(rating), WORDS_BELOW, QUIET, 400, label)
                for rating, label in zip(ratings, labels, strict=True)
            ),
        ),
    )


def _arrow(now: int | None, wanted: int | None) -> SafeString:
    if now is None or wanted is None or now == wanted:
        return SafeString("")
    way = 1 if wanted > now else -1
    tip = _x(wanted) - way * (RING + 3)
    back = tip - way * 9
    return format_html(
        '<path class="chart__arrow" d="M{} {}H{}" stroke="{}" stroke-width="3"/>'
        '<path class="chart__arrow-head" d="M{} {}L{} {}V{}Z" fill="{}"/>',
        _x(now),
        TRACK,
        back,
        WANTED,
        tip,
        TRACK,
        back,
        TRACK - 6,
        TRACK + 6,
        WANTED,
    )


def _wanted(now: int | None, wanted: int | None) -> SafeString:
    if wanted is None:
        return SafeString("")
    stays = now == wanted
    return format_html(
        '<circle class="chart__wanted" cx="{}" cy="{}" r="{}" fill="#fff" stroke="{}"'
        ' stroke-width="3"/>{}',
        _x(wanted),
        TRACK,
        BOTH if stays else RING,
        WANTED,
        _word(wanted, _("now and want") if stays else _("want"), WANTED),
    )


def _now(now: int | None, wanted: int | None) -> SafeString:
    if now is None:
        return SafeString("")
    return format_html(
        '<circle class="chart__now" cx="{}" cy="{}" r="{}" fill="{}"/>{}',
        _x(now),
        TRACK,
        DOT,
        NOW,
        "" if now == wanted else _word(now, _("now"), NOW),
    )


def _word(rating: int, word: str, colour: str) -> SafeString:
    # At both ends, a word that is longer than a step would reach out of the drawing.
    x, anchor = _x(rating), "middle"
    if len(word) > 8 and rating == 1:
        x, anchor = 2, "start"
    elif len(word) > 8 and rating == 5:
        x, anchor = WIDTH - 2, "end"
    return format_html(
        '<text class="chart__word" x="{}" y="{}" fill="{}" font-weight="700"'
        ' text-anchor="{}">{}</text>',
        x,
        WORDS_ABOVE,
        colour,
        anchor,
        word,
    )


# --- How many chose each answer -----------------------------------------------------------------

BAR_WIDTH, BAR_HEIGHT = 640, 30
GAP = 12  # between the people who chose an answer and the people who did not
# From the first answer to the last: no red and no green, since no answer is wrong.
STEPS = ("#8a2463", "#d59fbd", "#e6dcd3", "#94c3c9", "#0b5563")
ON_STEPS = ("#fff", INK, INK, INK, "#fff")
NARROWEST_WITH_A_NUMBER = 16


def stacked(counts: Sequence[int], *, beside: int = 0, title: str) -> SafeString:
    """The numbers of people who chose each of the five answers, as one bar.

    `beside` is the number who chose none; it stands apart at the end. A number without room is left
    out: `title` has them all, and so has the table that belongs to the chart.
    """
    return _stacked(tuple(counts), beside, title)


@lru_cache(maxsize=2000)
def _stacked(counts: Sequence[int], beside: int, title: str) -> SafeString:
    people = sum(counts) + beside
    room = BAR_WIDTH - (GAP if beside else 0)
    parts, x = [], 0.0
    for number, count in enumerate(counts):
        width = room * count / people if people else 0
        if count:
            parts.append(_part(x, width, count, STEPS[number], ON_STEPS[number]))
        x += width
    if beside:
        parts.append(_part(x + GAP, room - x, beside, "#fff", INK))
    return format_html(
        '<svg class="chart-bar" role="img" viewBox="0 0 {} {}" width="{}" height="{}"'
        ' font-family="Atkinson Hyperlegible Next, sans-serif"'
        ' font-size="15" font-weight="700" text-anchor="middle"><title>{}</title>{}</svg>',
        BAR_WIDTH,
        BAR_HEIGHT,
        BAR_WIDTH,
        BAR_HEIGHT,
        title,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _part(x: float, width: float, count: int, fill: str, ink: str) -> SafeString:
    """One answer's share of the bar, with its number if there is room for it."""
    box = format_html(
        '<rect x="{}" y="1" width="{}" height="{}" fill="{}" stroke="{}"/>',
        f"{x + 1:.1f}",
        f"{max(width - 2, 1):.1f}",
        BAR_HEIGHT - 2,
        fill,
        QUIET if fill == "#fff" else fill,
    )
    if width < NARROWEST_WITH_A_NUMBER:
        return box
    return format_html(
        '{}<text x="{}" y="20" fill="{}">{}</text>', box, f"{x + width / 2:.1f}", ink, count
    )
