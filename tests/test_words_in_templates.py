from scripts.words_in_templates import untranslated


def test_words_outside_gettext_are_named_with_their_line():
    template = (
        '{% load i18n %}\n<p class="x">{% translate "fine" %} {{ name }}</p>\n'
        '<p>Forgotten</p>\n<img alt="Also forgotten">\n'
        "{% blocktranslate trimmed %}\n fine\n{% endblocktranslate %}\n{# a note #}&nbsp;"
    )

    assert untranslated(template) == [(4, "Also forgotten"), (3, "Forgotten")]
