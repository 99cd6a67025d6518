"""The site's admin shows accounts and questions, and never an answer."""

import pytest
from django.contrib import admin
from django.test import Client

from organisations.models import User
from tests.factories import make_action, make_barrier, make_finished


@pytest.fixture
def operator(db):
    client = Client()
    client.force_login(User.objects.create_superuser("operator@example.org", "correct horse"))
    return client


def test_no_page_of_the_admin_shows_what_somebody_wrote(operator, person):  # P15
    finished = make_finished(person)
    make_barrier(finished, "SENTINEL barrier")
    finished.reflections.update(vision="SENTINEL vision")
    make_action(person, title="SENTINEL action")

    pages = ["/admin/"]
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        pages += [base, *(f"{base}{row.pk}/change/" for row in model.objects.all()[:5])]
    shown = [operator.get(page) for page in pages]

    assert {response.status_code for response in shown} == {200}
    assert not any("SENTINEL" in response.text for response in shown)


def test_nothing_in_the_admin_lets_an_operator_sign_in_as_somebody(operator):  # P15
    shown = {model.__name__ for model in admin.site._registry}

    assert shown == {"Group", "User", "Letter", "QuestionSet", "Organisation", "System"}
    assert "password" not in admin.site._registry[User].fields


def test_an_operator_finds_a_person_and_cannot_delete_them(operator, person):
    assert "maya@example.org" in operator.get("/admin/organisations/user/?q=maya").text
    assert operator.get(f"/admin/organisations/user/{person.pk}/delete/").status_code == 403


def test_being_a_superuser_opens_nobodys_pages(operator, person):  # P15
    finished = make_finished(person)

    assert operator.get(f"/reflections/{finished.pk}/").status_code == 404


def test_somebody_without_the_right_gets_no_further_than_the_admins_door(signed_in):
    assert signed_in.get("/admin/").status_code == 302
