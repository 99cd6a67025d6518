"""The form with which people choose their perspective before they reflect."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from reflections.models import Perspective


class PerspectiveForm(SaveForm):
    """A perspective decides in which words a person reads the questions."""

    button = _("Save and continue")
    is_guarded = False
    perspective = forms.ChoiceField(
        label=_("Which questions fit you?"),
        help_text=_(
            "Both ask about the same things, in words that fit. You can change this later."
        ),
        choices=Perspective,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which questions fit you")},
    )
