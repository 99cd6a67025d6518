"""What people choose before they reflect."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from reflections.models import Perspective


class PerspectiveForm(forms.Form):
    """Which questions fit you?"""

    perspective = forms.ChoiceField(
        label=_("Which questions fit you?"),
        help_text=_(
            "Both ask about the same things, in words that fit. You can change this later."
        ),
        choices=Perspective,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which questions fit you")},
    )

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout("perspective", Submit("save", _("Save and continue")))
        return helper
