"""What goes by itself after a time: accounts nobody proved, invitations, who somebody was."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from organisations.models import (
    KEPT_YEARS,
    AuditEvent,
    Invitation,
    Membership,
    Organisation,
    User,
)

INVITATIONS_ARE_KEPT = timedelta(days=90)
AT_ONCE = 500  # keys in one query


def forget_unconfirmed_accounts() -> int:
    """Delete accounts, empty as they are, whose address nobody proved in a week; their number."""
    week_ago = timezone.now() - timedelta(days=7)
    unconfirmed = User.objects.filter(
        emailaddress__verified=False, last_login=None, is_staff=False, date_joined__lt=week_ago
    ).exclude(emailaddress__verified=True)
    return unconfirmed.delete()[0]


def forget_old_invitations() -> None:
    """Forget the addresses of invitations that were over three months ago.

    Of one that was accepted it stays who did, so that the history can say whom somebody invited.
    """
    old = Invitation.objects.over_before(timezone.now() - INVITATIONS_ARE_KEPT)
    old.filter(accepted_by=None).delete()
    old.exclude(email="").update(email="")


def forget_old_names() -> None:
    """Take people out of what is older than their names are kept."""
    for theirs, before in names_go_before():
        for old in keys_of(AuditEvent.objects.older_than(before).filter(theirs).named()):
            AuditEvent.objects.filter(pk__in=old).update(actor=None, subject=None)
    for years in set(Organisation.objects.values_list("retention_years", flat=True)):
        before = years_before(timezone.now(), years)
        for keep_so_long in keys_of(Organisation.objects.filter(retention_years=years)):
            theirs = Q(organisation__in=keep_so_long)
            Membership.objects.filter(theirs, ended_at__lt=before).delete()
            Invitation.objects.over_before(before).filter(theirs).delete()


def names_go_before() -> list[tuple[Q, datetime]]:
    """Whose names are kept since when: a condition on rows of a team, an organisation or a system.

    What is of neither a team nor an organisation keeps them as long as is usual.
    """
    now = timezone.now()
    found = []
    for years in {KEPT_YEARS, *Organisation.objects.values_list("retention_years", flat=True)}:
        of_team = Q(team__organisation__retention_years=years)
        theirs = of_team | Q(organisation__retention_years=years)
        if years == KEPT_YEARS:
            theirs |= Q(team=None, organisation=None)
        found.append((theirs, years_before(now, years)))
    return found


def keys_of(rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    """The keys of rows, found now, so many at a time as go into one query.

    To change rows that are found through other tables, ask for their keys first. PostgreSQL plans a
    query by how large it takes tables to be; where it takes them for empty, which they lately were,
    a change that joins five of them reads each from end to end for every row of the others.
    """
    return batched(list(rows.order_by().values_list("pk", flat=True)), AT_ONCE, strict=False)


def years_before(moment: datetime, years: int) -> datetime:
    """The same day so many years before; 28 February for a 29th that is not there."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)
