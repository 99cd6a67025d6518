"""A site that sends no e-mail says so, and promises none."""  # F12

import re

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import Membership, TeamMembership
from reflections.models import Participation
from tests.factories import administrator_of, browser_of, make_round, make_team_round

pytestmark = pytest.mark.django_db

SAYS_SO = "This site sends no e-mail"
OF_MAIL = re.compile(r"\b[Ss]end|[Ss]ent\b|on its way|by e-mail|junk")
PROMISE = re.compile(r"\b(gets?|get) a (letter|reminder)|\bpeople get a letter")


def speaks_of_mail(text):
    """True if a page speaks of something that comes by e-mail."""
    _head, _main, page = text.partition("<main")
    return bool(OF_MAIL.search(page.replace(SAYS_SO, "")))


@pytest.fixture(params=[True, False], ids=["mail", "no-mail"])
def sends(request, settings):
    settings.MAIL_IS_SENT = request.param
    return request.param


def check(text, sends):
    assert (SAYS_SO in text) != sends
    assert bool(PROMISE.search(text)) == sends


@pytest.fixture
def round_():
    return make_team_round(5)


@pytest.fixture
def facilitator(round_):
    place = TeamMembership.objects.filter(team=round_.team).first()
    TeamMembership.objects.filter(pk=place.pk).update(role="facilitator")
    return place.membership.user


@pytest.mark.parametrize("name", ["rounds:remind", "rounds:close"])
def test_pages_that_run_a_round(round_, facilitator, sends, name):
    page = browser_of(facilitator).get(reverse(name, args=[round_.pk]))

    check(page.text, sends)


def test_a_round_that_runs_offers_a_reminder_where_one_would_go(round_, facilitator, sends):
    text = browser_of(facilitator).get(round_.get_absolute_url()).text

    assert ("Send a reminder" in text) == sends
    assert (SAYS_SO in text) != sends


def test_a_round_that_is_planned(round_, facilitator, sends):
    later = make_round(round_.team.organisation, is_open=False)
    administrator = browser_of(administrator_of(round_.team.organisation))

    check(administrator.get(later.get_absolute_url()).text, sends)
    check(administrator.get(reverse("rounds:edit", args=[later.pk])).text, sends)


def test_opening_a_round(round_, sends):
    organisation = round_.team.organisation
    administrator = browser_of(administrator_of(organisation))
    address = reverse("rounds:plan_for_organisation", args=[organisation.slug])

    today = administrator_of(organisation).today
    day = {f"opens_on_{n}": p for n, p in enumerate([today.day, today.month, today.year])}
    last = {f"closes_on_{n}": p for n, p in enumerate([31, 12, today.year + 1])}
    sent = {"title": "Spring", "levels": ["team"], "compares_perspectives": "no", **day, **last}
    page = administrator.post(address, sent, follow=True)

    check(page.text, sends)


def test_who_has_finished(round_, sends):
    participation = Participation.objects.filter(round=round_).exclude(finished_at=None).first()
    address = reverse("reflecting:finished", args=[participation.pk])

    text = browser_of(participation.user).get(address).text

    assert bool(PROMISE.search(text)) == sends


def test_ending_a_membership(round_, sends):
    organisation = round_.team.organisation
    membership = Membership.objects.exclude(role="administrator").first()
    address = f"{membership.get_absolute_url()}end/"

    check(browser_of(administrator_of(organisation)).get(address).text, sends)


def test_which_letters_one_gets(facilitator, sends):
    text = browser_of(facilitator).get(reverse("letters:choose")).text

    assert (SAYS_SO in text) != sends
    assert (f"They go to {facilitator.email}" in text) == sends


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_request_login_code", "account_reset_password"],
)
def test_signing_in(sends, name):
    text = Client().get(reverse(name)).text

    assert ("Whoever runs it has your codes and links" in text) != sends
    assert speaks_of_mail(text) == sends


def test_asking_for_a_new_password(sends, person):
    page = Client().post(reverse("account_reset_password"), {"email": person.email}, follow=True)

    assert (SAYS_SO in page.text) != sends
    assert speaks_of_mail(page.text) == sends


def test_signing_in_with_a_code(sends, person):
    page = Client().post(
        reverse("account_request_login_code"), {"email": person.email}, follow=True
    )

    assert (SAYS_SO in page.text) != sends
    assert speaks_of_mail(page.text) == sends


@pytest.mark.parametrize("name", ["account_email", "account_set_password"])
def test_changing_how_one_signs_in(sends, person, name):
    text = browser_of(person).get(reverse(name), follow=True).text

    assert speaks_of_mail(text) <= sends
