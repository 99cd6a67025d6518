"""The cast: one person of every kind, and functions that say how a page answers them."""

import re
import uuid

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from actionplans.calendars import make_feed
from actionplans.letters import DATES
from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from actionplans.you_said import publish_you_said, publishing_version, show_you_said
from organisations.invitations import token_of
from organisations.models import System, User
from organisations.preferences import link_to_stop
from reflections import rounds
from reflections.models import Answer, Round
from reflections.services import start_participation
from tests.factories import (
    answer_round,
    make_action,
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

FINISHED = {"reflecting:finished", "reflecting:pdf"}
IN_ROUND = {"taking_part:share", "taking_part:share_level", "taking_part:withdraw"}
PLANNED_ROUND = {"rounds:edit", "rounds:cancel"}
PROPOSED = {
    "actions:accept",
    "actions:decline",
    "actions:edit_proposal",
    "actions:take_back_proposal",
}
OF_SYSTEM = {"rounds:of_system", "rounds:plan_for_system", "plans:of_system"}
QUERIES = {"plans:add": "?level=team"}  # what an address needs besides


def our_patterns(resolver=None, namespace=""):
    """Every named address of the project, except those of the admin: (name, pattern)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{pattern.namespace}:" if pattern.namespace else namespace
                yield from our_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern


class Cast:
    """One person of every kind, and the rows to which the addresses lead."""

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
        self.cookies = {}
        self.sign_in()

    def make_telling(self):
        """Publish an action of the member's in the team's “You said, we did”."""
        self.told = make_shared_action(self.member, team=self.team, you_said="Ten", we_did="Six")
        plan = self.told.plan
        show_you_said(plan, by=self.facilitator, version="", introduction="")
        plan.refresh_from_db()
        publish_you_said(plan, by=self.facilitator, version=publishing_version(plan))
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
        """A closed round that the member, somebody who has left, and enough others finished."""
        round_ = make_round(group, levels=["team"], **fields)
        people = [self.member, self.ended, *more, *(make_user() for _each in range(4))]
        for user in people:
            answer_round(round_, user)
        share(round_.participations.get(user=self.member), comment="A shared comment")
        rounds.close_round(round_)
        return round_

    def sign_in(self):
        """Make everybody's sessions once for all tests: signing in takes as long as a page."""
        for kind in PEOPLE:
            browser = Client()
            if kind == "guest":
                session = browser.session
                session["resume_code"] = "a code that opens nothing"
                session.save()
                browser.cookies["sessionid"] = session.session_key
            elif kind != "anonymous":
                browser.force_login(getattr(self, kind))
            self.cookies[kind] = browser.cookies

    def browser(self, kind):
        browser = Client()
        browser.cookies.update(self.cookies[kind])
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
            "slug": self.system.slug
            if name in OF_SYSTEM or name.startswith("systems:")
            else self.organisation.slug,
            "pk": self.key(name),
            "kind": "comment",
            "text": shared_comment(self.closed_round).pk,
            "key": "1-abc",
            "uidb36": "1",
        }
        wanted = [*keys.converters, *getattr(getattr(keys, "regex", None), "groupindex", {})]
        return reverse(name, kwargs={key: values[key] for key in wanted}) + QUERIES.get(name, "")

    def token(self, name):
        if name == "letters:stop":
            return link_to_stop(self.member, DATES).split("/")[-2]
        return token_of(self.invitation, by_letter=True)

    def key(self, name):
        room = name.partition(":")[0]
        if name in IN_ROUND:
            return self.in_round.pk
        if room == "reflecting":
            return self.finished.pk if name in FINISHED else self.unfinished.pk
        if name in PLANNED_ROUND:
            return self.planned_round.pk
        if name in PROPOSED:
            return self.proposed.pk
        things = {
            "raising:raise_to_plan_above": self.raisable,
            "raising:index": plan_of(self.organisation),
            "you_said:write": self.told,
            "plans:of_team": self.team,
            "rounds:of_team": self.team,
            "rounds:plan_for_team": self.team,
            "invitations:invite_to_team": self.team,
            "actions": self.action,
            "invitations": self.invitation,
            "meeting": self.closed_round,
            "people": self.place,
            "plans": self.told.plan,
            "raising": self.escalation,
            "results": self.closed_round,
            "rounds": self.open_round,
            "systems": self.organisation,
            "taking_part": self.open_round,
            "teams": self.team,
            "you_said": self.told.plan,
        }
        thing = things.get(name) or things.get(room)
        return thing and thing.pk


def make_proposal(person, plan, **fields):
    fields = {"level": "team", "title": "Meet at six", "status": "proposed"} | fields
    return add_action(plan, by=person, made_with=uuid.uuid4(), proposed_by=person, **fields)


def shared_comment(round_):
    return Answer.objects.get(reflection__participation__round=round_, comment_shared=True)


def answered(response):
    """The kind of an answer: "in" if it asks to sign in, "none" for a 404, else "yes"."""
    if response.status_code == 302 and re.match(r"/account/login/\?next=", response.url):
        return "in"
    return {404: "none", 405: "never", 401: "in"}.get(response.status_code, "yes")


def expected(allowed):
    return {
        kind: "yes" if kind in allowed else "in" if kind in SIGNED_OUT else "none"
        for kind in PEOPLE
    }


def state():
    """Every row of ours as it is stored, without the times at which people last signed in."""
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


def let_in(cast, address):
    """The kinds of people who get the page, or the page to which it leads."""
    seen = {kind: answered(cast.browser(kind).get(address)) for kind in PEOPLE}
    assert {seen[kind] for kind in SIGNED_OUT} == {"in"}
    return {kind for kind in PEOPLE if seen[kind] == "yes"}


def a_closed_round_of(cast, kind, *more):
    cast.organisation.allows_named_rounds = True
    cast.organisation.save()
    Round.objects.filter(closed_at=None).update(closed_at=cast.place.joined_at, figures={})
    if kind == "named":
        return cast.make_closed_round(cast.team, *more, sharing="named")
    return cast.make_closed_round(getattr(cast, kind), *more)
