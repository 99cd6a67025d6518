"""Which letters people can do without, and the link in each that stops letters like it.

Each app registers the choices that it gives, beside its letters. Letters about an account, an
invitation, a place or a role are no choice: they tell of a change.
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
    """What people choose to have or not: letters of one kind, or of several that are alike."""

    value: str  # stored in `User.unwanted_letters` and in links, so it stays as it is
    label: str | Promise
    place: int  # among the others, from top to bottom


LETTER_CHOICES: dict[str, LetterChoice] = {}


def letter_choice(value: str, *, label: str | Promise, place: int) -> LetterChoice:
    """Register a choice; ValueError for a value or a place that another one has."""
    if value in LETTER_CHOICES or place in map(attrgetter("place"), LETTER_CHOICES.values()):
        raise ValueError(f"There is a choice {value!r} of letters already, or one in its place.")
    LETTER_CHOICES[value] = LetterChoice(value, label, place)
    return LETTER_CHOICES[value]


def letter_choices() -> list[tuple[str, str | Promise]]:
    """All choices for a form, from top to bottom: (value, label)."""
    in_order = sorted(LETTER_CHOICES.values(), key=attrgetter("place"))
    return [(choice.value, choice.label) for choice in in_order]


# Without a date, because people keep letters. It names a person and a choice, and nothing else.
STOPS = signing.Signer(salt="organisations.preferences.stop", sep=".")


def link_to_stop(user: User, choice: LetterChoice) -> str:
    """The whole address at which anybody who got the letter stops letters like it."""
    token = STOPS.sign_object([user.pk, choice.value])
    return settings.SITE_URL + reverse("letters:stop", args=[token])


def read_stop_token(token: str) -> tuple[User, LetterChoice] | None:
    """Whose link it is and for which choice; None for one that nobody signed."""
    try:
        pk, value = STOPS.unsign_object(token)
        choice = LETTER_CHOICES[value]
    except (signing.BadSignature, LookupError, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return (user, choice) if user else None


def wants(user: User, choice: LetterChoice) -> bool:
    """Whether somebody has not said that they can do without these letters."""
    return choice.value not in user.unwanted_letters


@transaction.atomic
def choose_letter(user: User, choice: LetterChoice, *, wanted: bool) -> None:
    """Stop letters of a choice, or let them come again. Harmless when repeated."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    others = [value for value in stored.unwanted_letters if value != choice.value]
    stored.unwanted_letters = others if wanted else [*others, choice.value]
    stored.save(update_fields=["unwanted_letters"])


def choose_letters(user: User, wanted: list[str]) -> None:
    """Have the letters of these choices, and of no other."""
    unwanted = [value for value, _label in letter_choices() if value not in wanted]
    User.objects.filter(pk=user.pk).update(unwanted_letters=unwanted)
