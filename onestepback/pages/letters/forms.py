"""Which letters somebody wants."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organisations.preferences import letter_choices


class LettersForm(forms.Form):
    """Which letters somebody wants to get."""

    wanted = forms.MultipleChoiceField(
        label=_("Which letters do you want?"),
        choices=letter_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout("wanted", Submit("save", _("Save your choice")))
        return helper
