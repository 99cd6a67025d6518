"""Mail servers that fail, each in its own way."""

import smtplib
import threading

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend


class BrokenBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("the server is away")


class SlowBackend(BaseEmailBackend):
    """A mail server that takes three seconds for a letter, or until the test sets `enough`."""

    enough = threading.Event()

    def send_messages(self, messages):
        self.enough.wait(3)


class PickyBackend(EmailBackend):
    def send_messages(self, messages):
        if any("bad@example.org" in message.to for message in messages):
            raise smtplib.SMTPRecipientsRefused({"bad@example.org": (550, b"No such person")})
        return super().send_messages(messages)
