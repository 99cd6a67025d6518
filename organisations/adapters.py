"""The little we change in allauth: notices go through the outbox, codes go at once."""

from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter

from organisations.models import Letter
from organisations.services import write_letter


class MailUnavailable(Exception):
    """A code could not be sent, and nobody but the person who waits for it can try again."""


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        kind = template_prefix.rpartition("/")[2]
        if kind in Letter.Kind:
            write_letter(kind, to=email, recipient=context.get("user"))
            return
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            raise MailUnavailable from error
