"""Deleting an account: everything of that person's goes, and nothing of anybody else's."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail

from actionplans.models import Action, ActionPlan
from actionplans.services.proposals import decline_proposal
from onestepback.pages.account.personal_data import erase, everything_of
from organisations import services
from organisations.models import AuditEvent, Invitation, User
from organisations.outbox import write_letter
from reflections.models import Answer, Participation
from reflections.services import start_participation
from tests.factories import (
    TeamPlace,
    administrator_of,
    make_action,
    make_barrier,
    make_finished,
    make_invitation,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)


def rows():
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed
    }


def live(person):
    write_letter("password_changed", to=person.email, recipient=person)
    write_letter("account_already_exists", to=person.email.upper(), recipient=None)
    finished = make_finished(person)
    barrier = make_barrier(finished, "SENTINEL barrier")
    start_participation(by=person, perspective="partner")
    make_action(person, title="SENTINEL action", barriers=[barrier])
    make_action(person, owner_name="Sam", level="individual")
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)


def test_erasing_somebody_leaves_the_database_as_if_they_had_never_come(  # B10 P14.2
    person, stranger
):
    live(stranger)
    before = rows()
    somebody = User.objects.create_user("somebody@example.org", "correct horse", name="Somebody")
    live(somebody)

    erase(somebody)

    assert rows() == before


def test_what_others_wrote_stays(person, stranger):
    live(stranger)
    live(person)
    answers = Answer.objects.filter(reflection__participation__user=stranger).count()

    erase(person)

    assert Answer.objects.count() == answers == 26
    assert set(Participation.objects.values_list("user", flat=True)) == {stranger.pk}
    assert Action.objects.count() == 2
    assert ActionPlan.objects.get().user == stranger


def test_deleting_ones_account_asks_for_the_password_and_a_tick(client, person):  # I5
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    client.force_login(person)
    asked = client.get("/account/delete/")
    assert asked.url.startswith("/account/reauthenticate/")

    client.post("/account/reauthenticate/", {"password": "correct horse"})
    unticked = client.post("/account/delete/", {"delete": "Delete my account"})
    assert "Tick the box" in unticked.text
    assert User.objects.filter(pk=person.pk).exists()

    response = client.post("/account/delete/", {"sure": "on"}, follow=True)
    assert "are deleted" in response.text
    assert not User.objects.filter(pk=person.pk).exists()
    assert client.get("/plan/").status_code == 302


@pytest.mark.parametrize(
    "address", ["/account/delete/", "/account/email/", "/account/password/set/"]
)
def test_somebody_without_a_password_is_asked_again_by_code(client, person, address):  # I5
    person.set_unusable_password()
    person.date_joined -= timedelta(days=30)
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    client.force_login(person)  # signed in long ago

    asked = client.get(address)
    assert asked.url == f"/account/again/?next={address.replace('/', '%2F')}"
    assert client.post(address, {"sure": "on"}).url == asked.url
    again = client.post(asked.url)
    assert again.url.startswith("/account/login/code/?next=")

    client.post(again.url, {"email": person.email, "next": address})
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.outbox[-1].body).group()
    client.post("/account/login/code/confirm/", {"code": code, "next": address})
    assert client.get(address).status_code == 200


def test_asking_again_leads_nowhere_else(signed_in):  # I6
    assert signed_in.post("/account/again/", {"next": "https://evil.example"}).status_code == 404


# --- In an organisation -------------------------------------------------------------------------


@pytest.fixture
def belonging(db):
    """A person with a place in a team, an action in its plan, and traces in many tables."""
    organisation = make_organisation()
    team = make_team(organisation)
    user = make_user("Tom Bright", "tom@example.org")
    membership = make_member(organisation, user, team=team)
    make_shared_action(user, team=team, title="Ask the bus company", status="under_way")
    services.change_role(membership, by=administrator_of(organisation), role="administrator")
    make_invitation(organisation, "new@example.org", by=user)
    make_invitation(make_organisation("Elsewhere"), "TOM@example.org")
    return user


def test_erasing_somebody_keeps_actions_and_what_was_done_without_their_name(  # B10 E5 P14.3
    belonging,
):
    done = AuditEvent.objects.count()

    erase(belonging)

    action = Action.objects.get()
    assert (action.status, action.owner, action.owner_left) == ("under_way", None, True)
    assert list(Action.objects.needing_owner()) == [action]
    assert AuditEvent.objects.count() == done
    assert not Invitation.objects.filter(email__iexact="tom@example.org").exists()
    everything = str([list(model.objects.values()) for model in apps.get_models()])
    assert "Tom Bright" not in everything
    assert "tom@example.org" not in everything.lower()


def test_the_only_administrator_of_an_organisation_in_use_is_told_what_to_do_first(client, db):
    organisation = make_organisation()
    ada = administrator_of(organisation)
    client.force_login(ada)

    page = client.get("/account/delete/")
    client.post("/account/delete/", {"sure": "on"})

    assert "You are still needed" in page.text
    assert User.objects.filter(pk=ada.pk).exists()
    with pytest.raises(services.StillNeeded):
        erase(ada)

    services.archive_organisation(organisation, by=ada)
    client.post("/account/delete/", {"sure": "on"})
    assert not User.objects.filter(pk=ada.pk).exists()


def test_where_somebody_belongs_is_in_what_they_take_away(belonging):
    [place] = everything_of(belonging)["organisations"]

    assert place["organisation"] == "Tamsel Valley Trust"
    assert place["teams"] == [{"team": "Home visits", "role": "member"}]


def test_the_file_has_what_somebody_proposed_and_noted_in_plans_of_groups(db):
    place = TeamPlace()
    action = place.propose(title="A bench", detail="In the sun")
    decline_proposal(action, by=place.facilitator, version=0, reason="No room")

    [proposed] = everything_of(place.member)["proposed_to_groups"]
    [note] = everything_of(place.facilitator)["notes_in_plans_of_groups"]

    assert (proposed["what"], proposed["more_about_it"]) == ("A bench", "In the sun")
    assert (note["action"], note["note"]) == ("A bench", "No room")
    assert everything_of(place.member)["notes_in_plans_of_groups"] == []
