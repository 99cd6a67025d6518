"""Deleting an account: everything of that person's goes, and nothing of anybody else's."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail

from actionplans.models import Action, ActionPlan
from onestepback.personal_data import erase
from organisations.models import User
from organisations.outbox import write_letter
from reflections.models import Answer, Participation
from reflections.services import start_participation
from tests.factories import make_action, make_barrier, make_finished


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


def test_erasing_somebody_leaves_the_database_as_if_they_had_never_come(person, stranger):  # B10
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
