"""Raising, answering and taking back at the same moment."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from actionplans.models import Action, Escalation
from actionplans.raising import decline_escalation, raise_action, withdraw_escalation
from actionplans.services.plans import plan_of
from organisations.models import AuditEvent
from tests.factories import make_member, make_user
from tests.pages.raising.helpers import Place
from tests.threads import outcomes_at_once


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def place(self, transactional_db):
        return Place()

    @pytest.mark.parametrize("_time", range(2))
    def test_two_who_raise_it_at_once_raise_it_once(self, place, _time):  # D2 D3
        made = outcomes_at_once(
            *[
                lambda each=each: raise_action(
                    Action.objects.select_related("plan").get(pk=place.action.pk),
                    by=each,
                    made_with=uuid.uuid4(),
                    title=f"As {each} says it",
                )
                for each in (place.flo, place.ada)
            ]
        )

        assert sorted(type(each).__name__ for each in made) == ["Escalation", "ValidationError"]
        assert Escalation.objects.count() == 1

    @pytest.mark.parametrize("_time", range(2))
    def test_two_who_answer_at_once_give_one_answer(self, place, _time):  # D1 D3
        bo = make_member(place.organisation, make_user("Bo"), role="administrator").user
        escalation = place.raised()

        made = outcomes_at_once(
            lambda: place.accept(Escalation.objects.get(pk=escalation.pk)),
            lambda: decline_escalation(
                Escalation.objects.get(pk=escalation.pk), by=bo, reply="No money"
            ),
        )

        escalation.refresh_from_db()
        assert [isinstance(each, ValidationError) for each in made].count(True) == 1
        assert Action.objects.filter(raised_as=escalation).count() == (
            escalation.status == "accepted"
        )
        assert plan_of(place.organisation).actions.count() == (escalation.status == "accepted")
        answers = AuditEvent.objects.filter(kind="escalation_answered")
        assert answers.get().actor == escalation.answered_by

    def test_one_who_presses_accept_three_times_makes_one_action(self, place):  # D1
        escalation = place.raised()

        made = outcomes_at_once(
            *[lambda: place.accept(Escalation.objects.get(pk=escalation.pk))] * 3
        )

        assert len({action.pk for action in made}) == 1
        assert plan_of(place.organisation).actions.count() == 1

    @pytest.mark.parametrize("_time", range(2))
    def test_an_answer_and_taking_back_at_once_are_one_of_them(self, place, _time):  # D3
        escalation = place.raised()

        made = outcomes_at_once(
            lambda: place.accept(Escalation.objects.get(pk=escalation.pk)),
            lambda: withdraw_escalation(Escalation.objects.get(pk=escalation.pk), by=place.flo),
        )

        assert [isinstance(each, ValidationError) for each in made].count(True) == 1
        accepted = Escalation.objects.filter(status="accepted").count()
        assert plan_of(place.organisation).actions.count() == accepted
