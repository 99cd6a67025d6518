"""The form for taking a text out of the results."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from organisations.fields import WordsField


class TakeOutForm(SaveForm):
    """The reason for taking out a text, which the results page shows."""

    button = _("Take this text out")
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Everybody who sees the results can read this. Do not repeat the text."),
        max_length=300,
        error_messages={"required": _("Say why you take it out")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
