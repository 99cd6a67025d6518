"""The template tags that the level page of version 2174e6e used."""

from functools import lru_cache

from django import template
from django.template import Context, Node
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from benchmarks.floor.frozen.sheet import CHOICES, TEXT_LIMIT, Field

register = template.Library()
NAME, TEXT = "\x01", "\x02"


@register.tag
def kept(parser, token):
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(nodelist)


class KeptNode(Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist
        self.made = {}

    def render(self, context):
        language = get_language()
        if language not in self.made:
            empty = Context()
            empty.template = context.template
            self.made[language] = self.nodelist.render(empty)
        return self.made[language]


@register.filter
def drafts_of(user):
    return salted_hmac("onestepback.drafts", str(user.pk), algorithm="sha256").hexdigest()[:16]


@register.filter
def current(request, url):
    if not request or not url or not request.path.startswith(url):
        return ""
    return format_html(' aria-current="{}"', "page" if request.path == url else "true")


@register.simple_tag
def choice(field, question, now=""):
    part = field.name.partition("-")[0]
    return kept_choice(part, question, field.value, now, get_language())


@lru_cache(maxsize=1000)
def kept_choice(part, question, value, now, language):
    context = {
        "field": Field(f"{part}-{question.key}", value, value),
        "question": question,
        "hint": question.hint,
        "is_target": False,
        "choices": CHOICES[part],
        "now": now,
    }
    return render_to_string("frozen/fields.html#choice", context)


@register.simple_tag
def words(field, label, rows=3, hint=""):
    made = kept_words(label, rows, hint, get_language())
    return SafeString(made.replace(NAME, escape(field.name)).replace(TEXT, escape(field.value)))


@lru_cache(maxsize=500)
def kept_words(label, rows, hint, language):
    context = {
        "field": Field(NAME, TEXT, TEXT),
        "label": label,
        "rows": str(rows),
        "hint": hint,
        "limit": str(TEXT_LIMIT),
        "shown_limit": f"{TEXT_LIMIT:,}",
    }
    return render_to_string("frozen/fields.html#words", context)
