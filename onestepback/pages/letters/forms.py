"""The form with which a person chooses their letters."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from organisations.preferences import letter_choices


class LettersForm(SaveForm):
    """A person ticks the kinds of letters that they want to get."""

    button = _("Save your choice")
    is_guarded = False
    wanted = forms.MultipleChoiceField(
        label=_("Which letters do you want?"),
        choices=letter_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
