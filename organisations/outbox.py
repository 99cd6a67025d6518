"""The outbox: letters are rows, stored in the transaction of a change and delivered afterwards.

So a letter goes only if the change was kept, and a mail server that is down loses none (the
pattern is called transactional outbox).
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from organisations.groups import Group
from organisations.letters import WRITERS, message_for
from organisations.models import Letter, Membership, Organisation, System, User

log = logging.getLogger(__name__)
BATCH = 500
LETTERS_ARE_KEPT = timedelta(days=90)


class UnknownLetter(LookupError):
    """No app has registered a letter of this kind, so nothing could write its words."""


def write_letter(
    kind: str,
    *,
    to: str,
    recipient: User | None = None,
    about: Model | None = None,
    occasion: str = "",
) -> Letter:
    """Put one letter in the outbox; it is sent only if the transaction around it commits."""
    letter = new_letter(kind, to=to, recipient=recipient, about=about, occasion=occasion)
    write_letters([letter])
    return letter


def new_letter(
    kind: str,
    *,
    to: str,
    recipient: User | None = None,
    about: Model | None = None,
    occasion: str = "",
) -> Letter:
    """A letter for `write_letters`, not in the outbox yet."""
    letter = Letter(kind=kind, address=to, recipient=recipient, occasion=occasion)
    if about is not None:
        letter.about_type = ContentType.objects.get_for_model(about)
        letter.about_id = str(about.pk)
    return letter


def people_in_charge(group: Group) -> list[tuple[int, str]]:
    """The (key, address) of those who run a group: facilitators, administrators or conveners."""
    if isinstance(group, System):
        return list(group.conveners.filter(is_active=True).values_list("pk", "email"))
    if isinstance(group, Organisation):
        members = group.memberships.administrators()
    else:
        members = Membership.objects.of_group(group).filter(
            team_memberships__team=group, team_memberships__role="facilitator"
        )
        members = members.filter(user__is_active=True)
    return list(members.values_list("user", "user__email"))


def letters_to(
    people: Iterable[tuple[int, str]], kind: str, *, about: Model, occasion: str = ""
) -> list[Letter]:
    """The same letter to many people, each given as (key, address)."""
    about_type = ContentType.objects.get_for_model(about)
    return [
        Letter(
            kind=kind,
            recipient_id=pk,
            address=address,
            about_type=about_type,
            about_id=str(about.pk),
            occasion=occasion,
        )
        for pk, address in people
    ]


def write_letters(letters: Iterable[Letter]) -> None:
    """Put many letters in the outbox. A letter that is there already is not added again.

    A constraint says when two letters are the same: kind, address, thing and occasion.
    UnknownLetter for a kind that no app has registered.
    """
    letters = list(letters)
    for letter in letters:
        if letter.kind not in WRITERS:
            raise UnknownLetter(letter.kind)
    Letter.objects.bulk_create(letters, batch_size=BATCH, ignore_conflicts=True)
    if settings.DELIVER_LETTERS_AT_ONCE:
        transaction.on_commit(deliver_due_letters)


def deliver_letter(letter: Letter) -> bool:
    """Try once to send a letter that is due; True if it was sent."""
    if not Letter.objects.claim(letter):
        return False
    mark = partial(Letter.objects.filter(pk=letter.pk).update)
    try:
        message = message_for(letter)
        if message is None:
            mark(dropped_at=timezone.now())
            return False
        message.send()
    except Exception as error:  # one letter that cannot be sent must not stop the others
        log.warning("Letter %s could not be sent: %s", letter.pk, type(error).__name__)
        mark(error=type(error).__name__)
        return False
    mark(sent_at=timezone.now(), error="")
    return True


def deliver_due_letters(stopped: Callable[[], bool] = lambda: False) -> int:
    """Send the letters that are due, and return how many were sent.

    Any number of processes may do so at the same time. It calls `stopped` between two letters, so
    that no letter is interrupted.
    """
    sent = 0
    while letters := list(Letter.objects.due().select_related("recipient")[:BATCH]):
        for letter in letters:
            if stopped():
                return sent
            sent += deliver_letter(letter)
    return sent


def forget_old_letters() -> None:
    """Delete letters that were sent or dropped months ago: they tell who took part in what."""
    Letter.objects.over_before(timezone.now() - LETTERS_ARE_KEPT).delete()
