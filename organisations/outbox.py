"""Letters: rows beside the change that causes them, delivered afterwards."""

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
    """Put a letter in the outbox; it goes only if the transaction around it is kept."""
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
    """A letter that is not in the outbox yet."""
    letter = Letter(kind=kind, address=to, recipient=recipient, occasion=occasion)
    if about is not None:
        letter.about_type = ContentType.objects.get_for_model(about)
        letter.about_id = str(about.pk)
    return letter


def people_in_charge(group: Group) -> list[tuple[int, str]]:
    """Who runs it: a team's facilitators, an organisation's administrators, the conveners."""
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
    """The same letter to many: to (key, address) of each person."""
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
    """Put many in the outbox at once. One that is in there already, about the same, stays one.

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
    """Try once to send a letter that is due; whether it went."""
    if not Letter.objects.claim(letter):
        return False
    mark = partial(Letter.objects.filter(pk=letter.pk).update)
    try:
        message = message_for(letter)
        if message is None:
            mark(dropped_at=timezone.now())
            return False
        message.send()
    except Exception as error:  # whatever is wrong with one letter, the others go
        log.warning("Letter %s could not be sent: %s", letter.pk, type(error).__name__)
        mark(error=type(error).__name__)
        return False
    mark(sent_at=timezone.now(), error="")
    return True


def deliver_due_letters(stopped: Callable[[], bool] = lambda: False) -> int:
    """Send what is due; the number that went. Any number of processes may do so at once.

    Between two letters it asks whether it is `stopped`, so that a stop leaves none half-sent.
    """
    sent = 0
    while letters := list(Letter.objects.due().select_related("recipient")[:BATCH]):
        for letter in letters:
            if stopped():
                return sent
            sent += deliver_letter(letter)
    return sent


def forget_old_letters() -> None:
    """Forget that letters went or were dropped, months ago: who was sent what tells too much."""
    Letter.objects.over_before(timezone.now() - LETTERS_ARE_KEPT).delete()
