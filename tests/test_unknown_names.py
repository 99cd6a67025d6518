"""A name in a template that does not exist fails the test that renders it."""

from types import SimpleNamespace

import pytest
from django.template import Context, Origin, Template, engines

from tests.unknown_names import OURS, UnknownName

ASKS = {
    "shown": "{{ level.following }}",
    "shown by a filter": "{{ level.following|default:'none' }}",
    "handed to a filter": "{{ level|default:following }}",
    "if": "{% if level.following %}{% endif %}",
    "if not": "{% if not level.following %}{% endif %}",
    "if either": "{% if level.following or level.name %}{% endif %}",
    "elif": "{% if not level %}{% elif following == level %}{% endif %}",
    "with": "{% with next=level.following %}{% endwith %}",
    "include": "{% include 'components/messages.html' with messages=level.following only %}",
    "for": "{% for each in level.following %}{% endfor %}",
    "the first of": "{% firstof level.following level.name %}",
    "an address": "{% url 'home:home' as home %}{% url home following %}",
    "translated": "{% load i18n %}{% translate level.following %}",
    "in a text": "{% load i18n %}{% blocktranslate %}On to {{ following }}{% endblocktranslate %}",
    "in one of several texts": (
        "{% load i18n %}{% blocktranslate count many=2 %}One{% plural %}{{ many }} of {{ following"
        " }}{% endblocktranslate %}"
    ),
    "with a text": (
        "{% load i18n %}{% blocktranslate with next=level.following %}On to {{ next }}"
        "{% endblocktranslate %}"
    ),
}


def rendered(source, path, **names):
    template = Template(source, origin=Origin(str(path)), engine=engines["django"].engine)
    return template.render(Context({"level": SimpleNamespace(name="team"), **names}))


@pytest.mark.parametrize("asks", ASKS)
def test_a_template_of_ours_that_asks_for_a_name_that_is_not_there_fails(asks):
    with pytest.raises(UnknownName, match="made_up.html, line 2: .* asks for .*following, and"):
        rendered("\n" + ASKS[asks], OURS / "made_up.html")


@pytest.mark.parametrize("asks", ["shown", "if", "in a text"])
def test_a_template_of_somebody_else_may_ask_for_what_is_not_there(asks):
    assert rendered(ASKS[asks], "/of/django/made_up.html") in ("", "On to ")


def test_a_template_says_what_it_can_do_without():
    source = "{% load optional %}{% optional back plan %}{% if back %}back{% endif %}{{ plan }}"

    assert rendered(source, OURS / "made_up.html", plan="Ours") == "Ours"


def test_what_is_there_and_empty_is_no_mistake():
    source = "{% if plan %}plan{% endif %}{{ plan.name|default:'none' }}"

    assert rendered(source, OURS / "made_up.html", plan={"name": None}) == "plannone"
