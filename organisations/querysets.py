"""Which letters are due, and who gets hold of one."""

from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone


class LetterQuerySet(models.QuerySet):
    """Which letters still have to go, and when."""

    MOST_ATTEMPTS = 8

    def due(self):
        return self.filter(
            sent_at=None, not_before__lte=timezone.now(), attempts__lt=self.MOST_ATTEMPTS
        ).order_by("not_before", "pk")

    def claim(self, letter):
        """Whether this process, and no other, is to try this letter now.

        A claim is the next attempt booked ahead: a process killed while delivering leaves a letter
        that comes due again by itself, each time after twice as long.
        """
        wait = timedelta(minutes=2) * 2**letter.attempts
        claimed = self.filter(pk=letter.pk, sent_at=None, attempts=letter.attempts).update(
            attempts=F("attempts") + 1, not_before=timezone.now() + wait
        )
        return bool(claimed)
