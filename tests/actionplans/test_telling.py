"""“You said, we did”: new words, shown to the plan's readers first, then to everybody."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from actionplans import telling
from actionplans.models import Action, ActionPlan
from actionplans.services import EditConflict, add_action, plan_of, record_update
from organisations import services
from organisations.models import AuditEvent, System
from tests.factories import make_member, make_organisation, make_team, make_user
from tests.pages import fields_of
from tests.publishing import pdfs

pytestmark = pytest.mark.django_db


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
        return ActionPlan.objects.with_groups().get(pk=plan_of(self.team).pk)

    def address(self, more=""):
        return f"/plans/{self.plan.pk}/you-said/{more}"

    def add(self, *, said="", did="", level="team", **fields):
        fields.setdefault("owner", self.member)
        fields.setdefault("due_on", self.member.today + timedelta(days=30))
        fields.setdefault("title", "Ask people how they like to meet")
        fields |= {"level": level, "you_said": said, "we_did": did}
        return add_action(self.plan, by=self.facilitator, made_with=uuid.uuid4(), **fields)

    def show(self, introduction=""):
        version = telling.shown_version(self.plan)
        telling.show_telling(
            self.plan, by=self.facilitator, version=version, introduction=introduction
        )

    def publish(self):
        version = telling.shown_version(self.plan)
        telling.publish_telling(self.plan, by=self.facilitator, version=version)
        return telling.address_of(self.plan)

    def published(self, **words):
        """An action told of in public: where."""
        self.add(**{"said": "Meetings are hard to get to", "did": "We meet online"} | words)
        self.show()
        return self.publish()


@pytest.fixture
def place(db):
    return Place()


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser
