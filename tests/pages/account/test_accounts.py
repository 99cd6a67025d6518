"""Signing up, in and out: by password or by a code, and nobody learns who has an account."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from organisations.models import Letter, User
from tests.mail import SlowBackend

SIGNUP = {"email": "new@example.org", "name": "Nia", "password1": "a long passphrase"}


def code_in(message):
    return re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", message.body).group()


def confirmed(user):
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_somebody_signs_up_with_a_password_and_confirms_the_address_with_a_code(client, db):
    client.post("/account/signup/", SIGNUP)
    response = client.post("/account/confirm-email/", {"code": code_in(mail.outbox[0])})

    user = User.objects.get()
    assert response.status_code == 302
    assert (user.email, user.name) == ("new@example.org", "Nia")
    assert user.check_password("a long passphrase")
    assert client.get("/account/").status_code == 200


def test_somebody_signs_up_without_a_password_and_later_signs_in_by_code(client, db):
    client.post("/account/signup/", {"email": "new@example.org"})
    client.post("/account/confirm-email/", {"code": code_in(mail.outbox[0])})
    assert not User.objects.get().has_usable_password()
    client.post("/account/logout/")

    client.post("/account/login/", {"login": "new@example.org"})
    client.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[1])})

    assert client.get("/account/").status_code == 200


def test_a_password_signs_in_and_signing_out_ends_it(client, person):
    confirmed(person)
    client.post("/account/login/", {"login": "maya@example.org", "password": "correct horse"})
    assert client.get("/account/").status_code == 200

    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


def test_a_forgotten_password_is_set_anew_by_letter(client, person):
    confirmed(person)
    client.post("/account/password/reset/", {"email": person.email})
    path = re.search(r"http://\S+?(/account/password/reset/key/\S+)", mail.outbox[0].body).group(1)
    page = client.get(path, follow=True)

    client.post(
        page.request["PATH_INFO"],
        {"password1": "another long one", "password2": "another long one"},
    )

    person.refresh_from_db()
    assert person.check_password("another long one")
    assert Letter.objects.get().kind == "password_reset"


def test_opening_a_reset_link_changes_nothing(client, person):  # I4
    confirmed(person)
    client.post("/account/password/reset/", {"email": person.email})
    path = re.search(r"http://\S+?(/account/password/reset/key/\S+)", mail.outbox[0].body).group(1)

    client.get(path, follow=True)
    client.get(path, follow=True)

    person.refresh_from_db()
    assert person.check_password("correct horse")


@pytest.mark.parametrize(
    ("address", "field", "rest"),
    [
        ("/account/login/", "login", {"password": "wrong wrong"}),
        ("/account/login/code/", "email", {}),
        ("/account/password/reset/", "email", {}),
        ("/account/signup/", "email", {"password1": "a long passphrase"}),
    ],
)
def test_pages_answer_alike_for_known_and_unknown_addresses(
    client, person, address, field, rest
):  # I1
    confirmed(person)

    known, unknown = (
        client.post(address, {field: email, **rest})
        for email in ("maya@example.org", "nobody@example.org")
    )

    def seen(response):
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.text)
        return (
            response.status_code,
            response.headers.get("Location"),
            re.sub(r"(maya|nobody)@example\.org", "ADDRESS", text),
        )

    assert seen(known) == seen(unknown)


def test_signing_up_with_a_known_address_tells_only_its_owner(client, person):  # I1
    confirmed(person)

    client.post("/account/signup/", {**SIGNUP, "email": person.email})

    assert User.objects.count() == 1
    assert Letter.objects.get().kind == "account_already_exists"


def test_an_address_counts_once_whatever_its_case(client, person):  # D2
    confirmed(person)

    client.post("/account/signup/", {**SIGNUP, "email": "MAYA@example.org"})

    assert User.objects.count() == 1


def test_too_many_wrong_passwords_have_to_wait(client, person, settings):  # I2
    settings.ACCOUNT_RATE_LIMITS = {}
    confirmed(person)
    for _attempt in range(12):
        response = client.post(
            "/account/login/", {"login": person.email, "password": "wrong wrong"}
        )

    assert response.status_code == 429 or "Too many" in response.text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "https:evil.example"]
)
def test_signing_in_never_leads_to_another_site(client, person, target):  # I6
    confirmed(person)

    response = client.post(
        "/account/login/",
        {"login": person.email, "password": "correct horse", "next": target},
    )

    assert "evil" not in response.url


def test_names_and_times_are_saved_where_the_person_chooses(signed_in, person):
    signed_in.post("/account/", {"name": "Maya O.", "time_zone": "Asia/Kolkata"})

    person.refresh_from_db()
    assert (person.name, person.time_zone) == ("Maya O.", "Asia/Kolkata")


def test_extra_fields_change_nothing_about_a_person(signed_in, person):  # A8
    signed_in.post(
        "/account/",
        {
            "name": "Maya",
            "time_zone": "Europe/London",
            "is_staff": "on",
            "is_superuser": "on",
            "email": "other@example.org",
        },
    )

    person.refresh_from_db()
    assert (person.is_staff, person.is_superuser, person.email) == (
        False,
        False,
        "maya@example.org",
    )


def test_pages_of_somebody_signed_in_are_kept_by_no_computer(signed_in):
    assert "no-store" in signed_in.get("/")["Cache-Control"]


@pytest.fixture
def background(monkeypatch):
    """Threads that post codes, gone before the next test."""
    SlowBackend.enough.clear()
    with ThreadPoolExecutor(4) as threads:
        monkeypatch.setattr("organisations.adapters.codes", threads)
        yield
        SlowBackend.enough.set()


@pytest.mark.parametrize(
    ("address", "field", "rest"),
    [
        ("/account/login/code/", "email", {}),
        ("/account/login/", "login", {}),
        ("/account/password/reset/", "email", {}),
        ("/account/signup/", "email", {"password1": "a long passphrase"}),
    ],
)
@pytest.mark.parametrize("backend", ["SlowBackend", "BrokenBackend"])
@pytest.mark.django_db(transaction=True)
def test_neither_time_nor_a_broken_mail_server_tells_who_has_an_account(  # I1
    person, settings, background, address, field, rest, backend
):
    settings.POST_CODES_IN_BACKGROUND = True
    settings.MAILERS = {"default": {"BACKEND": f"tests.mail.{backend}"}}
    confirmed(person)
    answers, times = [], []
    for email in (person.email, "nobody@example.org"):
        begun = time.perf_counter()
        answers.append(Client().post(address, {field: email, **rest}))
        times.append(time.perf_counter() - begun)

    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0].url == answers[1].url
    assert max(times) < 2  # a slow server takes three seconds


def test_whoever_signs_up_first_with_somebodys_address_gets_nothing_by_it(person):  # I1 I3
    eve, owner = Client(), Client()
    eve.post("/account/signup/", {**SIGNUP, "name": "Eve", "password1": "evil passphrase"})

    owner.post("/account/login/code/", {"email": SIGNUP["email"]})
    owner.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[-1])})

    user = User.objects.get(email=SIGNUP["email"])
    assert owner.get("/account/").status_code == 200
    assert (user.name, user.check_password("evil passphrase")) == ("", False)
    eve.post("/account/login/", {"login": SIGNUP["email"], "password": "evil passphrase"})
    assert eve.get("/account/").status_code == 302


def test_pages_about_signing_in_never_show_again_what_was_typed(client):  # J2
    for page in (
        "/admin/password_change/",
        "/account/password/change/",
        "/account/reauthenticate/",
    ):
        response = client.post(
            page,
            {"old_password": "SECRET one", "oldpassword": "SECRET two", "code": "SECRET 3"},
            headers={"Origin": "http://testserver"},
        )
        assert "SECRET" not in response.text


def test_an_address_that_nobody_proves_is_forgotten_after_a_week(client, person, time_machine):
    confirmed(person)
    client.post("/account/signup/", SIGNUP)

    call_command("tick")
    assert User.objects.count() == 2
    time_machine.move_to(timezone.now() + timedelta(days=8))
    call_command("tick")

    assert list(User.objects.all()) == [person]


def test_a_new_address_ends_every_other_session_and_tells_the_old_one(person):  # I5
    confirmed(person)
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.post("/account/login/", {"login": person.email, "password": "correct horse"})

    here.post("/account/reauthenticate/", {"password": "correct horse"})
    here.post("/account/email/", {"email": "moved@example.org", "action_add": ""})
    here.post("/account/confirm-email/", {"code": code_in(mail.outbox[-1])})

    person.refresh_from_db()
    assert person.email == "moved@example.org"
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert Letter.objects.get(kind="email_changed").address == "maya@example.org"
