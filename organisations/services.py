"""Letters: rows beside the change that causes them, delivered afterwards."""

import logging
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from organisations.letters import message_for
from organisations.models import Letter, User

log = logging.getLogger(__name__)


def write_letter(kind: str, *, to: str, recipient: User | None) -> Letter:
    """Put a letter in the outbox; it goes only if the transaction around it is kept."""
    letter = Letter.objects.create(kind=kind, address=to, recipient=recipient)
    if settings.DELIVER_LETTERS_AT_ONCE:
        transaction.on_commit(partial(deliver_letter, letter))
    return letter


def deliver_letter(letter: Letter) -> bool:
    """Try once to send a letter that is due; whether it went."""
    if not Letter.objects.claim(letter):
        return False
    try:
        message_for(letter).send()
    except (SMTPException, OSError) as error:
        log.warning("Letter %s could not be sent: %s", letter.pk, type(error).__name__)
        Letter.objects.filter(pk=letter.pk).update(error=type(error).__name__)
        return False
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), error="")
    return True


def deliver_due_letters() -> int:
    """Send what is due; the number that went. Any number of processes may do so at once."""
    return sum(
        deliver_letter(letter) for letter in Letter.objects.due().select_related("recipient")
    )
