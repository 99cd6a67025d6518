"""The base class of forms with one button, and the choice of yes or no."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class SaveForm(forms.Form):
    """A form with one button. Subclasses say what its button says and what it asks."""

    button = _("Save")
    button_css = ""
    is_guarded = True  # what is typed is not lost by leaving the page

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"data-guard": True} if self.is_guarded else {}
        button = Submit("save", self.button, css_class=self.button_css)
        helper.layout = Layout(*self.fields, button)
        return helper


YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


def said_yes(chosen):
    return chosen == "yes"
