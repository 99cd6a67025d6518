"""A form takes what it asks for, and nothing that somebody adds to it."""

import uuid
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.urls.converters import UUIDConverter
from django.utils import timezone
from time_machine import travel

from actionplans.calendars import make_feed
from actionplans.models import ActionPlan
from actionplans.services import add_action, plan_of
from actionplans.sources import readable_texts
from actionplans.telling import publish_telling, show_telling, shown_version
from organisations import services
from organisations.invitations import token_of
from organisations.models import System
from organisations.preferences import Choice, link_to_stop
from reflections import rounds
from reflections.services import start_participation
from tests.crawling import PageReader, our_pages
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
    save,
    share,
)
from tests.pages import fields_of

# --- Where it happens ---------------------------------------------------------------------------


NOON = "2026-11-24T12:00:00Z"


@pytest.fixture(scope="module")
def places(once):
    """Rows of everything, of people whom nobody else has anything to do with; and of the others."""
    with travel(NOON, tick=False):
        return Place("Strange"), Place("Tamsel")


@pytest.fixture
def strangers_and_place(places, time_machine, db):
    """The clock stands, so that those who do the same leave the same behind."""
    time_machine.move_to(NOON, tick=False)
    return deepcopy(places)


class Place:
    """An organisation in a system, with a team, people, and what one of them wrote."""

    def __init__(self, name):
        self.administrator, self.member = make_user("Ada Lovelace"), make_user("Maya Okafor")
        self.invited, self.newcomer = make_user("Ines Marin"), make_user("Sam Reyes")
        self.organisation = make_organisation(f"{name} Trust", administrator=self.administrator)
        self.slug = self.organisation.slug
        self.system = System.objects.create(name=name, slug=name.lower())
        self.system.conveners.add(self.administrator)
        by = self.administrator
        services.change_system(self.organisation, by=by, system=self.system)
        self.organisation.refresh_from_db()
        self.team, self.other = (make_team(self.organisation, each) for each in ("Home", "Away"))
        self.membership = make_member(
            self.organisation, self.member, team=self.team, team_role="facilitator"
        )
        self.new_membership = make_member(self.organisation, self.newcomer)
        self.invitation = make_invitation(self.organisation, self.invited.email, teams=[self.team])
        self.organisation.invitations.update(sent_at=timezone.now() - timedelta(hours=2))
        self.write()
        self.reflect_together()

    def write(self):
        finished = make_finished(self.member)
        self.barrier = make_barrier(finished, level="team")
        self.action = make_action(self.member)
        self.shared_action = make_shared_action(self.member, team=self.team)
        self.escalation = make_raised(make_shared_action(self.member, team=self.team))
        self.told = make_shared_action(
            self.member, team=self.team, you_said="Ten is too early", we_did="Six"
        )
        self.participation = start_participation(by=self.member, perspective="staff")
        save(self.participation, **{"comment-individual-mutual": "We listen"})

    def reflect_together(self):
        """A round that is open, one to come, and one that has closed with something shared."""
        asked = {"by": self.administrator, "levels": ["individual", "team"]}
        self.round = make_round(self.team, **asked)
        self.planned = make_round(self.other, is_open=False, **asked)
        self.closed = make_round(self.organisation, **asked)
        self.in_round = answer_round(self.round, self.member)
        self.in_closed = answer_round(self.closed, self.member)
        for _each in range(4):
            answer_round(self.closed, make_user())
        share(self.in_round, yes=False, comment="We never meet", barrier="No room")
        share(self.in_closed, comment="We never meet", idea="A walk")
        self.shared = self.in_closed.reflections.get(level="team").answers.get(comment_shared=True)
        rounds.close_round(self.closed)
        share(self.in_closed, barrier="No room")
        barrier = self.in_closed.reflections.get(level="team").barriers.get()
        self.taken_out = rounds.take_out(
            self.closed,
            by=self.administrator,
            kind="barrier",
            pk=barrier.pk,
            reason="It names a room",
            level="team",
        )

    def shown(self):
        """The plan whose readers are shown what is told of the action."""
        plan = ActionPlan.objects.get(pk=self.told.plan_id)
        show_telling(plan, by=self.member, version="", introduction="")
        plan.refresh_from_db()
        return plan

    def published(self):
        plan = self.shown()
        publish_telling(plan, by=self.member, version=shown_version(plan))
        return plan

    def proposed(self):
        plan, by = self.shared_action.plan, self.newcomer
        fields = {"level": "team", "title": "Meet at ten", "status": "proposed"}
        return add_action(plan, by=by, made_with=uuid.uuid4(), proposed_by=by, **fields)

    def newcomers(self):
        """An action of somebody who does not look after its plan."""
        return make_shared_action(self.newcomer, by=self.member, team=self.team)

    def with_newcomer(self):
        return self.in_team(self.newcomer)

    @property
    def plan_of_all(self):
        return plan_of(self.organisation)

    def shared_words(self, kind):
        """A barrier or an idea that somebody shared in the round of the whole organisation."""
        reflection = self.in_closed.reflections.get(level="team")
        reflection.barriers.create(text="No quiet room", position=2, shared=True)
        [found] = readable_texts(self.administrator, self.plan_of_all, kind)
        return found

    def in_team(self, user):
        self.new_membership.team_memberships.create(team=self.team)
        return user

    @property
    def team_without_round(self):
        return make_team(self.organisation, "Nights")

    @property
    def token(self):
        return token_of(self.invitation, by_letter=True)

    @property
    def token_for_somebody_new(self):
        invitation = make_invitation(self.organisation, "noor@example.org", teams=[self.team])
        return token_of(invitation, by_letter=True)

    @property
    def token_to_stop(self):
        return link_to_stop(self.member, Choice.DATES).split("/")[-2]

    def with_feed(self):
        make_feed(self.member)
        return self

    def archived(self):
        services.archive_organisation(self.organisation, by=self.administrator)
        return self

    def with_old_team(self):
        services.archive_team(self.team, by=self.administrator)
        return self

    def rows(self):
        """One row of each kind that a form could be made to point at."""
        participation = self.participation
        [reflection] = participation.reflections.filter(level="team")
        found = [self.member, self.organisation, self.team, self.system, self.membership]
        found += [self.invitation, self.action, self.action.plan, self.barrier, participation]
        found += [reflection, reflection.answers.first(), self.action.updates.first()]
        found += [reflection.answers.first().question, participation.question_set]
        found += [self.escalation]
        found += [self.membership.team_memberships.get(), self.closed, self.taken_out]
        return {type(row): row.pk for row in found}


# --- All that is stored -------------------------------------------------------------------------

OURS = {"organisations", "reflections", "actionplans", "account", "auth", "admin"}
# By chance, each time anew; and so are UUIDs.
MADE_UP = {"nonce", "password", "secret", "published_token"}


def our_models():
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OURS]


class Storage:
    """The rows of all tables, alike wherever the same was done to the same beginning.

    What is new is numbered, since PostgreSQL never gives a key twice; and what is made up by
    chance is only called so, unless somebody could have known it before.
    """

    def __init__(self):
        self.known = {value for values in STRANGE.values() for value in values}
        self.known |= {uuid.UUID(value) for value in STRANGE[models.UUIDField]}
        self.before = {model: self.keys(model) for model in our_models()}
        for model in our_models():
            for row in model._base_manager.values():
                self.known |= {row[each.attname] for each in made_up(model)}

    @staticmethod
    def keys(model):
        return set(model._base_manager.values_list("pk", flat=True))

    def look(self):
        self.new = {
            model: {key: number for number, key in enumerate(sorted(self.keys(model) - before))}
            for model, before in self.before.items()
        }
        return {
            f"{model._meta.label}": sorted(
                (self.row(model, values) for values in model._base_manager.values()), key=repr
            )
            for model in self.before
        }

    def row(self, model, values):
        shown = dict(values)
        for each in model._meta.concrete_fields:
            name = each.attname
            to = model if each.primary_key else each.related_model
            if to and values[name] is not None:
                shown[name] = self.key(to, values[name])
            elif each in made_up(model):
                shown[name] = values[name] if values[name] in self.known else "by chance"
        if values.get("about_type_id"):
            to = ContentType.objects.get_for_id(values["about_type_id"]).model_class()
            shown["about_id"] = self.key(to, to._meta.pk.to_python(values["about_id"]))
        return shown

    def key(self, model, key):
        if key not in self.new.get(model, ()):
            return key
        return "new" if isinstance(key, uuid.UUID) else f"new {self.new[model][key]}"


def made_up(model):
    return [
        each
        for each in model._meta.concrete_fields
        if each.name in MADE_UP or (isinstance(each, models.UUIDField) and not each.primary_key)
    ]


# --- What somebody adds -------------------------------------------------------------------------

STRANGE = {  # what to put into a field of each kind, the first that fits
    models.BooleanField: ["True", "False"],
    models.DateTimeField: ["2001-02-03T04:05:06+00:00"],
    models.DateField: ["2001-02-03"],
    models.IntegerField: ["9"],
    models.EmailField: ["strange@example.org"],
    models.UUIDField: ["00000000-0000-4000-8000-000000000009"],
    models.JSONField: ['{"strange": "words"}'],
    models.CharField: ["strange"],
    models.TextField: ["strange"],
}


def strange_values(each, rows):
    """What somebody could put into a field of a model, to see whether it is kept."""
    if each.is_relation:
        return [str(rows[each.related_model])] if each.related_model in rows else []
    if each.choices:
        return [str(value) for value, _label in each.choices][-2:]
    return next(values for kind, values in STRANGE.items() if isinstance(each, kind))


def everything_that_could_be_added(rows):
    """By the name of a field of any model of ours: the values to try."""
    values = defaultdict(list)
    for model in our_models():
        for each in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            for name in {each.name, each.attname}:
                values[name] += [v for v in strange_values(each, rows) if v not in values[name]]
    return {name: tried for name, tried in values.items() if tried}


def additions(rows, asked):
    """Forms' worth of keys that a page does not ask for, until each value has had its turn."""
    values = everything_that_could_be_added(rows)
    values = {name: tried for name, tried in values.items() if name not in asked}
    for turn in range(max(len(tried) for tried in values.values())):
        added = {name: tried[turn % len(tried)] for name, tried in values.items()}
        yield added | {f"was-{name}": "" for name in added}  # as pages that save as one types


# --- What each page is sent ---------------------------------------------------------------------

FOR_NO_FORM = {  # what nobody is ever asked
    *("is_staff", "is_superuser", "is_active", "password", "groups", "user_permissions"),
    *("organisation", "system", "user", "owner", "author", "plan", "participation", "reflection"),
    *("joined_at", "ended_at", "archived_at", "expires_at", "accepted_at", "cancelled_at"),
    *("submitted_at", "finished_at", "completed_at", "invited_by", "accepted_by", "nonce"),
    *("round", "created_by", "opened_at", "closed_at", "figures", "question_set"),
    *("reminded_on", "taken_out_by", "text_id", "comment_shared", "shared"),
    *("unwanted_letters", "secret"),
    *("raised_by", "raised_at", "answered_by", "answered_at", "became"),
    *("proposed_by", "completed_by", "idea", "idea_key", "owner_left"),
    *("visions", "previewed", "published", "previewed_at", "published_at", "published_token"),
}
GIVES_AWAY = {  # in these, whoever looks after a plan chooses who of its group does something
    "actionplans:shared_plan_add",
    "actionplans:shared_plan_add for a barrier",
    "actionplans:shared_plan_add for an idea",
    "actionplans:action_edit of a team",
    "actionplans:action_accept",
    "actionplans:escalation_accept",
}


@dataclass
class Sending:
    """A page and its form, filled in as it should be."""

    who: object  # None for somebody who is signed out
    args: list = field(default_factory=list)
    data: dict = field(default_factory=dict)
    query: str = ""
    changes: bool = True  # something that is stored

    def read(self, name):
        """Open the page: what it asks for, and what is in it already."""
        self.address = reverse(name, args=self.args) + self.query
        shown = self.browser().get(self.address)
        self.asked = PageReader(shown.text).names | set(self.data)
        self.data = {**fields_of(shown), **self.data}

    def browser(self):
        client = Client()
        if self.who:
            client.force_login(self.who)
        return client

    def send(self, added):
        return self.browser().post(self.address, {**added, **self.data}).status_code


DUE = {"due_on_0": "1", "due_on_1": "3", "due_on_2": "2027"}
SETTINGS = {
    "name": "Tamsel Valley",
    "time_zone": "Europe/Paris",
    "minimum_group": "7",
    "allows_named_rounds": "yes",
    "safeguarding_contact": "The desk",
    "retention_years": "4",
}
ROUND = {  # opens at once, where it is planned: it is the 24th
    "title": "Winter",
    "levels": ["individual", "system"],
    **dict(zip(("opens_on_0", "opens_on_1", "opens_on_2"), ("24", "11", "2026"), strict=True)),
    **dict(zip(("closes_on_0", "closes_on_1", "closes_on_2"), ("5", "12", "2026"), strict=True)),
    "compares_perspectives": "no",
}
LATER = {"opens_on_0": "27", "closes_on_0": "30", "closes_on_1": "12"}
SENDINGS = {  # by the name of the page, and what for if there are several
    "account_details": lambda p: Sending(p.member, [], {"name": "Maya", "time_zone": "Asia/Tokyo"}),
    "account_letters": lambda p: Sending(p.member, [], {"wanted": ["dates", "rounds"]}),
    "account_delete": lambda p: Sending(p.member, [], {"sure": "on"}),
    "account_again": lambda p: Sending(
        p.member,
        [],
        {"next": reverse("account_delete")},
        f"?next={reverse('account_delete')}",
        changes=False,  # but who is signed in
    ),
    "letter_stop": lambda p: Sending(None, [p.token_to_stop]),
    "actionplans:calendar": lambda p: Sending(p.member, [], {"go": "make"}),
    "actionplans:calendar again": lambda p: Sending(p.with_feed().member, [], {"go": "renew"}),
    "actionplans:calendar no more": lambda p: Sending(p.with_feed().member, [], {"go": "stop"}),
    "organisations:organisation_create": lambda p: Sending(
        p.member, [], {"name": "A new one", "time_zone": "Asia/Tokyo"}
    ),
    "organisations:organisation_settings": lambda p: Sending(p.administrator, [p.slug], SETTINGS),
    "organisations:organisation_archive": lambda p: Sending(
        p.administrator, [p.slug], {"go": "archive"}
    ),
    "organisations:organisation_archive back": lambda p: Sending(
        p.archived().administrator, [p.slug], {"go": "restore"}
    ),
    "organisations:system_organisation_remove": lambda p: Sending(
        p.administrator, [p.system.slug, p.organisation.pk]
    ),
    "organisations:team_add": lambda p: Sending(
        p.administrator, [p.slug], {"name": "Evenings", "kind": "project"}
    ),
    "organisations:team_edit": lambda p: Sending(
        p.administrator, [p.team.pk], {"name": "Evenings", "kind": "project"}
    ),
    "organisations:team_archive": lambda p: Sending(
        p.administrator, [p.team.pk], {"go": "archive"}
    ),
    "organisations:team_archive back": lambda p: Sending(
        p.administrator, [p.with_old_team().team.pk], {"go": "restore"}
    ),
    "organisations:team_leave": lambda p: Sending(p.member, [p.team.pk]),
    "organisations:team_people_add": lambda p: Sending(
        p.member, [p.team.pk], {"people": p.new_membership.pk}
    ),
    "organisations:team_invite": lambda p: Sending(
        p.member, [p.team.pk], {"addresses": "new@example.org", "go": "send"}
    ),
    "organisations:organisation_invite": lambda p: Sending(
        p.administrator,
        [p.slug],
        {"addresses": "new@example.org", "role": "member", "team_role": "member", "go": "send"},
    ),
    "organisations:membership_role": lambda p: Sending(
        p.administrator, [p.slug, p.membership.pk], {"role": "administrator"}
    ),
    "organisations:membership_teams": lambda p: Sending(
        p.administrator, [p.slug, p.membership.pk], {"team": p.other.pk, "team_role": "member"}
    ),
    "organisations:invitation_detail again": lambda p: Sending(
        p.member, [p.invitation.pk], {"go": "resend"}
    ),
    "organisations:invitation_detail no more": lambda p: Sending(
        p.member, [p.invitation.pk], {"go": "cancel"}
    ),
    "organisations:invitation_accept": lambda p: Sending(p.invited, [p.token]),
    "organisations:invitation_accept new here": lambda p: Sending(
        None, [p.token_for_somebody_new], {"name": "Noor"}
    ),
    "actionplans:membership_end": lambda p: Sending(p.administrator, [p.slug, p.membership.pk]),
    "actionplans:organisation_leave": lambda p: Sending(p.member, [p.slug]),
    "actionplans:participation_check": lambda p: Sending(p.member, [p.participation.pk]),
    "actionplans:action_add": lambda p: Sending(
        p.member,
        [],
        {"title": "Meet in the evening", "who": "me", **DUE},
        f"?barrier={p.barrier.pk}",
    ),
    "actionplans:action_edit": lambda p: Sending(
        p.member, [p.action.pk], {"title": "Meet in the evening", "who": "me", **DUE}
    ),
    "actionplans:action_update": lambda p: Sending(
        p.member, [p.action.pk], {"status": "stuck", "note": "Nobody has a room"}
    ),
    "actionplans:action_edit of a team": lambda p: Sending(
        p.member,
        [p.shared_action.pk],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
    ),
    "actionplans:action_edit of an owner": lambda p: Sending(
        p.newcomer, [p.newcomers().pk], {"title": "Meet at six", **DUE}
    ),
    "actionplans:action_update of a team": lambda p: Sending(
        p.member, [p.shared_action.pk], {"status": "done", "note": "We met"}
    ),
    "actionplans:action_accept": lambda p: Sending(
        p.member,
        [p.proposed().pk],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
    ),
    "actionplans:action_decline": lambda p: Sending(
        p.member, [p.proposed().pk], {"reason": "There is no bus at six"}
    ),
    "actionplans:shared_plan_add": lambda p: Sending(
        p.member,
        [p.shared_action.plan_id],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
        "?level=team",
    ),
    "actionplans:shared_plan_add for a barrier": lambda p: Sending(
        p.administrator,
        [p.plan_of_all.pk],
        {"title": "Find a room", "who": "me", **DUE},
        f"?barrier={p.shared_words('barrier').pk}",
    ),
    "actionplans:shared_plan_add for an idea": lambda p: Sending(
        p.administrator,
        [p.plan_of_all.pk],
        {"title": "Walk", "who": "else", "owner_name": "The walkers", **DUE},
        f"?idea={p.shared_words('idea').pk}",
    ),
    "actionplans:shared_plan_add as a proposal": lambda p: Sending(
        p.in_team(p.newcomer),
        [p.shared_action.plan_id],
        {"title": "Meet at six", "who": "me"},
        "?level=team",
    ),
    "actionplans:shared_plan_vision": lambda p: Sending(
        p.member, [p.shared_action.plan_id, "team"], {"words": "Everybody meets everybody"}
    ),
    "actionplans:action_raise": lambda p: Sending(
        p.member, [p.shared_action.pk], {"title": "Pay for the bus", "detail": "It is dear"}
    ),
    "actionplans:escalation_accept": lambda p: Sending(
        p.administrator, [p.escalation.pk], {"who": "me", "reply": "Gladly", **DUE}
    ),
    "actionplans:escalation_decline": lambda p: Sending(
        p.administrator, [p.escalation.pk], {"reply": "No money"}
    ),
    "actionplans:escalation_withdraw": lambda p: Sending(p.member, [p.escalation.pk], {}),
    "actionplans:team_round_plan": lambda p: Sending(
        p.administrator, [p.team_without_round.pk], ROUND
    ),
    "actionplans:organisation_round_plan": lambda p: Sending(p.administrator, [p.slug], ROUND),
    "actionplans:organisation_round_plan for later": lambda p: Sending(
        p.administrator, [p.slug], ROUND | LATER
    ),
    "actionplans:system_round_plan": lambda p: Sending(p.administrator, [p.system.slug], ROUND),
    "actionplans:round_edit": lambda p: Sending(p.administrator, [p.planned.pk], ROUND | LATER),
    "actionplans:round_edit opens it": lambda p: Sending(p.administrator, [p.planned.pk], ROUND),
    "actionplans:round_cancel": lambda p: Sending(p.administrator, [p.planned.pk]),
    "actionplans:round_extend": lambda p: Sending(
        p.member, [p.round.pk], {"closes_on_0": "24", "closes_on_1": "12", "closes_on_2": "2026"}
    ),
    "actionplans:round_remind": lambda p: Sending(p.member, [p.round.pk]),
    "actionplans:round_close": lambda p: Sending(p.member, [p.round.pk]),
    "actionplans:round_take_part": lambda p: Sending(
        p.in_team(p.newcomer), [p.round.pk], {"perspective": "partner"}
    ),
    "actionplans:text_take_out": lambda p: Sending(
        p.administrator, [p.closed.pk, "comment", p.shared.pk], {"reason": "It names somebody"}
    ),
    "actionplans:level_share": lambda p: Sending(
        p.member, [p.in_round.pk, "team"], {"choice": "each", "text-0": "yes", "text-1": "no"}
    ),
    "actionplans:level_share about oneself": lambda p: Sending(
        p.member, [p.in_round.pk, "individual"], {"counted": "no"}
    ),
    "actionplans:level_share back": lambda p: Sending(
        p.member, [p.in_closed.pk, "team"], {"go": "take-back", "text": p.shared.pk}
    ),
    "actionplans:participation_withdraw": lambda p: Sending(p.member, [p.in_round.pk]),
    "actionplans:action_you_said": lambda p: Sending(
        p.member, [p.told.pk], {"you_said": "Nine is too early", "we_did": "Seven"}
    ),
    "actionplans:telling_detail": lambda p: Sending(
        p.member, [p.told.plan_id], {"introduction": "Thank you"}
    ),
    "actionplans:telling_detail no longer": lambda p: Sending(
        p.member, [p.shown().pk], {"go": "hide"}
    ),
    "actionplans:telling_publish": lambda p: Sending(p.member, [p.shown().pk]),
    "actionplans:telling_take_back": lambda p: Sending(p.member, [p.published().pk]),
    "reflections:participation_start": lambda p: Sending(
        p.newcomer, [], {"perspective": "partner"}
    ),
    "reflections:participation_perspective": lambda p: Sending(
        p.member, [p.participation.pk], {"perspective": "partner"}
    ),
    "reflections:participation_discard": lambda p: Sending(p.member, [p.participation.pk]),
    "reflections:level_now": lambda p: Sending(
        p.member, [p.participation.pk, "team"], {"rating-team-involve": "4", "go": "later"}
    ),
    "reflections:level_wanted": lambda p: Sending(
        p.member, [p.participation.pk, "team"], {"vision": "Together", "go": "later"}
    ),
}


@pytest.mark.parametrize("sending", SENDINGS)
def test_what_somebody_adds_to_a_form_changes_nothing(strangers_and_place, sending):  # A8
    strangers, place = strangers_and_place
    form = SENDINGS[sending](place)
    form.read(sending.split()[0])
    storage = Storage()
    before = storage.look()

    as_it_should_be = after(form, storage)

    given_away = {"owner"} if sending in GIVES_AWAY else set()
    assert form.asked & FOR_NO_FORM == given_away
    assert (as_it_should_be[1] != before) is form.changes
    for added in additions(strangers.rows(), form.asked):
        assert after(form, storage, added) == as_it_should_be


def after(form, storage, added=None):
    """What a form is answered, and what is stored then; and all is as before again."""
    with transaction.atomic():
        answer = form.send(added or {})
        stored = storage.look()
        transaction.set_rollback(True)
    return answer, stored


# --- No page is forgotten -----------------------------------------------------------------------


ANYTHING = {
    **{"slug": "x", "token": "x", "secret": "x", "published_token": "x", "level": "team"},
    **{"file_format": "csv", "pk": 0},
    **{"kind": "comment", "text": str(uuid.uuid4())},
}


def takes_something(client, name, pattern):
    """Whether a page lets anybody send to it: whoever is signed in is not told 405."""
    parts = {key: ANYTHING[key] for key in pattern.regex.groupindex}
    if isinstance(pattern.converters.get("pk"), UUIDConverter):
        parts["pk"] = uuid.uuid4()
    return client.post(reverse(name, kwargs=parts)).status_code != 405


def test_every_page_that_takes_something_is_tried(client, person, caplog):  # A8
    caplog.set_level("ERROR", "django.request")
    client.force_login(person)

    takes = {name for name, pattern in our_pages() if takes_something(client, name, pattern)}

    assert takes == {sending.split()[0] for sending in SENDINGS}
