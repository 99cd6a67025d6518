"""Raising an action to the plan above: in new words, answered once, and told to those below."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from actionplans.contents import story_of
from actionplans.models import Action, ActionPlan, Escalation
from actionplans.raised import raised_around, waiting_in
from actionplans.raising import (
    accept_escalation,
    decline_escalation,
    raise_action,
    withdraw_escalation,
)
from actionplans.services import end_membership, plan_of, record_update
from onestepback.personal_data import erase, everything_of
from organisations import services
from organisations.models import AuditEvent, Letter, System, User
from organisations.outbox import deliver_due_letters
from tests.factories import (
    make_action,
    make_member,
    make_organisation,
    make_raised,
    make_shared_action,
    make_team,
    make_user,
)
from tests.organisations.test_races import at_once

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


@pytest.fixture
def place(db):
    return Place()


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def page(name, thing):
    return reverse(f"actionplans:{name}", args=[thing.pk])


def told(action):
    """The newest of its story."""
    return story_of(action)[0].sentences


def letters(kind):
    rows = Letter.objects.filter(kind=kind).values_list("recipient__name", "occasion")
    return sorted(rows)


ACCEPTING = {"who": "me", "due_on_0": "1", "due_on_1": "3", "due_on_2": "2127"}


# --- Raising ------------------------------------------------------------------------------------


def test_a_facilitator_raises_an_action_in_new_words(place):
    client = browser_of(place.flo)
    address = page("action_raise", place.action)

    asked = client.get(address).text
    client.post(address, {"title": "Pay for the bus", "detail": "We asked twice"})

    assert f"Buses {SECRET}" in asked
    assert f"The bus is dear {SECRET}" in asked
    assert "These words stay in the plan of Home visits." in asked
    assert "Your name goes with it" in asked
    escalation = Escalation.objects.get()
    assert escalation.plan == plan_of(place.organisation)
    assert (escalation.title, escalation.detail) == ("Pay for the bus", "We asked twice")
    assert (escalation.raised_by, escalation.status) == (place.flo, "raised")
    assert told(place.action) == ["Raised to the organisation’s plan"]


def test_nothing_is_filled_in_for_whoever_raises(place):  # design 4.12
    form = browser_of(place.flo).get(page("action_raise", place.action)).context["form"]

    assert (form["title"].value(), form["detail"].value()) == (None, None)


def test_raising_without_saying_what_is_needed_asks_for_it_and_keeps_the_rest(place):  # C1
    sent = {"title": "", "detail": "We asked twice"}

    answer = browser_of(place.flo).post(page("action_raise", place.action), sent)

    assert "<title>Error: " in answer.text
    assert "Enter what is needed" in answer.text
    assert "We asked twice" in answer.text
    assert not Escalation.objects.exists()


def test_a_form_sent_twice_raises_once(place):  # D1
    form = uuid.uuid4()

    first, second = (place.raised(made_with=form) for _time in range(2))

    assert first == second
    assert Letter.objects.filter(kind="escalation_raised").count() == 1
    assert place.action.updates.filter(changes__has_key="raised_to_organisation").count() == 1


@pytest.mark.parametrize("accepted", [False, True])
def test_what_is_raised_already_is_not_raised_again_and_the_words_stay(place, accepted):  # D2
    escalation = place.raised()
    if accepted:
        place.accept(escalation)

    sent = {"title": "Pay for taxis", "made_with": str(escalation.made_with)}
    answer = browser_of(place.flo).post(page("action_raise", place.action), sent)

    assert "This is raised already." in answer.text
    assert "Pay for taxis" in answer.text
    assert Escalation.objects.count() == 1


def test_what_is_raised_already_is_not_offered_again(place):
    place.raised()
    client, address = browser_of(place.flo), page("action_raise", place.action)

    assert client.get(address).url == place.action.get_absolute_url()
    assert address not in client.get(place.action.get_absolute_url()).text


def test_what_was_declined_can_be_raised_again(place):
    decline_escalation(place.raised(), by=place.ada, reply="No money")

    again = place.raised(title="Pay half of it")

    assert again.is_waiting
    assert Escalation.objects.count() == 2


def test_a_form_that_was_declined_can_be_sent_again_in_other_words(place):
    escalation = place.raised()
    decline_escalation(escalation, by=place.ada, reply="No money")

    place.raised(title="Pay half of it", made_with=escalation.made_with)

    assert Escalation.objects.waiting().get().title == "Pay half of it"


@pytest.mark.parametrize("status", ["proposed", "done", "dropped"])
def test_only_what_is_promised_and_not_over_is_raised(place, status):
    done = {"completed_at": "2026-11-01T12:00Z"} if status == "done" else {}
    Action.objects.filter(pk=place.action.pk).update(status=status, **done)

    assert browser_of(place.flo).get(page("action_raise", place.action)).status_code == 404
    with pytest.raises(ValidationError):
        place.raised()


def test_the_individual_level_is_never_raised(place):  # design 4.1
    place.action.level = "individual"
    place.action.save()

    assert browser_of(place.flo).get(page("action_raise", place.action)).status_code == 404
    with pytest.raises(ValidationError):
        place.raised()


def test_a_personal_action_is_never_raised(place):
    own = make_action(place.flo)

    assert browser_of(place.flo).get(page("action_raise", own)).status_code == 404
    with pytest.raises(ValidationError):
        make_raised(own)


def test_where_there_is_no_plan_above_raising_is_not_offered(place):
    action = make_shared_action(place.ada, organisation=place.organisation)
    client = browser_of(place.ada)

    assert page("action_raise", action) in client.get(action.get_absolute_url()).text
    services.change_system(place.organisation, by=place.ada, system=None)
    assert page("action_raise", action) not in client.get(action.get_absolute_url()).text
    assert client.get(page("action_raise", action)).status_code == 404


def test_who_only_owns_an_action_does_not_raise_it(place):
    action = make_shared_action(place.mel, team=place.team)
    client = browser_of(place.mel)

    assert client.get(page("action_raise", action)).status_code == 404
    assert page("action_raise", action) not in client.get(action.get_absolute_url()).text


def test_an_organisation_raises_to_its_system(place):
    action = make_shared_action(place.ada, organisation=place.organisation)
    client = browser_of(place.ada)

    assert "What is needed from the system?" in client.get(page("action_raise", action)).text
    client.post(page("action_raise", action), {"title": "One fare for all"})
    escalation = Escalation.objects.get()
    became = place.accept(escalation, by=place.cora)

    assert became.plan == plan_of(place.system)
    assert became.level == "system"
    assert told(became) == ["An organisation raised it"]
    assert told(action) == ["The system accepted what was raised"]
    assert letters("escalation_raised") == [("Cora Convener", "")]


# --- Answering ----------------------------------------------------------------------------------


def test_what_was_raised_waits_first_and_says_who_raised_it(place):
    other = make_shared_action(place.flo, team=place.team)
    decline_escalation(make_raised(other, title="First"), by=place.ada, reply="No money")
    place.raised(title="Second")

    shown = browser_of(place.ada).get(page("raised_list", plan_of(place.organisation))).text

    assert shown.index("Second") < shown.index("First") < shown.index("No money")
    assert "Home visits. Raised by Flo Facilitator on" in " ".join(shown.split())


def test_an_accepted_one_is_an_action_of_the_higher_plan_linked_both_ways(place):
    escalation = place.raised(detail="It is dear")
    client = browser_of(place.ada)
    address = page("escalation_accept", escalation)

    form = client.get(address).context["form"]
    assert (form["title"].value(), form["detail"].value()) == ("Pay for the bus", "It is dear")
    client.post(address, {**ACCEPTING, "title": "Pay bus fares", "reply": "From May"})

    became = Action.objects.get(raised_as=escalation)
    assert became.plan == plan_of(place.organisation)
    assert (became.level, became.title, became.owner) == (
        "organisation",
        "Pay bus fares",
        place.ada,
    )
    below = browser_of(place.flo).get(place.action.get_absolute_url()).text
    assert became.get_absolute_url() in below
    assert "From May" in below
    assert "Answered by Ada Lovelace on" in below
    assert place.action.get_absolute_url() in client.get(became.get_absolute_url()).text
    assert told(place.action) == ["The organisation accepted what was raised"]
    assert told(became) == ["A team raised it"]


def test_whoever_may_not_read_the_teams_plan_gets_no_link_to_its_action(place):
    became = place.accept(place.raised())

    shown = browser_of(place.otto).get(became.get_absolute_url()).text

    assert "Home visits raised this" in shown
    assert place.action.get_absolute_url() not in shown
    assert "Flo Facilitator" not in shown


def test_accepting_asks_who_and_by_when(place):
    escalation = place.raised()

    answer = browser_of(place.ada).post(
        page("escalation_accept", escalation), {"title": "Pay", "who": "me", "reply": "Gladly"}
    )

    assert "<title>Error: " in answer.text
    assert "Enter the date by when" in answer.text
    assert "Gladly" in answer.text
    assert Escalation.objects.get().is_waiting


def test_declining_needs_a_reason(place):
    escalation = place.raised()
    client = browser_of(place.ada)

    answer = client.post(page("escalation_decline", escalation), {"reply": " "})
    assert "Say why you decline it" in answer.text
    assert Escalation.objects.get().is_waiting

    client.post(page("escalation_decline", escalation), {"reply": "No money"})
    below = browser_of(place.mel).get(place.action.get_absolute_url()).text
    assert "Declined" in below
    assert "No money" in below
    assert told(place.action) == ["The organisation declined what was raised"]


@pytest.mark.parametrize("name", ["escalation_accept", "escalation_decline"])
def test_what_is_answered_already_keeps_its_answer_and_the_words_of_the_second(place, name):  # D3
    escalation = place.raised()
    decline_escalation(escalation, by=place.ada, reply="No money")
    bo = make_member(place.organisation, make_user("Bo"), role="administrator").user
    sent = {**ACCEPTING, "title": "Pay", "reply": "My long reply"}

    opened = browser_of(bo).get(page(name, escalation))
    answer = browser_of(bo).post(page(name, escalation), sent)

    assert opened.url == page("raised_list", escalation.plan)
    assert "This was answered meanwhile" in answer.text
    assert "My long reply" in answer.text
    escalation.refresh_from_db()
    assert (escalation.answered_by, escalation.reply) == (place.ada, "No money")


def test_an_answer_sent_twice_is_one(place):  # D1
    escalation = place.raised()

    first, second = (place.accept(escalation) for _time in range(2))

    assert first == second
    assert plan_of(place.organisation).actions.count() == 1


# --- What became of it --------------------------------------------------------------------------


def move(action, by, *statuses):
    """Move an action on, with a note wherever there has to be one."""
    for status in statuses:
        note = "Budget cut" if status == "dropped" else "Now" if status == "stuck" else ""
        action = record_update(action, by=by, version=action.version, status=status, note=note)
    return action


@pytest.mark.parametrize(
    ("statuses", "status", "reply", "story"),
    [
        (["under_way"], "accepted", "Yes", "The organisation accepted what was raised"),
        (["done"], "done", "Yes", "The organisation has done what was raised"),
        (
            ["done", "under_way"],
            "accepted",
            "Yes",
            "The organisation took up again what was raised",
        ),
        (["dropped"], "declined", "Budget cut", "The organisation dropped what it had accepted"),
        (["dropped", "planned"], "accepted", "", "The organisation took up again what was raised"),
    ],
)
def test_what_was_raised_goes_with_the_action_that_it_became(place, statuses, status, reply, story):
    escalation = place.raised()

    move(place.accept(escalation, reply="Yes"), place.ada, *statuses)

    escalation.refresh_from_db()
    assert (escalation.status, escalation.reply) == (status, reply)
    assert told(place.action) == [story]


def test_what_was_dropped_above_can_be_raised_again_and_then_the_new_one_counts(place):
    first = place.raised()
    became = move(place.accept(first), place.ada, "dropped")
    second = place.raised(title="Pay half of it")

    move(became, place.ada, "planned")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("declined", "raised")


def test_those_below_see_that_it_is_done(place):
    became = place.accept(place.raised())
    assert (
        "Accepted</strong>" in browser_of(place.mel).get(page("action_detail", place.action)).text
    )

    move(became, place.ada, "done")

    shown = browser_of(place.mel).get(page("action_detail", place.action)).text
    assert "Done</strong>" in shown
    assert "(Done)" in shown


def test_who_raised_and_answered_has_no_name_once_they_have_gone(place):  # B10
    make_member(place.organisation, make_user("Bo"), role="administrator")
    decline_escalation(place.raised(), by=place.ada, reply="No money")
    erase(place.ada)
    erase(place.flo)

    shown = browser_of(place.mel).get(page("action_detail", place.action)).text

    assert "by somebody who has left" in shown
    assert "Ada" not in shown


def test_what_somebody_raised_and_answered_is_among_what_they_wrote(place):  # design 4.13
    decline_escalation(place.raised(detail="It is dear"), by=place.ada, reply="No money")

    [raised] = everything_of(place.flo)["raised"]
    [answer] = everything_of(place.ada)["answers_to_what_was_raised"]

    assert (raised["to"], raised["what_is_needed"]) == ("Tamsel Valley Trust", "Pay for the bus")
    assert (raised["why"], raised["status"]) == ("It is dear", "Declined")
    assert (answer["raised"], answer["reply"]) == ("Pay for the bus", "No money")


# --- Letters ------------------------------------------------------------------------------------


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


# --- Who reads what -----------------------------------------------------------------------------


def test_the_words_of_the_team_are_nowhere_in_the_higher_plan(place):  # design 4.12
    """Those of the action, its story and its barriers; raised as far as the system."""
    became = place.accept(place.raised(detail="It is dear"), reply="Gladly")
    higher = make_raised(became, by=place.ada, title="One fare for all")
    in_system = place.accept(higher, by=place.cora)
    move(became, place.ada, "done")
    deliver_due_letters()

    to_read = {
        place.cora: [page("raised_list", plan_of(place.system)), page("action_detail", in_system)],
        place.otto: [page("action_detail", became), page("action_detail", in_system)],
        place.ada: [
            page("raised_list", plan_of(place.organisation)),
            page("action_detail", became),
        ],
    }
    for reader, addresses in to_read.items():
        for address in addresses:
            answer = browser_of(reader).get(address)
            assert answer.status_code == 200
            assert SECRET not in answer.text
    for message in mail.outbox:
        [[html, _type]] = message.alternatives
        assert SECRET not in f"{message.subject} {message.body} {html}"
    plans = ActionPlan.objects.receiving()
    rows = [
        *Escalation.objects.values(),
        *Action.objects.filter(plan__in=plans).values(),
        *AuditEvent.objects.values(),
        *(update for each in (became, in_system) for update in each.updates.values()),
        *Letter.objects.values(),
    ]
    assert SECRET not in str(rows)
    assert SECRET in browser_of(place.mel).get(page("action_detail", place.action)).text


def test_who_does_not_run_the_higher_plan_does_not_answer(place):  # A1
    escalation = place.raised()
    plan = plan_of(place.organisation)

    for reader in (place.flo, place.mel, place.otto, place.cora):
        client = browser_of(reader)
        for address in (
            page("raised_list", plan),
            page("escalation_accept", escalation),
            page("escalation_decline", escalation),
        ):
            assert client.get(address).status_code == 404
    assert Escalation.objects.get().is_waiting


def test_nothing_is_raised_to_the_plan_of_a_team(place):
    assert browser_of(place.ada).get(page("raised_list", plan_of(place.team))).status_code == 404


def test_a_plan_says_how_many_wait_to_those_who_answer(place):
    place.raised()

    def waiting(reader, group):
        plan = ActionPlan.objects.with_rights(reader).get(pk=plan_of(group).pk)
        return waiting_in(plan)

    assert waiting(place.ada, place.organisation) == 1
    assert waiting(place.otto, place.organisation) is None
    assert waiting(place.cora, place.system) == 0
    assert waiting(place.flo, place.team) is None


def test_raising_and_answering_are_written_down_without_their_words(place):  # J1 J2
    decline_escalation(place.raised(), by=place.ada, reply="No money")

    client = browser_of(place.ada)
    history = client.get(f"/organisations/{place.organisation.slug}/history/").text

    assert "Flo Facilitator raised an action of Home visits." in history
    assert "Ada Lovelace answered what Home visits raised." in history
    assert "No money" not in history
    assert "Pay for the bus" not in history


def test_nothing_is_kept_of_raising_that_failed(place, monkeypatch):  # J3
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("actionplans.raising.record_event", fail)
    with pytest.raises(RuntimeError):
        place.raised()

    assert not Escalation.objects.exists()
    assert not Letter.objects.filter(kind="escalation_raised").exists()


# --- How many queries ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_the_inbox_asks_no_more_for_many(place, size, django_assert_num_queries):  # K1
    for number in range(size):
        action = make_shared_action(place.flo, team=place.team)
        escalation = make_raised(action, title=f"Raised {number}")
        if number % 2:
            place.accept(escalation)
    client, address = browser_of(place.ada), page("raised_list", plan_of(place.organisation))

    with django_assert_num_queries(5):  # session, person, plan, how many, which
        client.get(address)


def test_both_sides_of_an_action_are_one_query(place, django_assert_num_queries):
    became = place.accept(place.raised())
    make_raised(became, by=place.ada)

    with django_assert_num_queries(1):
        sides = raised_around(became, reader=place.ada)
        assert [str(each.plan.group) for each in sides["escalations"]] == ["Tamsel Valley"]
        assert str(sides["came_from"].action.plan.group) == "Home visits"


def test_the_page_of_a_raised_action_asks_no_more_for_many_answers(
    place, django_assert_max_num_queries
):
    for number in range(5):
        decline_escalation(place.raised(title=f"Raised {number}"), by=place.ada, reply="No money")

    client = browser_of(place.flo)

    with django_assert_max_num_queries(8):
        client.get(page("action_detail", place.action))


# --- Taking it back -----------------------------------------------------------------------------


def test_what_was_raised_is_taken_back_with_its_words(place):  # J1
    escalation = place.raised(title="Pay for the bus", detail=f"Ann said so {SECRET}")
    client = browser_of(place.flo)

    asked = client.get(page("escalation_withdraw", escalation))
    still = Escalation.objects.count()
    client.post(page("escalation_withdraw", escalation))
    again = client.post(page("escalation_withdraw", escalation))

    assert "Pay for the bus" in asked.text
    assert still == 1
    assert (Escalation.objects.count(), again.status_code) == (0, 404)
    assert told(place.action) == ["Taken back from the organisation before it answered"]
    inbox = browser_of(place.ada).get(page("raised_list", escalation.plan)).text
    assert SECRET not in inbox
    assert AuditEvent.objects.filter(kind="escalation_withdrawn", actor=place.flo).count() == 1
    deliver_due_letters()
    assert not [letter for letter in mail.outbox if "raises an action" in letter.subject]
    assert 'raise/"' in client.get(place.action.get_absolute_url()).text


def test_what_was_answered_is_not_taken_back(place):  # D3
    escalation = place.raised()
    place.accept(escalation)

    with pytest.raises(ValidationError, match="answered meanwhile"):
        withdraw_escalation(escalation, by=place.flo)
    address = page("escalation_withdraw", escalation)

    assert browser_of(place.flo).post(address).status_code == 404
    assert Escalation.objects.get().status == "accepted"


def test_the_inbox_says_when_a_team_needs_it_no_more(place):
    waiting = place.raised()
    inbox = browser_of(place.ada)
    before = inbox.get(page("raised_list", waiting.plan)).text

    record_update(place.action, by=place.flo, version=0, status="done", note="We walk")

    words = "Since they raised it, Home visits have done or dropped their own action."
    assert words not in before
    assert words in inbox.get(page("raised_list", waiting.plan)).text


# --- At once ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def place(self, transactional_db):
        return Place()

    @pytest.mark.parametrize("_time", range(2))
    def test_two_who_raise_it_at_once_raise_it_once(self, place, _time):  # D2 D3
        made = at_once(
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

        made = at_once(
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

        made = at_once(*[lambda: place.accept(Escalation.objects.get(pk=escalation.pk))] * 3)

        assert len({action.pk for action in made}) == 1
        assert plan_of(place.organisation).actions.count() == 1

    @pytest.mark.parametrize("_time", range(2))
    def test_an_answer_and_taking_back_at_once_are_one_of_them(self, place, _time):  # D3
        escalation = place.raised()

        made = at_once(
            lambda: place.accept(Escalation.objects.get(pk=escalation.pk)),
            lambda: withdraw_escalation(Escalation.objects.get(pk=escalation.pk), by=place.flo),
        )

        refused = (ValidationError, Escalation.DoesNotExist)
        assert [isinstance(each, refused) for each in made].count(True) == 1
        assert plan_of(place.organisation).actions.count() == Escalation.objects.count()
