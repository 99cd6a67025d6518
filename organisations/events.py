"""The events of organisations, teams, people and invitations, with their sentences."""

from django.utils.translation import gettext_lazy as _

from organisations.history import changed_field, event
from organisations.models import Membership, Team, TeamMembership

ORGANISATION_CREATED = event("organisation_created", says=_("%(actor)s created %(organisation)s."))
SETTINGS_CHANGED = event("settings_changed", says=_("%(actor)s changed the settings."))
ORGANISATION_ARCHIVED = event(
    "organisation_archived", says=_("%(actor)s archived %(organisation)s.")
)
ORGANISATION_RESTORED = event(
    "organisation_restored", says=_("%(actor)s brought %(organisation)s back.")
)
TEAM_ADDED = event("team_added", says=_("%(actor)s added the team %(team)s."))
TEAM_CHANGED = event("team_changed", says=_("%(actor)s changed the team %(team)s."))
TEAM_ARCHIVED = event("team_archived", says=_("%(actor)s archived the team %(team)s."))
TEAM_RESTORED = event("team_restored", says=_("%(actor)s brought the team %(team)s back."))
INVITED = event("invited", says=_("%(actor)s invited %(address)s."))
INVITATION_CHANGED = event(
    "invitation_changed",
    says=_("%(actor)s added the team %(team)s to the invitation of %(address)s."),
)
INVITATION_RESENT = event(
    "invitation_resent", says=_("%(actor)s sent the invitation of %(address)s again.")
)
INVITATION_CANCELLED = event(
    "invitation_cancelled", says=_("%(actor)s cancelled the invitation of %(address)s.")
)
JOINED = event("joined", says=_("%(subject)s joined."))
ROLE_CHANGED = event("role_changed", says=_("%(actor)s changed the role of %(subject)s."))
TEAM_JOINED = event(
    "team_joined",
    says=_("%(actor)s added %(subject)s to the team %(team)s."),
    says_of_oneself=_("%(subject)s came into the team %(team)s."),
)
TEAM_ROLE_CHANGED = event(
    "team_role_changed", says=_("%(actor)s changed the role of %(subject)s in the team %(team)s.")
)
TEAM_LEFT = event(
    "team_left",
    says=_("%(actor)s took %(subject)s out of the team %(team)s."),
    says_of_oneself=_("%(subject)s left the team %(team)s."),
)
MEMBERSHIP_ENDED = event(
    "membership_ended",
    says=_("%(actor)s ended the membership of %(subject)s."),
    says_of_oneself=_("%(subject)s left %(organisation)s."),
)
PEOPLE_DOWNLOADED = event("people_downloaded", says=_("%(actor)s downloaded the list of people."))
SYSTEM_CHANGED = event("system_changed", says=_("%(actor)s changed which system this belongs to."))
CONVENER_ADDED = event("convener_added", says=_("%(actor)s made %(subject)s a convener."))
CONVENER_REMOVED = event(
    "convener_removed", says=_("%(subject)s is no longer a convener, says %(actor)s.")
)
ACCOUNT_CHANGED = event(
    "account_changed", says=_("%(actor)s changed what the account of %(subject)s may do.")
)

YES_AND_NO = {True: _("yes"), False: _("no")}

changed_field("name", label=_("Name"))
changed_field("kind", label=_("Kind"), values=dict(Team.Kind.choices))
changed_field(
    "role",
    label=_("Role"),
    values=dict([*Membership.Role.choices, *TeamMembership.Role.choices]),
)
changed_field("time_zone", label=_("Time zone"))
changed_field("minimum_group", label=_("Minimum group"))
changed_field("allows_named_rounds", label=_("Named rounds allowed"), values=YES_AND_NO)
changed_field("safeguarding_contact", label=_("Whom to contact if somebody is at risk"))
changed_field("retention_years", label=_("Years that names are kept"))
changed_field("system", label=_("System"))
changed_field("is_active", label=_("May sign in"), values=YES_AND_NO)
changed_field("is_staff", label=_("Works in the site’s admin"), values=YES_AND_NO)
