"""The templates of forms show every kind of field that a form asks for, and there are no others."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test.signals import template_rendered

from onestepback.pages.shared.forms import SaveForm
from organisations.fields import DayMonthYearField

TEMPLATES = settings.BASE_DIR / "templates"


class EveryKind(SaveForm):
    """A form with a field of each kind that a page has."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(help_text="Any")
    password = forms.CharField(widget=forms.PasswordInput)
    story = forms.CharField(widget=forms.Textarea, max_length=10_000)
    agrees = forms.BooleanField()
    one = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    due_on = DayMonthYearField()


def rendered(page, **context):
    """A page, and the names of the templates that made it."""
    names = set()

    def note(sender, template, **_kwargs):
        names.add(template.name)

    template_rendered.connect(note)
    try:
        text = Template("{% load crispy_forms_tags %}" + page).render(Context(context))
    finally:
        template_rendered.disconnect(note)
    return text, names


def test_every_template_of_the_pack_is_part_of_a_form():
    pages = "{{ form|as_crispy_errors }}{% crispy form %}{{ form|crispy }}"

    _text, names = rendered(pages, form=EveryKind({}))

    pack = {str(path.relative_to(TEMPLATES)) for path in Path(TEMPLATES, "nhsuk").rglob("*.html")}
    assert pack == {name for name in names if name and name.startswith("nhsuk/")}


def test_a_form_has_one_button_and_the_browser_does_not_judge_it():
    text, _names = rendered("{% crispy form %}", form=EveryKind())

    assert text.count("<form") == text.count("novalidate") == text.count('type="submit"') == 1
    assert "data-guard" in text


def test_a_form_whose_words_are_no_loss_is_not_guarded():
    class Unguarded(EveryKind):
        is_guarded = False
        button, button_css = "Delete it", "nhsuk-button--warning"

    text, _names = rendered("{% crispy form %}", form=Unguarded())

    assert "data-guard" not in text
    assert 'class="nhsuk-button nhsuk-button--warning"' in text
