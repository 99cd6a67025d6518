"""The letters that people do not want, and the link in each letter that stops letters like it.

Each app registers its choices beside its letters. Letters about an account, an invitation, a place
or a role are sent in any case, because they tell of a change.
"""

from dataclasses import dataclass
from operator import attrgetter

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise

from organisations.models import User


@dataclass(frozen=True)
class LetterChoice:
    """A choice that people have: to get letters of these kinds, or not."""

    value: str  # stored in `User.unwanted_letters` and in links, so it stays as it is
    label: str | Promise
    place: int  # among the others, from top to bottom


LETTER_CHOICES: dict[str, LetterChoice] = {}


def letter_choice(value: str, *, label: str | Promise, place: int) -> LetterChoice:
    """Register a choice; ValueError if another one has its value or its place."""
    if value in LETTER_CHOICES or place in map(attrgetter("place"), LETTER_CHOICES.values()):
        raise ValueError(f"There is a choice {value!r} of letters already, or one in its place.")
    LETTER_CHOICES[value] = LetterChoice(value, label, place)
    return LETTER_CHOICES[value]


def letter_choices() -> list[tuple[str, str | Promise]]:
    """All choices in their order on the page: (value, label)."""
    in_order = sorted(LETTER_CHOICES.values(), key=attrgetter("place"))
    return [(choice.value, choice.label) for choice in in_order]


# The signature has no date, because people keep letters. A link names a person and a choice only.
STOPS = signing.Signer(salt="organisations.preferences.stop", sep=".")


def link_to_stop(user: User, choice: LetterChoice) -> str:
    """The absolute URL that stops such letters, without signing in (RFC 8058, one click)."""
    token = STOPS.sign_object([user.pk, choice.value])
    return settings.SITE_URL + reverse("letters:stop", args=[token])


def read_stop_token(token: str) -> tuple[User, LetterChoice] | None:
    """The person and the choice that a link names; None if we did not sign it."""
    try:
        pk, value = STOPS.unsign_object(token)
        choice = LETTER_CHOICES[value]
    except (signing.BadSignature, LookupError, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return (user, choice) if user else None


def wants(user: User, choice: LetterChoice) -> bool:
    """True unless the user chose not to get these letters."""
    return choice.value not in user.unwanted_letters


@transaction.atomic
def choose_letter(user: User, choice: LetterChoice, *, wanted: bool) -> None:
    """Stop the letters of a choice, or let them come again. Harmless when repeated."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    others = [value for value in stored.unwanted_letters if value != choice.value]
    stored.unwanted_letters = others if wanted else [*others, choice.value]
    stored.save(update_fields=["unwanted_letters"])


def choose_letters(user: User, wanted: list[str]) -> None:
    """Keep exactly these choices of letters."""
    unwanted = [value for value, _label in letter_choices() if value not in wanted]
    User.objects.filter(pk=user.pk).update(unwanted_letters=unwanted)
