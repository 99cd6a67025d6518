"""Tags of the pages of results: tables of figures, made once, and links of shared texts."""

from functools import lru_cache
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

ANY_TEXT = str(UUID(int=0))  # stands in an address for the key of a text


@register.simple_tag
def figures(question) -> SafeString:
    """A question's numbers as a table, cached by what it shows, as charts are."""
    columns = tuple(row.name for row in question.all_rows)
    rows = tuple((label, tuple(people)) for label, people in question.table)
    return kept_table(question.text, columns, rows, get_language())


@lru_cache(maxsize=1000)
def kept_table(caption: str, columns: tuple, rows: tuple, _language: str | None) -> SafeString:
    """A table of numbers. `_language` is only a key of the cache."""
    context = {"caption": caption, "columns": columns, "rows": rows}
    return render_to_string("components/results.html#table", context)


@register.simple_tag
def take_out_url(round_, text) -> str:
    """The page on which a text is taken out of the results, where each text has a link to it."""
    return address_of_taking_out(round_.pk, text.kind).replace(ANY_TEXT, text.pk)


@lru_cache(maxsize=1000)
def address_of_taking_out(round_: object, kind: str) -> str:
    return reverse("results:take_out", args=[round_, kind, ANY_TEXT])
