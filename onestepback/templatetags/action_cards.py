"""The cards of actions in a list. Their markup is made once for each kind of card, and cached.

Nothing of an action is cached but its status, its level, and whether it is late or in one's own
plan. Its words, its date and its address are put into the markup last.
"""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from actionplans.models import STATUS_LABELS
from reflections.models import Level

register = template.Library()

BEGIN, END = "\x01", "\x02"  # around the name of a word that is put in last
KEY = 2**62 + 1  # stands in addresses for the key of an action; no other number is like it


class CardKind(NamedTuple):
    """The facts that decide a card's markup. `is_personal` is None if it does not name its plan."""

    status: str
    level: str
    is_overdue: bool
    is_personal: bool | None
    heading: str
    has_back: bool
    has_review: bool
    with_level: bool


@register.simple_tag
def cards(actions, heading, back="", review="", with_level=False, with_plan=False) -> SafeString:
    """{% cards actions "h2" back=… review=… %}: actions of `onestepback.pages.actions.reading`.

    The pages `back` and `review` follow once an action is read, or somebody said how it is going.
    """
    language = get_language()
    pages = {"back": quote(back), "review": quote(review)}
    made = []
    for action in actions:
        plan = action.plan if with_plan else None
        kind = CardKind(
            action.status,
            action.level,
            action.is_overdue,
            plan and plan.is_personal,
            heading,
            bool(back),
            bool(review),
            with_level,
        )
        words = {"title": action.title, "whose": action.whose, "when": action.when, "plan": plan}
        words = {name: escape(text) for name, text in words.items()}
        made.append(kept_card(kind, language) % {"key": action.pk, **words, **pages})
    return SafeString("".join(made))


@lru_cache(maxsize=1000)
def kept_card(kind: CardKind, _language: str | None) -> str:
    """A card as a format for its words. `_language` is only a key of the cache."""
    action = {
        "pk": KEY,
        "get_absolute_url": reverse("actions:detail", args=[KEY]),
        "status": kind.status,
        "status_label": STATUS_LABELS[kind.status],
        "level": kind.level,
        "level_label": Level(kind.level).label,
        "is_overdue": kind.is_overdue,
        **{name: word(name) for name in ("title", "whose", "when")},
    }
    plan = None
    if kind.is_personal is not None:
        plan = {"is_personal": kind.is_personal, "name": word("plan")}
    context = {
        "action": action,
        "heading": kind.heading,
        "plan": plan,
        "back": kind.has_back and word("back"),
        "review": kind.has_review and word("review"),
        "with_level": kind.with_level,
    }
    made = render_to_string("components/actions.html#card", context).replace("%", "%%")
    return made.replace(str(KEY), "%(key)s").replace(BEGIN, "%(").replace(END, ")s")


def word(name: str) -> str:
    return f"{BEGIN}{name}{END}"
