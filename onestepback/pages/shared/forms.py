"""The base class of forms with one button, and the choice of yes or no."""

from copy import copy
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class PageForm(forms.Form):
    """A form whose page says what can be chosen in its fields."""

    # Not all fields have choices or rows, so Django's type of a field has neither.
    fields: dict[str, Any]


class SaveForm(PageForm):
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

    def put(self, name, value):
        """Let a field hold something else than what was typed."""
        field = self.fields[name]
        value = field.prepare_value(value)
        data: Any = copy(self.data)  # what was sent cannot be written into
        if isinstance(field.widget, forms.MultiWidget):
            for place, part in enumerate(field.widget.decompress(value) or ()):
                data[f"{name}_{place}"] = part
        else:
            data[name] = "" if value is None else value
        self.data = data


YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


def said_yes(chosen):
    return chosen == "yes"
