"""Forms for a person's details, and for deleting their account."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from organisations.fields import NameField, ZoneField
from organisations.models import User


class PersonForm(forms.ModelForm, SaveForm):
    """A person's name, language and time zone, and how they read the questions."""

    button = _("Save your details")
    is_guarded = False

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

    def save(self, commit=True):
        """Save only the fields that were changed, so that no other field is overwritten."""
        if commit:
            self.instance.save(
                update_fields=[name for name in self.changed_data if name in self.Meta.fields]
            )
        return self.instance


class AccountDeleteForm(SaveForm):
    """A box to tick, so that nobody deletes an account by one wrong press."""

    button = _("Delete my account")
    button_css = "nhsuk-button--warning"
    is_guarded = False
    sure = forms.BooleanField(
        label=_("Yes, delete my account and what I wrote"),
        error_messages={"required": _("Tick the box if you want to delete your account")},
    )
