"""What people type about themselves and their account."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organisations.fields import NameField, ZoneField
from organisations.models import User


class PersonForm(forms.ModelForm):
    """Your details: what you are called, and how you read dates."""

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]

    name = NameField(
        label=_("Your name"),
        help_text=_("It is written on your action plan, and people in your teams see it."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = ZoneField(help_text=_("Times and due dates are shown as they are there."))
    one_question_a_page = forms.BooleanField(  # of no account: it is kept with the reflections
        label=_("Show me one question at a time when I reflect"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("save", _("Save your details")))
        return helper

    def save(self):
        """Store what was changed of the person, and nothing else of the account."""
        self.instance.save(
            update_fields=[name for name in self.changed_data if name in self.Meta.fields]
        )


class AccountDeleteForm(forms.Form):
    """A tick, so that nobody deletes an account by a slip of the thumb."""

    sure = forms.BooleanField(
        label=_("Yes, delete my account and what I wrote"),
        error_messages={"required": _("Tick the box if you want to delete your account")},
    )

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout(
            "sure", Submit("delete", _("Delete my account"), css_class="nhsuk-button--warning")
        )
        return helper
