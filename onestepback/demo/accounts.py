"""The accounts of the demo: everybody signs in with the same password."""

from datetime import datetime

from allauth.account.models import EmailAddress

from onestepback.demo.days import LONDON
from organisations.models import User

OPERATOR = "admin@example.org"


def add_account(user: User, hashed: str, *, joined_at: datetime) -> None:
    """Save a person with a confirmed address, so that they can sign in."""
    user.password, user.date_joined, user.time_zone = hashed, joined_at, LONDON.key
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
