"""Who reaches which page: a row for every address, and a page without one fails."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from reflections.services import start_participation
from tests.factories import make_action, make_finished

# What the owner, another person and somebody signed out are answered. "in" leads to signing in.
OWN = (200, 404, "in")

EVERYBODY = (200, 200, 200)
SIGNED_IN = (200, 200, "in")
PAGES = {
    "home": EVERYBODY,
    "privacy": EVERYBODY,
    "accessibility": EVERYBODY,
    "healthz": EVERYBODY,
    "account_details": SIGNED_IN,
    "account_data": SIGNED_IN,
    "account_delete": (302, 302, "in"),  # to type the password again
    "account_again": (404, 404, "in"),  # needs a page to go on to
    "reflections:participation_start": (302, 200, "in"),
    "reflections:participation_perspective": OWN,
    "reflections:participation_discard": OWN,
    "reflections:level_now": OWN,
    "reflections:level_wanted": OWN,
    "actionplans:participation_list": SIGNED_IN,
    "actionplans:participation_detail": OWN,
    "actionplans:participation_check": OWN,
    "actionplans:participation_finished": OWN,
    "actionplans:participation_pdf": OWN,
    "actionplans:level_how": OWN,
    "actionplans:plan_detail": SIGNED_IN,
    "actionplans:plan_pdf": SIGNED_IN,
    "actionplans:action_add": (404, 404, "in"),  # needs something to answer: see its own tests
    "actionplans:action_detail": OWN,
    "actionplans:action_edit": OWN,
    "actionplans:action_update": OWN,
}
FINISHED = {"actionplans:participation_finished", "actionplans:participation_pdf"}
READ_ONLY = {  # refuse a POST whoever sends it
    "home",
    "privacy",
    "accessibility",
    "healthz",
    "account_data",
    "actionplans:participation_list",
    "actionplans:participation_detail",
    "actionplans:participation_finished",
    "actionplans:participation_pdf",
    "actionplans:level_how",
    "actionplans:plan_detail",
    "actionplans:plan_pdf",
    "actionplans:action_detail",
}
ELSEWHERE = ("account_", "admin:")  # allauth's and Django's own pages keep their own rights


def our_patterns(resolver=None, namespace=""):
    """Every named address of the project: (name, pattern, route)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from our_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern


def names():
    return {
        name for name, _pattern in our_patterns() if not name.startswith(ELSEWHERE) or name in PAGES
    }


@pytest.fixture
def addresses(person):
    """An address of each page that names something of one person's."""
    from django.urls import reverse

    finished = make_finished(person)
    unfinished = start_participation(by=person, perspective="staff")
    action = make_action(person)

    def address(name):
        keys = dict(our_patterns())[name].pattern.converters
        values = {"level": "team"}
        if "action_" in name:
            values["pk"] = action.pk
        else:
            values["pk"] = finished.pk if name in FINISHED else unfinished.pk
        return reverse(name, kwargs={key: values[key] for key in keys})

    return address


def answered(client, address, method="get"):
    response = getattr(client, method)(address)
    to_sign_in = response.status_code == 302 and response.url.startswith("/account/login/?next=")
    return "in" if to_sign_in else response.status_code


def test_every_page_has_a_row():
    assert names() == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_reached_by_those_it_is_for(client, person, stranger, addresses, name):  # A1 A5
    address = addresses(name)
    seen = []
    for somebody in (person, stranger, None):
        if somebody:
            client.force_login(somebody)
        else:
            client.logout()
        seen.append(answered(client, address))

    assert tuple(seen) == PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_sending_to_a_page_of_somebody_elses_changes_nothing(client, stranger, addresses, name):
    client.force_login(stranger)

    expected = 405 if name in READ_ONLY else PAGES[name][1]

    assert answered(client, addresses(name), "post") == expected


@pytest.mark.parametrize("name", PAGES)
def test_sending_while_signed_out_leads_to_signing_in(client, addresses, name):
    expected = "in" if PAGES[name][2] == "in" else 405

    assert answered(client, addresses(name), "post") == expected
