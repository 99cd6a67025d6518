"""The people of an organisation as a spreadsheet, from the same rows as their page."""

from django.utils import timezone
from django.utils.translation import gettext as _

from onestepback.publishing.spreadsheets import Sheet
from organisations.models import Organisation
from organisations.querysets import MembershipQuerySet


def people_sheet(organisation: Organisation, people: MembershipQuerySet) -> Sheet:
    """One row for each person, fetched `for_list`. Dates are in the active time zone."""
    columns = [
        _("Name"),
        _("E-mail address"),
        _("Role"),
        _("Teams"),
        _("Facilitates"),
        _("In the organisation since"),
    ]
    rows = [
        [
            membership.user.name,
            membership.user.email,
            membership.get_role_display(),
            names(place.team for place in membership.places),
            names(p.team for p in membership.places if p.is_facilitator),
            timezone.localdate(membership.joined_at),
        ]
        for membership in people
    ]
    return Sheet(str(organisation), columns, rows)


def names(teams) -> str:
    return "; ".join(str(team) for team in teams)
