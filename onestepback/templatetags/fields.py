"""Fields of pages that reflect. Markup that is the same for everybody is made once and cached.

Nothing that somebody typed is cached: words are put into cached markup last, and a field with an
error is made anew.
"""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reflections.answer_sheet import KINDS, RATING, TEXT_LIMIT, Field
from reflections.questionnaire import AskedQuestion

register = template.Library()

# Placeholders in cached markup. Words are put in last, so they may contain these characters.
NAME, TEXT = "\x01", "\x02"


@register.simple_tag
def choice(field: Field, question: AskedQuestion, now: str = "") -> SafeString:
    """A question with its radios, cached: only a few hundred are possible.

    `now` is the rating that somebody gave for now, beside the question where they want to be.
    """
    if field.error:
        return made_choice(field, question, now)
    part = field.name.partition("-")[0]
    return kept_choice(part, question, field.value, now, get_language())


@lru_cache(maxsize=1000)
def kept_choice(
    part: str, question: AskedQuestion, value: str, now: str, _language: str | None
) -> SafeString:
    """A question's markup. `_language` is only a key of the cache."""
    return made_choice(Field(f"{part}-{question.key}", value, value), question, now)


def made_choice(field: Field, question: AskedQuestion, now: str) -> SafeString:
    part = field.name.partition("-")[0]
    is_target = part == "target"
    context = {
        "field": field,
        "question": question,
        "hint": target_hint(now) if is_target else question.hint,
        "is_target": is_target,
        "choices": KINDS[part].choices,
        "now": now,
    }
    return render_to_string("components/fields.html#choice", context)


def target_hint(now: str) -> str:
    if not now:
        return _("You have not answered this yet. Where do you want to be?")
    label = RATING.label(now)
    return _("Your answer now: %(now)s. Where do you want to be?") % {"now": label}


@register.simple_tag(name="words")
def words_tag(field: Field, label: str, rows: int = 3, hint: str = "") -> SafeString:
    """A box for free text. Its words are put into cached markup, and are not cached."""
    if field.error:
        return made_words(field, label, rows, hint)
    made = kept_words(label, rows, hint, get_language())
    return SafeString(made.replace(NAME, escape(field.name)).replace(TEXT, escape(field.value)))


@lru_cache(maxsize=500)
def kept_words(label: str, rows: int, hint: str, _language: str | None) -> SafeString:
    """An empty box. `_language` is only a key of the cache."""
    return made_words(Field(NAME, TEXT, TEXT), label, rows, hint)


def made_words(field: Field, label: str, rows: int, hint: str) -> SafeString:
    context = {
        "field": field,
        "label": label,
        "rows": str(rows),
        "hint": hint,
        "limit": str(TEXT_LIMIT),
        "shown_limit": f"{TEXT_LIMIT:,}",
    }
    return render_to_string("components/fields.html#words", context)
