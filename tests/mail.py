"""Mail servers as they fail."""

import smtplib
import threading

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend


class BrokenBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("the server is away")


class SlowBackend(BaseEmailBackend):
    """Takes three seconds, or until the test has seen enough."""

    enough = threading.Event()

    def send_messages(self, messages):
        self.enough.wait(3)


class PickyBackend(EmailBackend):
    def send_messages(self, messages):
        if any("bad@example.org" in message.to for message in messages):
            raise smtplib.SMTPRecipientsRefused({"bad@example.org": (550, b"No such person")})
        return super().send_messages(messages)
