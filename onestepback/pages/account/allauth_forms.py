"""The forms of allauth for signing up and signing in, with this site's own words."""

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from organisations.accepting import CHOSEN
from organisations.fields import NameField

WORDS = {
    "login": (_("E-mail address"), _("Enter your e-mail address")),
    "email": (_("E-mail address"), _("Enter your e-mail address")),
    "password": (_("Password"), _("Enter your password")),
    "oldpassword": (_("The password you have now"), _("Enter the password you have now")),
    "password1": (_("New password"), _("Enter a new password")),
    "password2": (_("New password, once more"), _("Enter the new password once more")),
    "code": (_("Code"), _("Enter the code from the e-mail")),
}
NOT_AN_ADDRESS = _("Enter an e-mail address, like name@example.org")


class PlainWords(forms.Form):
    """A mixin for every form of allauth: its labels and errors say what to do."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, missing) in WORDS.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].error_messages |= {"required": missing, "invalid": NOT_AN_ADDRESS}
                self.fields[name].widget.attrs.pop("placeholder", None)
        if "password1" in self.fields:
            self.fields["password1"].help_text = _("At least 10 characters.")


class LoginForm(PlainWords, allauth_forms.LoginForm):
    """People sign in with a password, or leave it empty and get a code by e-mail."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False


class SignupForm(PlainWords, allauth_forms.SignupForm):
    """People sign up with an e-mail address. A name and a password are optional."""

    name = NameField(
        label=_("Your name (optional)"),
        max_length=150,
        required=False,
        help_text=_("It is written on your action plan, and people in your teams see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "name", "password1"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("A code shows that it is yours.")
        if settings.MAIL_IS_SENT:
            self.fields["email"].help_text = _("We send a code to it, to see that it is yours.")
        self.fields["password1"].label = _("Password (optional)")
        self.fields["password1"].help_text = _(
            "At least 10 characters. Without one, you sign in with a new code each time."
        )

    def try_save(self, request):
        user, response = super().try_save(request)
        if user is None:
            # As long as for a new account, so that time does not tell who has one.
            make_password(self.cleaned_data.get("password1") or None)
        return user, response

    def save(self, request):
        """Save an account; the chosen password and name wait until the address is proved.

        Somebody could sign up with another person's address. When the owner of the address comes,
        the account must hold nothing that somebody else chose.
        """
        user = super().save(request)
        request.session[CHOSEN] = {
            "user": user.pk,
            "password": user.password,
            "name": self.cleaned_data["name"],
        }
        user.set_unusable_password()
        user.save(update_fields=["password"])
        return user


class RequestLoginCodeForm(PlainWords, allauth_forms.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(PlainWords, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailCodeForm(PlainWords, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class AddEmailForm(PlainWords, allauth_forms.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ChangePasswordForm(PlainWords, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainWords, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(PlainWords, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainWords, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PlainWords, allauth_forms.ReauthenticateForm):
    pass
