"""Who reaches which page: a row for every address, a column for every kind of person.

A row names those who are let in. Everybody else who is signed in is told that there is no such
page, and whoever is signed out is asked to sign in. A page without a row fails the suite.
"""

import re
import uuid
from contextlib import contextmanager
from copy import deepcopy
from itertools import product

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from actionplans.calendars import make_feed
from actionplans.models import Action, ActionBarrier
from actionplans.services import add_action, plan_of
from actionplans.telling import publish_telling, show_telling, shown_version
from organisations.invitations import token_of
from organisations.models import System, User
from organisations.preferences import Choice, link_to_stop
from reflections import rounds
from reflections.models import Answer, Level, Round
from reflections.services import start_participation
from tests.factories import (
    answer_round,
    make_action,
    make_barrier,
    make_finished,
    make_invitation,
    make_member,
    make_organisation,
    make_raised,
    make_round,
    make_shared_action,
    make_team,
    make_user,
    share,
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
CONVENE = {"convener"}
AUTHOR = {"member"}
TOOK_PART = {"member", "ended"}  # in the closed rounds: one of them has left since
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
    "account_letters": (SIGNED_IN, SIGNED_IN),
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
    "actionplans:plan_action_list": (SIGNED_IN, None),
    "actionplans:plan_pdf": (SIGNED_IN, None),
    "actionplans:action_add": (NOBODY, NOBODY),  # needs something to answer: see its own tests
    "actionplans:team_plan": (TEAM, None),
    "actionplans:organisation_plan": (HERE, None),
    "actionplans:system_plan": (HERE | CONVENE, None),
    # The shared plan is the team's; those of the organisation and the system have their own tests.
    "actionplans:shared_plan_detail": (TEAM, None),
    "actionplans:shared_plan_add": (TEAM, TEAM),  # whoever reads it may propose
    "actionplans:shared_plan_pdf": (TEAM, None),
    "actionplans:shared_plan_download": (TEAM, None),
    "actionplans:shared_plan_vision": (MANAGE, MANAGE),
    "actionplans:action_list": (SIGNED_IN, None),
    "actionplans:action_accept": (MANAGE, MANAGE),
    "actionplans:action_decline": (MANAGE, MANAGE),
    "actionplans:action_detail": (AUTHOR, None),
    "actionplans:action_edit": (AUTHOR, AUTHOR),
    "actionplans:action_update": (AUTHOR, AUTHOR),
    "actionplans:membership_end": (ADMINISTER, ADMINISTER),
    "actionplans:organisation_leave": (HERE, HERE),
    "actionplans:ownerless_action_list": (ADMINISTER, None),
    # The open round is of the team, the planned one of a second team, the closed one of the
    # organisation: which of the three kinds of round somebody runs and reads has its own tests.
    "actionplans:team_round_list": (TEAM, None),
    "actionplans:team_round_plan": (MANAGE, MANAGE),
    "actionplans:organisation_round_list": (HERE, None),
    "actionplans:organisation_round_plan": (ADMINISTER, ADMINISTER),
    "actionplans:system_round_list": (CONVENE, None),
    "actionplans:system_round_plan": (CONVENE, CONVENE),
    "actionplans:round_detail": (TEAM, None),
    "actionplans:round_edit": (MANAGE, MANAGE),
    "actionplans:round_cancel": (MANAGE, MANAGE),
    "actionplans:round_extend": (MANAGE, MANAGE),
    "actionplans:round_remind": (MANAGE, MANAGE),
    "actionplans:round_close": (MANAGE, MANAGE),
    "actionplans:round_take_part": ({"member", "facilitator"}, {"member", "facilitator"}),
    "actionplans:plan_download": (SIGNED_IN, None),
    "actionplans:round_results": (TOOK_PART | ADMINISTER, None),
    "actionplans:round_present": (TOOK_PART | ADMINISTER, None),
    "actionplans:round_pdf": (TOOK_PART | ADMINISTER, None),
    "actionplans:round_download": (TOOK_PART | ADMINISTER, None),
    "actionplans:round_act": ({"member", "administrator"}, None),  # who reads the plan as well
    "actionplans:text_take_out": (ADMINISTER, ADMINISTER),
    "actionplans:participation_share": (AUTHOR, None),
    "actionplans:level_share": (AUTHOR, AUTHOR),
    "actionplans:participation_withdraw": (AUTHOR, AUTHOR),
    "actionplans:calendar": (SIGNED_IN, SIGNED_IN),
    "actionplans:calendar_feed": (EVERYBODY, None),  # whoever has its secret address
    "letter_stop": (EVERYBODY, EVERYBODY),  # whoever has the letter
    "actionplans:action_raise": (MANAGE, MANAGE),
    "actionplans:raised_list": (ADMINISTER, None),
    "actionplans:escalation_accept": (ADMINISTER, ADMINISTER),
    "actionplans:escalation_decline": (ADMINISTER, ADMINISTER),
    "actionplans:escalation_withdraw": (MANAGE, MANAGE),
    "actionplans:telling_detail": (TEAM, MANAGE),
    "actionplans:telling_publish": (MANAGE, MANAGE),
    "actionplans:telling_take_back": (MANAGE, MANAGE),
    "actionplans:action_you_said": (MANAGE, MANAGE),
    "actionplans:telling_page": (EVERYBODY, None),
    "actionplans:telling_pdf": (EVERYBODY, None),
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
IN_ROUND = {"participation_share", "level_share", "participation_withdraw"}
PLANNED_ROUND = {"round_edit", "round_cancel"}
CLOSED_ROUND = {"round_results", "round_present", "round_pdf", "round_download"}
CLOSED_ROUND |= {"text_take_out", "round_act"}
QUERIES = {"actionplans:shared_plan_add": "?level=team"}  # what an address needs besides


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
        self.raisable = make_shared_action(self.facilitator, team=self.team)
        self.escalation = make_raised(make_shared_action(self.facilitator, team=self.team))
        self.make_rounds()
        self.make_telling()
        self.proposed = make_proposal(self.member, plan_of(self.team))

    def make_telling(self):
        """The team tells everybody of an action of the member's."""
        self.told = make_shared_action(self.member, team=self.team, you_said="Ten", we_did="Six")
        plan = self.told.plan
        show_telling(plan, by=self.facilitator, version="", introduction="")
        plan.refresh_from_db()
        publish_telling(plan, by=self.facilitator, version=shown_version(plan))
        plan.refresh_from_db()
        self.told.plan = plan

    def make_rounds(self):
        second_team = make_team(self.organisation, "Evenings")
        for membership in (self.place, self.facilitator.memberships.get()):
            role = membership.team_memberships.get().role
            membership.team_memberships.create(team=second_team, role=role)
        self.open_round = make_round(self.team, levels=["team"])
        self.planned_round = make_round(second_team, is_open=False)
        self.in_round = answer_round(self.open_round, self.member)
        share(self.in_round, comment="We never meet")
        self.closed_round = self.make_closed_round(self.organisation)

    def make_closed_round(self, group, *more, **fields):
        """One in which the member took part, somebody who has left, and others enough."""
        round_ = make_round(group, levels=["team"], **fields)
        people = [self.member, self.ended, *more, *(make_user() for _each in range(4))]
        for user in people:
            answer_round(round_, user)
        share(round_.participations.get(user=self.member), comment="A shared comment")
        rounds.close_round(round_)
        return round_

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
            "token": self.token(name),
            "secret": make_feed(self.member).secret,
            "published_token": self.told.plan.published_token,
            "file_format": "csv",
            "slug": self.system.slug if ":system_" in name else self.organisation.slug,
            "pk": self.key(name),
            "kind": "comment",
            "text": shared_comment(self.closed_round).pk,
            "key": "1-abc",
            "uidb36": "1",
        }
        wanted = [*keys.converters, *getattr(getattr(keys, "regex", None), "groupindex", {})]
        return reverse(name, kwargs={key: values[key] for key in wanted}) + QUERIES.get(name, "")

    def token(self, name):
        if name == "letter_stop":
            return link_to_stop(self.member, Choice.DATES).split("/")[-2]
        return token_of(self.invitation, by_letter=True)

    def key(self, name):
        page = name.rpartition(":")[2]
        if page in IN_ROUND:
            return self.in_round.pk
        if page.startswith("participation") or page.startswith("level"):
            return self.finished.pk if name in FINISHED else self.unfinished.pk
        if page in PLANNED_ROUND | CLOSED_ROUND:
            return (self.planned_round if page in PLANNED_ROUND else self.closed_round).pk
        things = {
            "action_accept": self.proposed,
            "action_decline": self.proposed,
            "action_raise": self.raisable,
            "action_you_said": self.told,
            "telling": self.told.plan,
            "action": self.action,
            "escalation": self.escalation,
            "raised": plan_of(self.organisation),
            "shared_plan": self.told.plan,
            "round": self.open_round,
            "team": self.team,
            "invitation": self.invitation,
            "membership": self.place,
            "system": self.organisation,
        }
        return next((thing.pk for kind, thing in things.items() if page.startswith(kind)), None)


def make_proposal(person, plan, **fields):
    fields = {"level": "team", "title": "Meet at six", "status": "proposed"} | fields
    return add_action(plan, by=person, made_with=uuid.uuid4(), proposed_by=person, **fields)


def shared_comment(round_):
    return Answer.objects.get(reflection__participation__round=round_, comment_shared=True)


@pytest.fixture(scope="module")
def everybody(once):
    return Cast()


@pytest.fixture
def cast(everybody, db):
    """Whatever a test does to the cast is undone after it."""
    return deepcopy(everybody)


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


# --- Rounds of each kind ------------------------------------------------------------------------

RUN = {  # who opens, changes, extends, reminds of and closes a round of what
    "team": MANAGE,
    "organisation": ADMINISTER,
    "system": CONVENE,
}
ASKED = {  # who sees one that is open, because they are asked or run it; who may take part
    "team": (TEAM, {"member", "facilitator"}),
    "organisation": (HERE, HERE),
    "system": (HERE | CONVENE, HERE),
}
READ = {  # who reads the results of a closed one
    "team": TOOK_PART | MANAGE,
    "organisation": TOOK_PART | ADMINISTER,
    "system": TOOK_PART | CONVENE,
    "named": TOOK_PART | {"facilitator"},  # those who took part and its facilitators: nobody else
}
TAKE_OUT = {  # who runs a closed one and reads its results
    "team": MANAGE,
    "organisation": ADMINISTER,
    "system": CONVENE,
    "named": {"facilitator"},
}
RESULTS = ["results/", "results/present/", "results/pdf/", "results/results.csv"]
RESULTS += ["results/results.xlsx"]


def a_round_of(cast, kind, **fields):
    """Nothing else of that team, organisation or system is under way."""
    Round.objects.filter(closed_at=None).update(closed_at=cast.place.joined_at, figures={})
    return make_round(getattr(cast, kind), levels=["team"], **fields)


def a_closed_round_of(cast, kind, *more):
    cast.organisation.allows_named_rounds = True
    cast.organisation.save()
    Round.objects.filter(closed_at=None).update(closed_at=cast.place.joined_at, figures={})
    if kind == "named":
        return cast.make_closed_round(cast.team, *more, sharing="named")
    return cast.make_closed_round(getattr(cast, kind), *more)


def let_in(cast, address):
    """Those whom a page answers with itself, or with the page that it leads on to."""
    seen = {kind: answered(cast.browser(kind).get(address)) for kind in PEOPLE}
    assert {seen[kind] for kind in SIGNED_OUT} == {"in"}
    return {kind for kind in PEOPLE if seen[kind] == "yes"}


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("path", ["extend", "remind", "close"])
def test_an_open_round_is_run_by_those_who_run_its_group(cast, kind, path):
    round_ = a_round_of(cast, kind)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}/") == RUN[kind]


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("path", ["", "edit/", "cancel/"])
def test_a_planned_round_is_there_for_those_who_run_its_group(cast, kind, path):
    round_ = a_round_of(cast, kind, is_open=False)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}") == RUN[kind]


@pytest.mark.parametrize("kind", RUN)
def test_an_open_round_is_seen_by_those_who_are_asked_or_run_it(cast, kind):
    round_ = a_round_of(cast, kind)
    seers, asked = ASKED[kind]

    assert let_in(cast, f"/rounds/{round_.pk}/") == seers
    assert let_in(cast, f"/rounds/{round_.pk}/take-part/") == asked


@pytest.mark.parametrize("kind", RUN)
@pytest.mark.parametrize("path", ["edit", "cancel"])
def test_nothing_of_a_round_is_changed_once_it_has_opened(cast, kind, path):
    round_ = a_round_of(cast, kind)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}/") == NOBODY


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("path", RESULTS)
def test_results_are_read_by_those_who_took_part_or_run_the_round(cast, kind, path):
    round_ = a_closed_round_of(cast, kind)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}") == READ[kind]


@pytest.mark.parametrize("kind", READ)
def test_a_text_is_taken_out_by_those_who_run_the_round_and_read_its_results(cast, kind):
    round_ = a_closed_round_of(cast, kind)
    text = shared_comment(round_).pk

    assert let_in(cast, f"/rounds/{round_.pk}/results/comment/{text}/take-out/") == TAKE_OUT[kind]


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("path", RESULTS)
def test_nobody_reads_the_results_of_an_open_round(cast, kind, path):
    named = {"sharing": "named"} if kind == "named" else {}
    cast.organisation.allows_named_rounds = True
    cast.organisation.save()
    round_ = a_round_of(cast, "team" if kind == "named" else kind, **named)
    for user in (cast.member, cast.facilitator, cast.administrator):
        answer_round(round_, user)

    assert let_in(cast, f"/rounds/{round_.pk}/{path}") == NOBODY


def test_an_administrator_reads_no_results_of_a_named_round(cast):
    round_ = a_closed_round_of(cast, "named")
    browser = cast.browser("administrator")

    assert browser.get(f"/rounds/{round_.pk}/").status_code == 200
    for page in RESULTS:
        assert browser.get(f"/rounds/{round_.pk}/{page}").status_code == 404


def test_an_administrator_who_took_part_in_a_named_round_reads_its_results(cast):
    round_ = a_closed_round_of(cast, "named", cast.administrator)
    text = shared_comment(round_).pk

    for page in [*RESULTS, f"results/comment/{text}/take-out/"]:
        assert cast.browser("administrator").get(f"/rounds/{round_.pk}/{page}").status_code == 200


def test_a_facilitator_of_another_team_reads_no_results(cast):
    round_ = a_closed_round_of(cast, "team")
    place = cast.other_member.memberships.get().team_memberships
    place.update(role="facilitator")

    for page in RESULTS:
        assert cast.browser("other_member").get(f"/rounds/{round_.pk}/{page}").status_code == 404


def test_a_facilitator_who_left_reads_only_the_results_of_what_they_took_part_in(cast):
    without, with_ = (
        a_closed_round_of(cast, "team"),
        a_closed_round_of(cast, "named", cast.facilitator),
    )
    cast.facilitator.memberships.update(ended_at=cast.place.joined_at)
    browser = cast.browser("facilitator")

    assert browser.get(f"/rounds/{without.pk}/results/").status_code == 404
    assert browser.get(f"/rounds/{with_.pk}/results/").status_code == 200
    text = shared_comment(with_).pk
    assert browser.get(f"/rounds/{with_.pk}/results/comment/{text}/take-out/").status_code == 404


@pytest.mark.parametrize("kind", READ)
def test_somebody_who_left_still_reads_the_results_of_a_round_they_took_part_in(cast, kind):
    round_ = a_closed_round_of(cast, kind)

    cast.place.ended_at = cast.place.joined_at
    cast.place.save()

    for page in ["", *RESULTS]:
        assert cast.browser("member").get(f"/rounds/{round_.pk}/{page}").status_code == 200


@pytest.mark.parametrize("kind", READ)
def test_a_member_who_did_not_take_part_reads_no_results(cast, kind):
    round_ = a_closed_round_of(cast, kind)
    beside = make_member(cast.organisation, make_user(), team=cast.team).user
    browser = Client()
    browser.force_login(beside)

    assert browser.get(f"/rounds/{round_.pk}/").status_code == 200
    for page in RESULTS:
        assert browser.get(f"/rounds/{round_.pk}/{page}").status_code == 404


@pytest.mark.parametrize("finish", [True, False], ids=["withdrawn", "never finished"])
def test_whoever_did_not_finish_or_withdrew_reads_no_results(cast, finish):
    round_ = a_round_of(cast, "team")
    own = answer_round(round_, cast.member, finish=finish)
    if finish:
        rounds.withdraw(own)
    for _each in range(5):
        answer_round(round_, make_user())
    rounds.close_round(round_)

    for page in RESULTS:
        assert cast.browser("member").get(f"/rounds/{round_.pk}/{page}").status_code == 404


@pytest.mark.parametrize("path", ["", "check/", "share/", "team/share/", "withdraw/", "pdf/"])
def test_nobody_but_its_author_opens_an_answer_in_a_round(cast, path):
    assert let_in(cast, f"/reflections/{cast.in_round.pk}/{path}") == AUTHOR


def test_a_text_of_one_round_is_not_taken_out_through_another(cast):
    own = a_closed_round_of(cast, "team")
    others = shared_comment(cast.closed_round)
    before = state()
    address = f"/rounds/{own.pk}/results/comment/{others.pk}/take-out/"

    response = cast.browser("facilitator").post(address, {"reason": "It names somebody"})

    assert response.status_code == 404
    assert state() == before


# --- Plans of each kind -------------------------------------------------------------------------

PLANS_READ = {"team": TEAM, "organisation": HERE, "system": HERE | CONVENE}
PLANS_EDITED = {"team": MANAGE, "organisation": ADMINISTER, "system": CONVENE}
PLAN_FILES = ["pdf/", "actions.csv", "actions.xlsx", "actions.ics"]


def path_of_plan(cast, kind):
    return f"/plans/{plan_of(getattr(cast, kind)).pk}/"


@pytest.mark.parametrize("kind", PLANS_READ)
def test_a_plan_is_read_by_its_group_and_by_those_above(cast, kind):
    for path in ("", "add/?level=team", *PLAN_FILES):
        assert let_in(cast, path_of_plan(cast, kind) + path) == PLANS_READ[kind], path


@pytest.mark.parametrize("kind", PLANS_EDITED)
def test_a_plan_is_written_and_its_proposals_answered_by_those_who_look_after_it(cast, kind):
    proposed = make_proposal(cast.member, plan_of(getattr(cast, kind)))
    pages = [f"{path_of_plan(cast, kind)}{level}/" for level in Level.values]
    pages += [f"/actions/{proposed.pk}/{page}/" for page in ("accept", "decline")]

    for page in pages:
        assert let_in(cast, page) == PLANS_EDITED[kind], page


@pytest.mark.parametrize("kind", PLANS_EDITED)
def test_an_action_is_there_for_those_who_read_its_plan_and_changed_by_those_who_edit_it(
    cast, kind
):
    action = make_planned(cast, kind)
    address = f"/actions/{action.pk}/"

    # Its owner has left, and is kept out with everybody else.  # A11
    assert let_in(cast, address) == PLANS_READ[kind]
    assert let_in(cast, f"{address}edit/") == PLANS_EDITED[kind]
    assert let_in(cast, f"{address}update/") == PLANS_EDITED[kind]
    for page in ("accept", "decline"):
        assert let_in(cast, f"{address}{page}/") == NOBODY


def make_planned(cast, kind, **fields):
    plan = plan_of(getattr(cast, kind))
    fields = {"title": "Meet", "level": "team", "owner": cast.outsider} | fields
    due_on = cast.outsider.today
    return add_action(plan, by=cast.outsider, made_with=uuid.uuid4(), due_on=due_on, **fields)


def test_whoever_proposed_an_action_reads_it_and_changes_nothing(cast):
    proposed = make_proposal(cast.member, plan_of(cast.team))

    assert let_in(cast, f"/actions/{proposed.pk}/") == TEAM
    assert let_in(cast, f"/actions/{proposed.pk}/edit/") == MANAGE
    assert let_in(cast, f"/actions/{proposed.pk}/update/") == NOBODY


def test_nobody_finds_the_plan_of_a_person_among_those_of_groups(cast):
    for path in ("", "add/?level=team", "team/", "you-said/", *PLAN_FILES):
        assert let_in(cast, f"/plans/{cast.action.plan_id}/{path}") == NOBODY, path


def test_the_plan_of_an_archived_team_is_there_for_administrators_and_stays_as_it_is(cast):
    plan, proposal = path_of_plan(cast, "team"), f"/actions/{cast.proposed.pk}/"
    cast.team.archived_at = cast.place.joined_at
    cast.team.save()

    for path in ("", *PLAN_FILES):
        assert let_in(cast, plan + path) == ADMINISTER, path
    for page in (f"{plan}team/", f"{proposal}accept/", f"{proposal}decline/"):
        assert let_in(cast, page) == NOBODY, page


# --- What is chosen and asked for ---------------------------------------------------------------

DUE = {"due_on_0": "1", "due_on_1": "3", "due_on_2": "2099"}
GIVES_AWAY = {  # the pages that say who does it, in the plan of a team or of the organisation
    "add": lambda c: (f"{path_of_plan(c, 'team')}add/?level=team", "facilitator"),
    "edit": lambda c: (f"/actions/{c.raisable.pk}/edit/", "facilitator"),
    "accept": lambda c: (f"/actions/{c.proposed.pk}/accept/", "facilitator"),
    "accept raised": lambda c: (f"/plans/raised/{c.escalation.pk}/accept/", "administrator"),
}
NOT_THERE = ["outsider", "other_administrator", "ended", "convener", "operator"]


@pytest.mark.parametrize("page", GIVES_AWAY)
def test_an_action_is_given_to_nobody_but_people_of_the_group(cast, page):  # A7
    address, by = GIVES_AWAY[page](cast)
    others = NOT_THERE if page == "accept raised" else [*NOT_THERE, "other_member"]
    keys = [getattr(cast, kind).pk for kind in others] + [0, -1, "x", "9" * 20, "1 OR 1=1"]
    before = state()

    for key in keys:
        sent = {"title": "Theirs", "who": "member", "owner": key, "version": "0", **DUE}
        response = cast.browser(by).post(address, sent)
        assert response.status_code == 200, key
        assert response.context["form"].errors["owner"], key

    assert state() == before


@pytest.mark.parametrize("page", GIVES_AWAY)
def test_an_action_is_given_to_somebody_of_the_group(cast, page):  # A7
    address, by = GIVES_AWAY[page](cast)
    sent = {"title": "Theirs", "who": "member", "owner": cast.member.pk, "version": "0", **DUE}

    assert cast.browser(by).post(address, sent).status_code == 302

    assert Action.objects.filter(title="Theirs", owner=cast.member).count() == 1


def test_whoever_convenes_a_system_names_who_does_something_and_is_shown_no_list(cast):  # A6 A7
    cast.system.conveners.add(cast.outsider)
    address, browser = f"{path_of_plan(cast, 'system')}add/?level=team", cast.browser("convener")
    shown = browser.get(address).text
    assert [each for each in HERE if getattr(cast, each).name in shown] == []

    for kind in ("member", "administrator", "outsider"):  # the last one convenes it too
        sent = {"title": kind, "who": "member", "owner": getattr(cast, kind).email, **DUE}
        assert browser.post(address, sent).status_code == 302
        assert Action.objects.get(title=kind).owner == getattr(cast, kind)
    for kind in ("other_administrator", "ended", "operator"):
        sent = {"title": kind, "who": "member", "owner": getattr(cast, kind).email, **DUE}
        assert browser.post(address, sent).context["form"].errors["owner"]
        assert not Action.objects.filter(title=kind).exists()


@pytest.mark.parametrize("page", ["edit", "update"])
def test_whoever_owns_an_action_gives_it_to_nobody(cast, page):  # A7 A8
    action = make_planned(cast, "team", owner=cast.member)
    sent = {"title": "Mine", "who": "member", "owner": cast.facilitator.pk, "owner_name": "Flo"}
    sent |= {"status": "under_way", "version": "0", **DUE}

    assert cast.browser("member").post(f"/actions/{action.pk}/{page}/", sent).status_code == 302

    action.refresh_from_db()
    assert (action.owner, action.owner_name) == (cast.member, "")


def test_a_member_proposes_and_does_not_promise_for_somebody_else(cast):  # A7 A8
    sent = {"title": "Theirs", "who": "member", "owner": cast.facilitator.pk, "status": "planned"}
    address = f"{path_of_plan(cast, 'team')}add/?level=team"

    assert cast.browser("member").post(address, {**sent, **DUE}).status_code == 200
    cast.browser("member").post(address, {**sent, "who": "nobody", **DUE})

    proposed = Action.objects.get(title="Theirs")
    assert (proposed.owner, proposed.status, proposed.proposed_by) == (
        None,
        "proposed",
        cast.member,
    )


def somebody_elses_barriers(cast):
    """Shared in a round of another team, kept back in one of this, and of no round at all."""
    other_team = make_team(cast.organisation, "Kitchen")
    theirs = cast.make_closed_round(other_team).participations.get(user=cast.member)
    share(theirs, barrier="No pans")
    kept = a_closed_round_of(cast, "team").participations.get(user=cast.member)
    share(kept, yes=False, barrier="No cups")
    return {
        "of another team": theirs.reflections.get(level="team").barriers.get(),
        "kept back": kept.reflections.get(level="team").barriers.get(),
        "of one's own": make_barrier(cast.finished, level="team"),
    }


def test_an_action_answers_no_barrier_but_those_of_its_own_group(cast):  # A2 A3
    shared = a_closed_round_of(cast, "team").participations.get(user=cast.member)
    share(shared, barrier="No room")
    ours = shared.reflections.get(level="team").barriers.get()
    address = f"{path_of_plan(cast, 'team')}add/?barrier="
    browser = cast.browser("facilitator")
    assert browser.get(f"{address}{ours.pk}").status_code == 200

    for why, barrier in somebody_elses_barriers(cast).items():
        for keys in (barrier.pk, f"{ours.pk}&barrier={barrier.pk}"):
            sent = {"title": "Theirs", "who": "me", **DUE}
            assert browser.get(f"{address}{keys}").status_code == 404, why
            assert browser.post(f"{address}{keys}", sent).status_code == 404, why

    assert not Action.objects.filter(title="Theirs").exists()


def test_words_are_kept_without_the_barrier_that_is_not_there(cast):  # A2
    [barrier, *_more] = somebody_elses_barriers(cast).values()
    address = f"{path_of_plan(cast, 'team')}add/?barrier={barrier.pk}"
    sent = {"title": "Ours", "who": "me", "level": "team", **DUE}

    assert cast.browser("facilitator").post(address, sent).status_code == 302

    assert Action.objects.get(title="Ours").plan.team == cast.team
    assert not ActionBarrier.objects.filter(action__title="Ours").exists()


def test_an_action_that_answers_nothing_that_is_there_is_not_added(cast):  # A2
    browser, addresses = cast.browser("member"), [f"{path_of_plan(cast, 'team')}add/", "/plan/add/"]
    asked = ["barrier", "idea", "question", "level"]
    values = ["", "x", "0", "%00", "9" * 40, uuid.UUID(int=0)]

    for address, name, value in product(addresses, asked, values):
        assert browser.get(f"{address}?{name}={value}").status_code == 404, (address, name, value)


UNKNOWN = [
    "sort=owner__password",
    "sort=-due_on",
    "ordering=owner__password",
    "order_by=owner__password",
    "owner=account:abc",
    "owner=account:",
    "owner=account:99999999999999999999",
    "owner=account:-1",
    "owner=%00",
    "owner=__all__",
    "level=x",
    "level=%00",
    "status=x",
    "status=open%27",
    "overdue=x",
    "owner__email__startswith=a",
    "owner__password__startswith=a",
    "plan__team=1",
    "q=%00",
    "q=" + "x" * 101,
    "page=x",
    "page=-1",
    "page=99999999999999999999",
    "print=x",
]


@pytest.mark.parametrize("page", ["", "actions.csv", "actions.ics", "my actions"])
def test_what_no_list_of_actions_knows_is_ignored(cast, page):  # A13
    browser = cast.browser("member")
    address = "/actions/" if page == "my actions" else path_of_plan(cast, "team") + page
    whole = titles_in(browser.get(address))
    assert whole != []

    for asked in UNKNOWN:
        found = browser.get(f"{address}?{asked}")
        assert found.status_code == 200, asked
        assert titles_in(found) == whole, asked


def titles_in(response):
    """The actions that somebody reads, in the order in which they stand."""
    return re.findall(r"Ask people|Meet at six", response.text)


def test_an_owner_who_has_no_action_in_a_plan_is_not_asked_for(cast):  # A13
    make_planned(cast, "organisation", owner=cast.member)
    make_planned(cast, "organisation", owner=cast.administrator, title="Another")
    browser, plan = cast.browser("other_member"), path_of_plan(cast, "organisation")

    theirs = browser.get(f"{plan}?owner=account:{cast.member.pk}")
    nobodys = browser.get(f"{plan}?owner=account:{cast.facilitator.pk}")

    assert theirs.context["page"].paginator.count == 1
    assert nobodys.context["page"].paginator.count == 2


def test_a_key_that_no_row_could_have_is_not_there(cast):
    browser = cast.browser("administrator")
    of_plans = ["", "add/", "team/", "raised/", "you-said/", *PLAN_FILES]
    of_actions = ["", "edit/", "update/", "accept/", "decline/", "raise/", "you-said/"]

    for key in ("0", "9" * 20, "9" * 400):
        pages = [f"/plans/{key}/{path}" for path in of_plans]
        pages += [f"/actions/{key}/{path}" for path in of_actions]
        assert {browser.get(page).status_code for page in pages} == {404}, key


# --- People who left, or who never were here ----------------------------------------------------


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
