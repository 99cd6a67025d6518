"""Fields for free text, and telling an editor that others changed them meanwhile."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.fields import WordsField
from reflections.answer_sheet import TEXT_LIMIT


def free_text(label, *, rows=3, help_text="", **options):
    """A field for free text, with a counter that nobody overruns unawares."""
    widget = forms.Textarea(attrs={"rows": rows})
    return WordsField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=TEXT_LIMIT,
        widget=widget,
        **options,
    )


def say_changed(form, name, now):
    """Tell an editor about a field that others changed too: what it says now, and the choice."""
    said = _(
        "“%(field)s” was changed while you wrote. It says now: %(value)s. To put yours in its "
        "place, save again"
    )
    form.add_error(name, said % {"field": form.fields[name].label, "value": now or _("nothing")})
