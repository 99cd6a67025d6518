"""What somebody typed, in a letter: no mail program makes a link of it."""

import re

from django import template

register = template.Library()

# Between two characters of a word, as in evil.example; not at the end of a sentence.
JOINS = re.compile(r"(?<=\S)([.:/@])(?=\S)")
NOTHING = "\u2060"  # a word joiner: no width, and no break


@register.filter
def unlinked(words):
    """Words in which no mail program finds an address: what joins its parts stands apart.

    It stays text, so it is escaped as ever where that is due.
    """
    return JOINS.sub(rf"{NOTHING}\1{NOTHING}", str(words))
