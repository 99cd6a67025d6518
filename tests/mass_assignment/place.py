"""A place with rows of every kind, and the people whom they belong to."""

import uuid
from datetime import timedelta

from django.utils import timezone

from actionplans.calendars import make_feed
from actionplans.letters import DATES
from actionplans.models import ActionPlan
from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from actionplans.you_said import publish_you_said, publishing_version, show_you_said
from onestepback.pages.actions.sources import readable_texts
from organisations import services
from organisations.invitations import token_of
from organisations.models import System
from organisations.preferences import link_to_stop
from reflections import rounds
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
    save,
    share,
)


class Place:
    """An organisation in a system, with a team, people, and the texts of one of them."""

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
        """Make an open round, a planned one, and a closed one with shared words."""
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
        self.taken_out = rounds.hide_from_results(
            self.closed,
            by=self.administrator,
            kind="barrier",
            pk=barrier.pk,
            reason="It names a room",
            level="team",
        )

    def shown(self):
        """The plan, after its readers were shown the words about the action."""
        plan = ActionPlan.objects.get(pk=self.told.plan_id)
        show_you_said(plan, by=self.member, version="", introduction="")
        plan.refresh_from_db()
        return plan

    def published(self):
        plan = self.shown()
        publish_you_said(plan, by=self.member, version=publishing_version(plan))
        return plan

    def proposed(self):
        plan, by = self.shared_action.plan, self.newcomer
        fields = {"level": "team", "title": "Meet at ten", "status": "proposed"}
        return add_action(plan, by=by, made_with=uuid.uuid4(), proposed_by=by, **fields)

    def proposed_by_newcomer(self):
        self.in_team(self.newcomer)
        return self.proposed()

    def newcomers(self):
        """An action of somebody who does not look after its plan."""
        return make_shared_action(self.newcomer, by=self.member, team=self.team)

    def with_newcomer(self):
        return self.in_team(self.newcomer)

    @property
    def plan_of_all(self):
        return plan_of(self.organisation)

    def shared_words(self, kind):
        """A barrier or an idea that was shared in the round of the whole organisation."""
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
        return link_to_stop(self.member, DATES).split("/")[-2]

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
        """One row of each kind that a forged field could point at."""
        participation = self.participation
        [reflection] = participation.reflections.filter(level="team")
        found = [self.member, self.organisation, self.team, self.system, self.membership]
        found += [self.invitation, self.action, self.action.plan, self.barrier, participation]
        found += [reflection, reflection.answers.first(), self.action.updates.first()]
        found += [reflection.answers.first().question, participation.question_set]
        found += [self.escalation]
        found += [self.membership.team_memberships.get(), self.closed, self.taken_out]
        return {type(row): row.pk for row in found}
