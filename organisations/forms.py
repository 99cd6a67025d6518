"""What people type about themselves."""

import zoneinfo

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organisations.models import User


class LoginForm(AllauthLoginForm):
    """Signing in: by password, or without one by a code that comes by e-mail."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].required = False
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignupForm(AllauthSignupForm):
    """Signing up: an e-mail address, a name if one likes, a password if one likes."""

    name = forms.CharField(
        label=_("Your name (optional)"),
        max_length=150,
        required=False,
        help_text=_("It is written on your action plan."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "name", "password1"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("We send a code to it, to see that it is yours.")
        self.fields["password1"].label = _("Password (optional)")
        self.fields["password1"].help_text = _(
            "At least 10 characters. Without one, we send you a code each time you sign in."
        )
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def save(self, request):
        user = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        return user


class PersonForm(forms.ModelForm):
    """Your details: what you are called, and how you read dates."""

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        labels = {"name": _("Your name")}
        help_texts = {
            "name": _("It is written on your action plan. You can leave it empty."),
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Times and due dates are shown as they are there."),
        choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())],
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
