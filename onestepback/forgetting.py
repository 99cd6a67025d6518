"""Once a day, each app deletes what is over in it."""

from datetime import timedelta

from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from actionplans.forgetting import forget_old_stories
from organisations.forgetting import (
    forget_old_invitations,
    forget_old_names,
    forget_unconfirmed_accounts,
)
from organisations.outbox import forget_old_letters
from reflections.forgetting import forget_old_authors


def forget_once_a_day() -> None:
    """Delete what is over, once a day only, because that reads many old rows.

    A process that is killed begins again. Two processes at once do no harm.
    """
    today = f"forgotten-{timezone.now():%Y-%m-%d}"
    if cache.get(today):
        return
    call_command("clearsessions")
    forget_unconfirmed_accounts()
    forget_old_invitations()
    forget_old_names()
    forget_old_letters()
    forget_old_authors()
    forget_old_stories()
    cache.set(today, True, timedelta(days=2).total_seconds())
