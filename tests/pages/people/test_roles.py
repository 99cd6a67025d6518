"""A person's roles in an organisation and in its teams, and the end of their membership."""

from django.test import Client

from organisations.models import Invitation, TeamMembership
from tests.factories import (
    administrator_of,
    make_invitation,
    make_member,
    make_organisation,
    make_team,
    make_user,
)
from tests.pages.addresses import HOME


def test_an_administrator_changes_places_and_adds_one_in_one_go(administrator, organisation, team):
    second, third = make_team(organisation, "Reception"), make_team(organisation, "Transport")
    tom = make_member(organisation, make_user("Tom"), team=team)
    here = tom.team_memberships.create(team=second)

    administrator.post(
        f"{HOME}people/{tom.pk}/teams/",
        {
            f"place-{tom.team_memberships.get(team=team).pk}": "facilitator",
            f"place-{here.pk}": "none",
            "team": third.pk,
            "team_role": "member",
        },
    )

    assert dict(tom.team_memberships.values_list("team__name", "role")) == {
        "Home visits": "facilitator",
        "Transport": "member",
    }


def test_a_team_of_another_organisation_is_refused_in_a_list_to_choose_from(  # A7
    administrator, organisation
):
    foreign = make_team(make_organisation("Elsewhere"), "Theirs")
    tom = make_member(organisation, make_user("Tom"))

    chosen = administrator.post(f"{HOME}people/{tom.pk}/teams/", {"team": foreign.pk})
    invited = administrator.post(
        f"{HOME}invite/",
        {
            "addresses": "new@example.org",
            "role": "member",
            "team_role": "member",
            "teams": [foreign.pk],
            "go": "send",
        },
    )

    assert "Choose one of the teams" in chosen.text
    assert "Choose from the teams in the list" in invited.text
    assert not TeamMembership.objects.exists()
    assert not Invitation.objects.exists()


def test_somebody_of_another_organisation_is_refused_when_people_are_added(  # A7
    organisation, team
):
    stranger = make_member(make_organisation("Elsewhere"), make_user("Noor"))
    flo = make_member(organisation, team=team, team_role="facilitator")
    browser = Client()
    browser.force_login(flo.user)

    page = browser.post(f"/teams/{team.pk}/people/add/", {"people": [stranger.pk]})

    assert "is in the team already, or has left" in page.text
    assert "Noor" not in page.text
    assert not stranger.team_memberships.exists()


def test_a_key_that_no_database_could_hold_is_refused_like_any_other(  # A7
    administrator, organisation, team
):
    key = "9" * 30

    added = administrator.post(f"/teams/{team.pk}/people/add/", {"people": key, "go": "add"})
    invited = administrator.post(
        f"{HOME}invite/",
        {"addresses": "a@example.org", "role": "member", "team_role": "member", "teams": key},
    )

    assert "is in the team already, or has left" in added.text
    assert "Choose from the teams in the list" in invited.text


def test_a_role_that_is_not_offered_is_refused(administrator, organisation):  # A12
    tom = make_member(organisation, make_user("Tom"))

    page = administrator.post(f"{HOME}people/{tom.pk}/role/", {"role": "owner"})

    assert page.context["form"].errors
    tom.refresh_from_db()
    assert tom.role == "member"


def test_a_facilitator_gives_nobody_a_role_by_inviting(organisation, team):  # A8 A9
    flo = make_member(organisation, team=team, team_role="facilitator")
    browser = Client()
    browser.force_login(flo.user)
    other = make_team(organisation, "Reception")

    browser.post(
        f"/teams/{team.pk}/invite/",
        {
            "addresses": "new@example.org",
            "role": "administrator",
            "team_role": "facilitator",
            "teams": [other.pk],
            "go": "send",
        },
    )

    invitation = Invitation.objects.get()
    assert invitation.role == "member"
    assert list(invitation.places.values_list("team", "role")) == [(team.pk, "member")]


def test_a_facilitator_sees_and_cancels_only_invitations_into_own_teams_alone(organisation, team):
    flo = make_member(organisation, team=team, team_role="facilitator")
    own = make_invitation(organisation, "own@example.org", teams=[team])
    both = make_invitation(
        organisation, "both@example.org", teams=[team, make_team(organisation, "Reception")]
    )
    granting = make_invitation(
        organisation, "grant@example.org", teams=[team], role="administrator"
    )
    none = make_invitation(organisation, "none@example.org")

    manageable = Invitation.objects.manageable_by(flo.user)

    assert set(manageable) == {own}
    assert set(Invitation.objects.manageable_by(administrator_of(organisation))) == {
        own,
        both,
        granting,
        none,
    }
