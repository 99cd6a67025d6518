"""A team that tells what became of people's words."""

import uuid
from datetime import timedelta

from actionplans import you_said
from actionplans.models import ActionPlan
from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of
from organisations.models import AuditEvent
from tests.factories import browser_of, make_member, make_organisation, make_team, make_user
from tests.markup import fields_of


class Place:
    """A team with a facilitator, a member and a plan; its organisation with an administrator."""

    def __init__(self):
        self.administrator = make_user("Ada Lovelace")
        self.organisation = make_organisation(administrator=self.administrator)
        self.team = make_team(self.organisation)
        self.facilitator, self.member = make_user("Flo Facilitator"), make_user("Mel Member")
        make_member(self.organisation, self.facilitator, team=self.team, team_role="facilitator")
        make_member(self.organisation, self.member, team=self.team)

    @property
    def plan(self):
        return ActionPlan.objects.with_group().get(pk=plan_of(self.team).pk)

    def address(self, more=""):
        return f"/plans/{self.plan.pk}/you-said/{more}"

    def add(self, *, said="", did="", level="team", **fields):
        fields.setdefault("owner", self.member)
        fields.setdefault("due_on", self.member.today + timedelta(days=30))
        fields.setdefault("title", "Ask people how they like to meet")
        fields |= {"level": level, "you_said": said, "we_did": did}
        return add_action(self.plan, by=self.facilitator, made_with=uuid.uuid4(), **fields)

    def show(self, introduction=""):
        version = you_said.shown_version(self.plan)
        you_said.show_you_said(
            self.plan, by=self.facilitator, version=version, introduction=introduction
        )

    def publish(self):
        version = you_said.publishing_version(self.plan)
        you_said.publish_you_said(self.plan, by=self.facilitator, version=version)
        return f"/you-said/{self.plan.published_token}/"

    def take_back(self, by):
        """Press the button of the page that asks once more, and return the next page."""
        browser, address = browser_of(by), self.address("take-back/")
        return browser.post(address, fields_of(browser.get(address)), follow=True)

    def write(self, action, said, did):
        action.refresh_from_db()
        version = you_said.words_version(action)
        you_said.write_words(
            action, by=self.facilitator, version=version, you_said=said, we_did=did
        )

    def tell(self, said="Meetings are hard to get to", did="We meet online"):
        """Publish words about an action, and return the address of the published page."""
        self.action = self.add(said=said, did=did)
        self.show()
        return self.publish()


def kinds():
    events = AuditEvent.objects.filter(kind__startswith="telling").order_by("at", "pk")
    return list(events.values_list("kind", flat=True))
