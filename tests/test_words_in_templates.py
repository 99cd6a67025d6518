"""Words in templates that do not go through gettext are found."""

from scripts.words_in_templates import untranslated


def test_words_outside_gettext_are_named_with_their_line():
    template = (
        '{% load i18n %}\n<p class="x">{% translate "fine" %} {{ name }}</p>\n'
        '<p>Forgotten</p>\n<img alt="Also forgotten">\n'
        "{% blocktranslate trimmed %}\n fine\n{% endblocktranslate %}\n{# a note #}&nbsp;"
    )

    assert untranslated(template) == [(4, "Also forgotten"), (3, "Forgotten")]


def test_words_that_are_given_to_a_component_are_found_too():
    template = '{% load components %}\n{% table _("Fine") "Name" of_people css="osb-people" %}'

    assert untranslated(template) == [(2, "Name")]
