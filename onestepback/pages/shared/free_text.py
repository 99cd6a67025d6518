"""Fields for free text, and the error for a field that somebody else changed meanwhile."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.fields import WordsField
from reflections.answer_sheet import TEXT_LIMIT


def free_text(label, *, rows=3, help_text="", **options):
    """A field for free text, with a counter that shows how much room is left."""
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
    """Add the value that somebody else stored as an error; saving again overwrites it."""
    said = _(
        "“%(field)s” was changed while you wrote. It says now: %(value)s. To put yours in its "
        "place, save again"
    )
    form.add_error(name, said % {"field": form.fields[name].label, "value": now or _("nothing")})
