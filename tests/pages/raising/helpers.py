"""A team, its organisation and its system; and what was raised between them."""

from datetime import timedelta

from django.urls import reverse

from actionplans.raising import accept_escalation
from actionplans.services.updates import record_update
from onestepback.pages.actions.story import story_of
from organisations import services
from organisations.models import Letter, System
from tests.factories import (
    make_member,
    make_organisation,
    make_raised,
    make_shared_action,
    make_team,
    make_user,
)

SECRET = "XYZZY"


class Place:
    """A team of a facilitator and a member, in an organisation, in a system."""

    def __init__(self):
        self.ada, self.flo = make_user("Ada Lovelace"), make_user("Flo Facilitator")
        self.mel, self.otto = make_user("Mel Member"), make_user("Otto Other")
        self.cora = make_user("Cora Convener")
        self.system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
        self.system.conveners.add(self.cora)
        self.organisation = make_organisation(administrator=self.ada)
        services.change_system(self.organisation, by=self.ada, system=self.system)
        self.organisation.refresh_from_db()
        self.team = make_team(self.organisation)
        self.place = make_member(
            self.organisation, self.flo, team=self.team, team_role="facilitator"
        )
        make_member(self.organisation, self.mel, team=self.team)
        make_member(self.organisation, self.otto, team=make_team(self.organisation, "Reception"))
        self.action = make_shared_action(
            self.flo,
            team=self.team,
            title=f"Buses {SECRET}",
            detail=f"Nobody can pay {SECRET}",
        )
        self.action.action_barriers.create(text=f"The bus is dear {SECRET}")
        self.action.updates.create(author=self.mel, note=f"Asked twice {SECRET}")

    def raised(self, **fields):
        return make_raised(self.action, by=self.flo, **fields)

    def accept(self, escalation, by=None, **fields):
        by = by or self.ada
        due_on = by.today + timedelta(days=30)
        fields = {"title": escalation.title, "owner": by, "due_on": due_on, **fields}
        return accept_escalation(escalation, by=by, **fields)


def page(name, thing):
    return reverse(name, args=[thing.pk])


def told(action):
    """The sentences of the newest entry in an action's story."""
    return story_of(action)[0].sentences


def letters(kind):
    rows = Letter.objects.filter(kind=kind).values_list("recipient__name", "occasion")
    return sorted(rows)


ACCEPTING = {"who": "me", "due_on_0": "1", "due_on_1": "3", "due_on_2": "2127"}


def move(action, by, *statuses):
    """Give an action one status after another, with a note where one is needed."""
    for status in statuses:
        note = "Budget cut" if status == "dropped" else "Now" if status == "stuck" else ""
        action = record_update(action, by=by, version=action.version, status=status, note=note)
    return action
