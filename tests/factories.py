"""Factories: plain functions that make rows in one line."""

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.raising import raise_action
from actionplans.services.actions import add_action
from actionplans.services.plans import personal_plan
from organisations import services
from organisations.groups import today_of
from organisations.inviting import draft_invitations, invite
from organisations.models import Membership, User
from reflections import rounds
from reflections.answer_sheet import AnswerSheet, Parts, SentField
from reflections.models import Level, Perspective
from reflections.services import (
    finish_level,
    finish_participation,
    save_answers,
    start_participation,
)


def make_sheet(participation, level=Level.INDIVIDUAL, parts=Parts.NOW):
    return AnswerSheet(participation, level, parts, "en-gb")


def save(participation, level=Level.INDIVIDUAL, parts=Parts.NOW, **fields):
    """Save fields over the stored values, whatever they are."""
    sheet = make_sheet(participation, level, parts)
    sheet.load()
    entries = [SentField(name, value, sheet.value(name)) for name, value in fields.items()]
    return save_answers(sheet, entries)


def make_barrier(participation, text="No time to meet", level=Level.INDIVIDUAL):
    sheet = make_sheet(participation, level)
    sheet.load()
    sheet.reflection.answers.filter(question__kind="barrier").update(has_barrier=True)
    position = sheet.reflection.barriers.count() + 1
    return sheet.reflection.barriers.create(text=text, position=position)


def make_finished(person, *, days_ago=0, rating=2, target=4, perspective=Perspective.STAFF):
    """A reflection with every scale question answered, finished so many days ago."""
    participation = start_participation(by=person, perspective=perspective)
    for reflection in participation.reflections.all():
        reflection.answers.filter(question__kind="scale").update(rating=rating, target=target)
        finish_level(reflection)
    finish_participation(participation)
    moment = timezone.now() - timedelta(days=days_ago)
    participation.reflections.update(submitted_at=moment)
    type(participation).objects.filter(pk=participation.pk).update(finished_at=moment)
    participation.refresh_from_db()
    return participation


def make_action(person, *, title="Ask people how they like to meet", level="team", **fields):
    """An action in a person's own plan; it is theirs unless `owner_name` is given."""
    if "owner_name" not in fields:
        fields.setdefault("owner", person)
    fields.setdefault("due_on", person.today + timedelta(days=30))
    made_with = fields.pop("made_with", None) or Action().made_with
    return add_action(
        personal_plan(person), by=person, made_with=made_with, level=level, title=title, **fields
    )


def london(*moment):
    return datetime(*moment, tzinfo=ZoneInfo("Europe/London"))


# --- Organisations, teams and people ------------------------------------------------------------

numbers = itertools.count(1)


def make_user(name="", email=""):
    """A person with an account and a confirmed address."""
    email = email or f"{name.split()[0].lower() if name else 'somebody'}{next(numbers)}@example.org"
    user = User.objects.create_user(email, name=name)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def make_organisation(name="Tamsel Valley Trust", *, administrator=None, **fields):
    administrator = administrator or make_user("Ada Lovelace")
    fields.setdefault("time_zone", "Europe/London")
    return services.create_organisation(by=administrator, name=name, **fields)


def administrator_of(organisation):
    return organisation.memberships.administrators().order_by("pk")[0].user


def make_team(organisation, name="Home visits", kind="service"):
    return services.add_team(organisation, by=administrator_of(organisation), name=name, kind=kind)


def make_member(organisation, user=None, *, team=None, role="member", team_role="member"):
    """A person's membership, about which no letter is written."""
    membership = Membership.objects.create(
        organisation=organisation, user=user or make_user(), role=role
    )
    if team:
        membership.team_memberships.create(team=team, role=team_role)
    return membership


def make_invitation(organisation, email="new@example.org", *, by=None, **offer):
    by = by or administrator_of(organisation)
    invite(draft_invitations(organisation, [email], **offer), by=by)
    return organisation.invitations.pending().get(email__iexact=email)


def make_shared_action(
    owner, *, by=None, team=None, organisation=None, system=None, title="Ask people", **fields
):
    """An action in the plan of a group, added by its owner unless `by` is given."""
    group = {"team": team, "organisation": organisation, "system": system}
    plan, _is_new = ActionPlan.objects.get_or_create(**group)
    fields.setdefault("due_on", owner.today + timedelta(days=30))
    made_with = Action().made_with
    fields = {"level": "team", "title": title, "owner": owner, **fields}
    return add_action(plan, by=by or owner, made_with=made_with, **fields)


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


class TeamPlace:
    """A team with a facilitator, a member and a plan; its organisation with an administrator."""

    def __init__(self, *, name="Home visits", **fields):
        self.administrator = make_user("Ada Lovelace")
        self.organisation = make_organisation(administrator=self.administrator, **fields)
        self.team = make_team(self.organisation, name)
        self.facilitator, self.member = make_user("Flo Facilitator"), make_user("Mel Member")
        make_member(self.organisation, self.facilitator, team=self.team, team_role="facilitator")
        make_member(self.organisation, self.member, team=self.team)
        self.plan = ActionPlan.objects.create(team=self.team)
        self.address = self.plan.get_absolute_url()

    def add(self, *, by=None, **fields):
        """An action in the team's plan; the facilitator owns and adds it unless told otherwise."""
        usual = {"title": "Ask people", "level": "team", "owner": self.facilitator}
        due = {"due_on": self.plan.today + timedelta(days=30)}
        by, made_with = by or self.facilitator, Action().made_with
        return add_action(self.plan, by=by, made_with=made_with, **usual | due | fields)

    def propose(self, **fields):
        """A proposal of the member's, without an owner or a date."""
        usual = {"owner": None, "due_on": None, "status": "proposed", "proposed_by": self.member}
        return self.add(by=self.member, **usual | fields)


def make_raised(action, *, by=None, title="Pay for the bus", **fields):
    """An action that is raised to the plan above, by its owner unless `by` is given."""
    fields.setdefault("made_with", Action().made_with)
    return raise_action(action, by=by or action.owner, title=title, **fields)


# --- Rounds -------------------------------------------------------------------------------------


def make_round(group, *, by=None, is_open=True, **fields):
    """A round of a group, which opened today and goes on for two weeks unless told otherwise."""
    today = today_of(group)
    usual = rounds.usual_settings(today) | {
        "title": "Autumn round",
        "compares_perspectives": False,
        "opens_on": today if is_open else today + timedelta(days=7),
        "closes_on": today + timedelta(days=14),
    }
    return rounds.plan_round(group, by=by or make_user("Rune Planner"), **usual | fields)


def answer_round(
    round_, user, *, rating=2, target=4, perspective=Perspective.STAFF, finish=True, counted=True
):
    """A sitting in a round with the same rating for every question, and every level finished."""
    participation = rounds.join_round(round_, by=user, perspective=perspective)
    for reflection in participation.reflections.all():
        scale = reflection.answers.filter(question__kind="scale")
        scale.update(rating=rating, target=target)
        reflection.answers.filter(question__kind="barrier").update(has_barrier=False)
        finish_level(reflection)
    participation.reflections.filter(level=Level.INDIVIDUAL).update(counted=counted)
    if finish:
        finish_participation(participation)
    return participation


def share(participation, level=Level.TEAM, *, yes=True, **words):
    """Write words at a level (comment, barrier, …), and choose whether others may read them."""
    reflection = participation.reflections.get(level=level)
    if "comment" in words:
        answer = reflection.answers.filter(question__kind="scale").earliest("question__position")
        answer.comment, answer.comment_shared = words["comment"], yes
        answer.save()
    if "barrier" in words:
        reflection.answers.filter(question__kind="barrier").update(has_barrier=True)
        reflection.barriers.create(text=words["barrier"], position=1, shared=yes)
    for kind in ("vision", "idea"):
        if kind in words:
            setattr(reflection, kind, words[kind])
            setattr(reflection, f"{kind}_shared", yes)
    reflection.save()


def make_team_round(size=6, *, minimum=5, close=False, **fields):
    """A round of a team of so many people, which all of them have finished."""
    organisation = make_organisation()
    organisation.minimum_group = minimum
    organisation.allows_named_rounds = True
    organisation.save()
    team = make_team(organisation)
    round_ = make_round(team, by=administrator_of(organisation), **fields)
    for number in range(size):
        person = make_member(organisation, make_user(f"Person {number}"), team=team)
        answer_round(round_, person.user)
    if close:
        rounds.close_round(round_)
    return round_
