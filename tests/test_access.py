"""Who reaches which page: a row for every address, a column for every kind of person.

A row names those who are let in. Everybody else who is signed in is told that there is no such
page, and whoever is signed out is asked to sign in. A page without a row fails the suite.
"""

import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from organisations.invitations import token_of
from organisations.models import System, User
from reflections.services import start_participation
from tests.factories import (
    make_action,
    make_finished,
    make_invitation,
    make_member,
    make_organisation,
    make_team,
    make_user,
)

SIGNED_OUT = {"anonymous", "guest"}
PEOPLE = [
    "anonymous",  # nobody is known of
    "guest",  # signed out, with a session that holds something
    "outsider",  # an account, and no organisation
    "other_administrator",  # of another organisation
    "ended",  # was in the team
    "member",  # of the team; the reflections, actions and plan in the rows are theirs
    "other_member",  # of another team of the organisation
    "facilitator",  # of the team
    "administrator",  # of the organisation
    "convener",  # of the system that the organisation is in
    "operator",  # of the site
]
HERE = {"member", "other_member", "facilitator", "administrator"}
TEAM = {"member", "facilitator", "administrator"}
MANAGE = {"facilitator", "administrator"}
ADMINISTER = {"administrator"}
AUTHOR = {"member"}
EVERYBODY = set(PEOPLE)
SIGNED_IN = EVERYBODY - SIGNED_OUT
NOBODY: set[str] = set()

# Who may read a page, and who may send something to it; None: nothing can be sent to it.
PAGES = {
    "home": (EVERYBODY, None),
    "privacy": (EVERYBODY, None),
    "accessibility": (EVERYBODY, None),
    "healthz": (EVERYBODY, None),
    "account_details": (SIGNED_IN, SIGNED_IN),
    "account_data": (SIGNED_IN, None),
    "account_delete": (SIGNED_IN, SIGNED_IN),
    "account_again": (NOBODY, NOBODY),  # needs a page to go on to: see its own tests
    "reflections:participation_start": (SIGNED_IN, SIGNED_IN),
    "reflections:participation_perspective": (AUTHOR, AUTHOR),
    "reflections:participation_discard": (AUTHOR, AUTHOR),
    "reflections:level_now": (AUTHOR, AUTHOR),
    "reflections:level_wanted": (AUTHOR, AUTHOR),
    "actionplans:participation_list": (SIGNED_IN, None),
    "actionplans:participation_detail": (AUTHOR, None),
    "actionplans:participation_check": (AUTHOR, AUTHOR),
    "actionplans:participation_finished": (AUTHOR, None),
    "actionplans:participation_pdf": (AUTHOR, None),
    "actionplans:level_how": (AUTHOR, None),
    "actionplans:plan_detail": (SIGNED_IN, None),
    "actionplans:plan_pdf": (SIGNED_IN, None),
    "actionplans:action_add": (NOBODY, NOBODY),  # needs something to answer: see its own tests
    "actionplans:action_detail": (AUTHOR, None),
    "actionplans:action_edit": (AUTHOR, AUTHOR),
    "actionplans:action_update": (AUTHOR, AUTHOR),
    "actionplans:membership_end": (ADMINISTER, ADMINISTER),
    "actionplans:organisation_leave": (HERE, HERE),
    "actionplans:ownerless_action_list": (ADMINISTER, None),
    "organisations:organisation_list": (SIGNED_IN, None),
    "organisations:organisation_create": (SIGNED_IN, SIGNED_IN),
    "organisations:organisation_detail": (HERE, None),
    "organisations:organisation_settings": (ADMINISTER, ADMINISTER),
    "organisations:organisation_archive": (ADMINISTER, ADMINISTER),
    "organisations:organisation_history": (ADMINISTER, None),
    "organisations:team_list": (ADMINISTER, None),
    "organisations:team_add": (ADMINISTER, ADMINISTER),
    "organisations:membership_list": (ADMINISTER, None),
    "organisations:membership_download": (ADMINISTER, None),
    "organisations:membership_detail": (ADMINISTER, None),
    "organisations:membership_role": (ADMINISTER, ADMINISTER),
    "organisations:membership_teams": (ADMINISTER, ADMINISTER),
    "organisations:invitation_list": (ADMINISTER, None),
    "organisations:organisation_invite": (ADMINISTER, ADMINISTER),
    "organisations:invitation_detail": (MANAGE, MANAGE),
    "organisations:invitation_accept": (EVERYBODY, EVERYBODY),
    "organisations:team_detail": (TEAM, None),
    "organisations:team_edit": (ADMINISTER, ADMINISTER),
    "organisations:team_archive": (ADMINISTER, ADMINISTER),
    "organisations:team_leave": ({"member", "facilitator"}, {"member", "facilitator"}),
    "organisations:team_people_add": (MANAGE, MANAGE),
    "organisations:team_invite": (MANAGE, MANAGE),
    "organisations:system_detail": ({"convener"}, None),
    "organisations:system_organisation_remove": ({"convener"}, {"convener"}),
    # allauth's own pages. Who is signed in is led on from those about signing in.
    "account_login": (EVERYBODY, EVERYBODY),
    "account_signup": (EVERYBODY, EVERYBODY),
    "account_logout": (EVERYBODY, EVERYBODY),
    "account_inactive": (EVERYBODY, None),
    "account_request_login_code": (EVERYBODY, EVERYBODY),
    "account_confirm_login_code": (EVERYBODY, EVERYBODY),
    "account_email_verification_sent": (EVERYBODY, EVERYBODY),
    "account_reset_password": (EVERYBODY, EVERYBODY),
    "account_reset_password_done": (EVERYBODY, None),
    "account_reset_password_from_key": (EVERYBODY, EVERYBODY),
    "account_reset_password_from_key_done": (EVERYBODY, None),
    "account_reauthenticate": (SIGNED_IN, SIGNED_IN),
    "account_email": (SIGNED_IN, SIGNED_IN),
    "account_change_password": (SIGNED_IN, SIGNED_IN),
    "account_set_password": (SIGNED_IN, SIGNED_IN),
}
FINISHED = {"actionplans:participation_finished", "actionplans:participation_pdf"}


def our_patterns(resolver=None, namespace=""):
    """Every named address of the project but the admin's: (name, pattern)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{pattern.namespace}:" if pattern.namespace else namespace
                yield from our_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern


class Cast:
    """One of every kind of person, and what the addresses in the rows are about."""

    def __init__(self):
        self.member = make_user("Mel Member", "member@example.org")
        self.administrator = make_user("Ada Administrator", "administrator@example.org")
        self.facilitator = make_user("Flo Facilitator", "facilitator@example.org")
        self.other_member = make_user("Otto Othermember", "other_member@example.org")
        self.ended = make_user("Enda Ended", "ended@example.org")
        self.outsider = make_user("Una Outsider", "outsider@example.org")
        self.convener = make_user("Cora Convener", "convener@example.org")
        self.other_administrator = make_user("Olga Other", "other_administrator@example.org")
        self.operator = User.objects.create_superuser("operator@example.org")
        self.system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
        self.system.conveners.add(self.convener)
        self.organisation = make_organisation(administrator=self.administrator)
        self.organisation.system = self.system
        self.organisation.save()
        self.elsewhere = make_organisation("Elsewhere", administrator=self.other_administrator)
        self.team = make_team(self.organisation)
        self.place = make_member(self.organisation, self.member, team=self.team)
        make_member(self.organisation, self.facilitator, team=self.team, team_role="facilitator")
        other_team = make_team(self.organisation, "Reception")
        make_member(self.organisation, self.other_member, team=other_team)
        gone = make_member(self.organisation, self.ended)
        gone.ended_at = gone.joined_at
        gone.save()
        self.invitation = make_invitation(self.organisation, teams=[self.team])
        self.finished = make_finished(self.member)
        self.unfinished = start_participation(by=self.member, perspective="staff")
        self.action = make_action(self.member)

    def browser(self, kind):
        browser = Client()
        if kind == "guest":
            session = browser.session
            session["resume_code"] = "a code that opens nothing"
            session.save()
            browser.cookies["sessionid"] = session.session_key
        elif kind != "anonymous":
            browser.force_login(getattr(self, kind))
        return browser

    def address(self, name):
        if name == "account_logout":
            return "/account/logout/?next=/"
        keys = dict(our_patterns())[name].pattern
        values = {
            "level": "team",
            "token": token_of(self.invitation, by_letter=True),
            "file_format": "csv",
            "slug": self.system.slug if ":system_" in name else self.organisation.slug,
            "pk": self.key(name),
            "key": "1-abc",
            "uidb36": "1",
        }
        wanted = [*keys.converters, *getattr(getattr(keys, "regex", None), "groupindex", {})]
        return reverse(name, kwargs={key: values[key] for key in wanted})

    def key(self, name):
        page = name.rpartition(":")[2]
        if page.startswith("participation") or page.startswith("level"):
            return self.finished.pk if name in FINISHED else self.unfinished.pk
        things = {
            "action": self.action,
            "team": self.team,
            "invitation": self.invitation,
            "membership": self.place,
            "system": self.organisation,
        }
        return next((thing.pk for kind, thing in things.items() if page.startswith(kind)), None)


@pytest.fixture
def cast(db):
    return Cast()


def answered(response):
    """What somebody was told: "in" to sign in, "none" if there is no such page, else "yes"."""
    if response.status_code == 302 and re.match(r"/account/login/\?next=", response.url):
        return "in"
    return {404: "none", 405: "never", 401: "in"}.get(response.status_code, "yes")


def expected(allowed):
    return {
        kind: "yes" if kind in allowed else "in" if kind in SIGNED_OUT else "none"
        for kind in PEOPLE
    }


def state():
    """Every row of ours as it is stored, but for when somebody last signed in."""
    ours = ("organisations", "reflections", "actionplans")
    return {
        model.__name__: list(
            model.objects.order_by("pk").values(
                *(field.attname for field in model._meta.fields if field.name != "last_login")
            )
        )
        for label in ours
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def test_every_page_has_a_row():
    assert {name for name, _pattern in our_patterns()} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_by_those_it_is_for(cast, name):  # A1 A5 A12
    address = cast.address(name)
    allowed, _senders = PAGES[name]

    seen = {kind: answered(cast.browser(kind).get(address)) for kind in PEOPLE}

    assert seen == expected(allowed)


@pytest.mark.parametrize("name", PAGES)
def test_only_those_it_is_for_can_send_something_to_a_page(cast, name):  # A1 A14
    address = cast.address(name)
    _readers, allowed = PAGES[name]
    kept = allowed or NOBODY
    before = state()

    seen = {kind: answered(cast.browser(kind).post(address)) for kind in PEOPLE if kind not in kept}

    assert seen == {kind: refused(name, kind) for kind in seen}
    assert state() == before


def refused(name, kind):
    """Signed out, people are asked to sign in first, wherever a page is not for everybody."""
    readers, senders = PAGES[name]
    if kind in SIGNED_OUT and kind not in readers:
        return "in"
    return "never" if senders is None else "none"


@pytest.mark.parametrize("name", [name for name, (_readers, senders) in PAGES.items() if senders])
def test_everybody_a_page_is_for_can_send_something_to_it(cast, name):
    address = cast.address(name)
    allowed = PAGES[name][1]

    seen = {}
    for kind in allowed:
        browser = cast.browser(kind)
        with taken_back():
            seen[kind] = answered(browser.post(address))

    assert seen == dict.fromkeys(allowed, "yes")


@contextmanager
def taken_back():
    """What happens in here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_page_of_a_member_who_left_is_gone_on_the_next_request(cast):  # A11
    browser = cast.browser("member")
    address = cast.address("organisations:team_detail")
    assert browser.get(address).status_code == 200

    cast.place.ended_at = cast.place.joined_at
    cast.place.save()

    assert browser.get(address).status_code == 404
    assert "no-store" in cast.browser("facilitator").get(address)["Cache-Control"]


def test_a_person_of_another_organisation_is_not_found_under_ones_own(cast):  # A2 A3
    other = cast.elsewhere.memberships.get()
    browser = cast.browser("administrator")
    before = state()

    for page in ("", "role/", "teams/", "end/"):
        address = f"/organisations/{cast.organisation.slug}/people/{other.pk}/{page}"
        sent = {"role": "administrator", "organisation": cast.elsewhere.pk, "membership": other.pk}
        assert browser.get(address).status_code == 404
        assert browser.post(address, sent).status_code in (404, 405)

    assert state() == before


@pytest.mark.parametrize("kind", PEOPLE)
def test_the_admin_is_for_site_operators_alone(cast, kind):
    browser = cast.browser(kind)
    pages = ["", "organisations/organisation/", "organisations/system/", "organisations/user/"]
    pages += ["organisations/letter/", "reflections/questionset/"]
    pages += [f"organisations/organisation/{cast.organisation.pk}/change/"]

    seen = {answered_by_admin(browser.get(f"/admin/{page}")) for page in pages}

    assert seen == {"yes" if kind == "operator" else "no"}


def answered_by_admin(response):
    return "yes" if response.status_code == 200 else "no"
