"""The roles in an organisation and in a team, as choices of forms."""

from django.utils.translation import gettext_lazy as _

from organisations.models import Membership, TeamMembership

ROLES_TO_CHOOSE = [
    (Membership.Role.MEMBER, _("Member: takes part in rounds and plans")),
    (
        Membership.Role.ADMINISTRATOR,
        _("Administrator: runs the organisation, its teams and its people"),
    ),
]
PLACES = [
    (TeamMembership.Role.MEMBER, _("Member")),
    (TeamMembership.Role.FACILITATOR, _("Facilitator")),
]
