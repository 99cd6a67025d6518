"""Letters: rows beside the change that causes them, delivered afterwards. And forgetting."""

import logging
from datetime import timedelta
from functools import partial

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
    except Exception as error:  # whatever is wrong with one letter, the others go
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


def forget_unconfirmed_accounts() -> int:
    """Delete accounts, empty as they are, whose address nobody proved in a week; their number."""
    week_ago = timezone.now() - timedelta(days=7)
    unconfirmed = User.objects.filter(
        emailaddress__verified=False, last_login=None, is_staff=False, date_joined__lt=week_ago
    ).exclude(emailaddress__verified=True)
    return unconfirmed.delete()[0]
