"""Which letters people can do without, and the link in each that stops letters like it.

Letters about an account, an invitation, a place or a role are no choice: they tell of a change.
"""

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organisations.models import User


class Choice(models.TextChoices):
    """What people choose: each is one kind of letter or several."""

    GIVEN = "given", _("An action is given to you")
    DATES = "dates", _("The date of an action of yours is near: a week before, and on the day")
    OVERDUE = "overdue", _("Your overdue actions, once a week")
    ROUNDS = "rounds", _("Rounds: opening, reminders and results")
    ANSWERS = "answers", _("Answers to what you raised or proposed")
    PLANS = "plans", _("Plans that you look after: what is proposed or raised, what needs an owner")


# Without a date, because people keep letters. It names a person and a choice, and nothing else.
STOPS = signing.Signer(salt="organisations.preferences.stop", sep=".")


def link_to_stop(user: User, choice: Choice) -> str:
    """The whole address at which anybody who got the letter stops letters like it."""
    token = STOPS.sign_object([user.pk, choice.value])
    return settings.SITE_URL + reverse("letters:stop", args=[token])


def read_token(token: str) -> tuple[User, Choice] | None:
    """Whose link it is and for which choice; None for one that nobody signed."""
    try:
        pk, value = STOPS.unsign_object(token)
        choice = Choice(value)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return (user, choice) if user else None


@transaction.atomic
def choose_letter(user: User, choice: Choice, *, wanted: bool) -> None:
    """Stop letters of a choice, or let them come again. Harmless when repeated."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    others = [each for each in stored.unwanted_letters if each != choice]
    stored.unwanted_letters = others if wanted else [*others, choice.value]
    stored.save(update_fields=["unwanted_letters"])


def choose_letters(user: User, wanted: list[str]) -> None:
    """Have the letters of these choices, and of no other."""
    unwanted = [choice.value for choice in Choice if choice not in wanted]
    User.objects.filter(pk=user.pk).update(unwanted_letters=unwanted)
