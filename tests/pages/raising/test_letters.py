"""Letters about what was raised and answered."""

from django.core import mail

from actionplans.models import Escalation
from actionplans.raising import decline_escalation
from actionplans.services.leaving import end_membership
from organisations.models import Letter, User
from organisations.outbox import deliver_due_letters
from tests.factories import browser_of, make_member, make_raised, make_user
from tests.pages.raising.helpers import letters, move


def test_letters_go_to_those_who_run_the_plans_and_not_to_whoever_did_it(place):
    make_member(place.organisation, make_user("Bo"), role="administrator")
    fay = make_user("Fay Facilitator")
    make_member(place.organisation, fay, team=place.team, team_role="facilitator")
    escalation = make_raised(place.action, by=place.ada)

    decline_escalation(escalation, by=User.objects.get(name="Bo"), reply="No money")

    assert letters("escalation_raised") == [("Bo", "")]
    assert letters("escalation_answered") == [
        ("Ada Lovelace", "declined"),
        ("Fay Facilitator", "declined"),
        ("Flo Facilitator", "declined"),
    ]


def test_whoever_answers_what_they_raised_themselves_gets_no_letter_about_it(place):
    decline_escalation(make_raised(place.action, by=place.ada), by=place.ada, reply="No money")

    assert letters("escalation_raised") == []
    assert letters("escalation_answered") == [("Flo Facilitator", "declined")]


def test_the_letters_say_what_is_raised_and_what_became_of_it(place):  # F10
    escalation = place.raised()
    deliver_due_letters()
    became = place.accept(escalation)
    deliver_due_letters()
    became = move(became, place.ada, "done")
    deliver_due_letters()
    move(became, place.ada, "planned", "dropped")
    deliver_due_letters()

    subjects = [message.subject for message in mail.outbox if "Home visits" in message.subject]
    assert subjects == [
        "Home visits raises an action to the plan of Tamsel Valley Trust",
        "Tamsel Valley Trust accepted what Home visits raised",
        "Tamsel Valley Trust has done what Home visits raised",
        "Tamsel Valley Trust dropped what Home visits raised",
    ]
    for message, reader in zip(mail.outbox[-4:], [place.ada, *[place.flo] * 3], strict=True):
        assert "Pay for the bus" in message.body
        [link] = [
            line for line in message.body.splitlines() if "/plans/" in line or "/actions/" in line
        ]
        path = link.removeprefix("http://localhost:8000").removeprefix("http://testserver")
        assert browser_of(reader).get(path).status_code == 200


def test_a_letter_about_what_is_answered_meanwhile_never_goes(place):  # F4
    escalation = place.raised()
    decline_escalation(escalation, by=place.ada, reply="No money")
    Letter.objects.filter(kind="escalation_answered").delete()

    deliver_due_letters()

    assert Letter.objects.get(kind="escalation_raised").dropped_at


def test_a_letter_to_somebody_who_runs_the_plan_no_more_never_goes(place):  # F4
    bo = make_member(place.organisation, make_user("Bo"), role="administrator")
    escalation = place.raised()
    end_membership(bo, by=place.ada)
    deliver_due_letters()
    place.accept(escalation)
    end_membership(place.place, by=place.ada)

    deliver_due_letters()

    assert Letter.objects.get(kind="escalation_raised", recipient=bo.user).dropped_at
    assert Letter.objects.get(kind="escalation_answered").dropped_at


def test_of_two_answers_before_the_letters_go_only_the_last_is_told(place):  # F4
    move(place.accept(place.raised()), place.ada, "done")

    deliver_due_letters()

    about = [letter.subject for letter in mail.outbox if letter.to == [place.flo.email]]
    assert about == ["Tamsel Valley Trust has done what Home visits raised"]


def test_whoever_raised_it_and_may_not_sign_in_any_more_gets_no_letter(place):
    escalation = make_raised(place.action, by=place.mel)
    User.objects.filter(pk=place.mel.pk).update(is_active=False)

    place.accept(Escalation.objects.get(pk=escalation.pk))

    assert letters("escalation_answered") == [("Flo Facilitator", "accepted")]


def test_each_time_it_is_dropped_and_taken_up_again_those_below_are_told(place):  # F1
    became = place.accept(place.raised())
    deliver_due_letters()
    mail.outbox.clear()

    for status in ("dropped", "planned", "dropped"):
        became = move(became, place.ada, status)
        deliver_due_letters()

    told = [letter.subject for letter in mail.outbox if letter.to == [place.flo.email]]
    assert [subject.partition("Trust ")[2].split()[0] for subject in told] == [
        "dropped",
        "accepted",
        "dropped",
    ]
