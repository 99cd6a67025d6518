"""The little we change in allauth: notices go through the outbox, codes go at once."""

from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _

from organisations.models import Letter
from organisations.services import write_letter


class MailUnavailable(Exception):
    """A code could not be sent, and nobody but the person who waits for it can try again."""


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. Check both, or leave the "
            "password empty to get a code"
        ),
        "enter_current_password": _("This is not the password you have now"),
        "incorrect_code": _("This code is not right. Check it, or ask for a new one"),
        "incorrect_password": _("This is not your password"),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again"),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again"),
        "same_as_current": _("This is the address you have already"),
    }

    def send_mail(self, template_prefix, email, context):
        kind = template_prefix.rpartition("/")[2]
        if kind in Letter.Kind:
            write_letter(kind, to=email, recipient=context.get("user"))
            return
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            raise MailUnavailable from error
