"""Data that is deleted by itself in time: unproved accounts, old invitations, old names."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db.models import Model, Q, QuerySet
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
    """Delete accounts whose address nobody proved within a week, and return how many.

    Nobody has ever signed in to them, so they are empty.
    """
    week_ago = timezone.now() - timedelta(days=7)
    unconfirmed = User.objects.filter(
        emailaddress__verified=False, last_login=None, is_staff=False, date_joined__lt=week_ago
    ).exclude(emailaddress__verified=True)
    return unconfirmed.delete()[0]


def forget_old_invitations() -> None:
    """Forget the addresses of invitations that were over three months ago.

    An accepted invitation keeps the person who accepted it, so that the history can name them.
    """
    old = Invitation.objects.over_before(timezone.now() - INVITATIONS_ARE_KEPT)
    old.filter(accepted_by=None).delete()
    old.exclude(email="").update(email="")


def forget_old_names() -> None:
    """Take names out of events, memberships and invitations that are older than names are kept."""
    for kept_alike, before in names_go_before():
        for old in keys_of(AuditEvent.objects.older_than(before).filter(kept_alike).named()):
            AuditEvent.objects.filter(pk__in=old).update(actor=None, subject=None)
    for years in set(Organisation.objects.values_list("retention_years", flat=True)):
        before = years_before(timezone.now(), years)
        for keep_so_long in keys_of(Organisation.objects.filter(retention_years=years)):
            of_these = Q(organisation__in=keep_so_long)
            Membership.objects.filter(of_these, ended_at__lt=before).delete()
            Invitation.objects.over_before(before).filter(of_these).delete()


def names_go_before() -> list[tuple[Q, datetime]]:
    """Pairs of a condition and a moment: rows that meet the condition lose names older than that.

    The condition is on rows of a team, an organisation or a system. A row of neither a team nor an
    organisation keeps names for the usual number of years.
    """
    now = timezone.now()
    limits = []
    for years in {KEPT_YEARS, *Organisation.objects.values_list("retention_years", flat=True)}:
        of_team = Q(team__organisation__retention_years=years)
        kept_alike = of_team | Q(organisation__retention_years=years)
        if years == KEPT_YEARS:
            kept_alike |= Q(team=None, organisation=None)
        limits.append((kept_alike, years_before(now, years)))
    return limits


def keys_of(rows: QuerySet[Model]) -> Iterator[tuple[Any, ...]]:
    """The primary keys of rows, read now, in batches that fit into one query.

    To change rows that are found through other tables, ask for their keys first. PostgreSQL plans a
    query by its estimates of how large the tables are. If it believes them to be empty, as they
    were a short time ago, a change that joins five of them reads each of them completely for every
    row of the others.
    """
    return batched(list(rows.order_by().values_list("pk", flat=True)), AT_ONCE, strict=False)


def years_before(moment: datetime, years: int) -> datetime:
    """The same day so many years earlier; 28 February in place of a missing 29 February."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)
