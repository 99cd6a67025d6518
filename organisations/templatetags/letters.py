"""A filter for letters: words that somebody typed become no link in a mail program."""

import re

from django import template

register = template.Library()

# A sign between two characters of a word, as in evil.example; not one at the end of a sentence.
JOINS = re.compile(r"(?<=\S)([.:/@])(?=\S)")
NOTHING = "\u2060"  # a word joiner: no width, and no break


@register.filter
def unlinked(words: object) -> str:
    """The words, with an invisible sign that stops mail programs from making links of them.

    The result is plain text, so the template escapes it as usual.
    """
    return JOINS.sub(rf"{NOTHING}\1{NOTHING}", str(words))
