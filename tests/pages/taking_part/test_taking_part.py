"""A round is open: what people are promised, who is reminded, what they change or withdraw."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from organisations.models import AuditEvent, Letter, Membership, System, TeamMembership, User
from organisations.outbox import deliver_due_letters, people_in_charge
from reflections import rounds
from reflections.models import Answer, Level, Participation, Round
from reflections.rounds import RoundClosed, close_round, move_due_rounds
from reflections.services import AlreadyFinished, finish_participation
from reflections.summaries import Figures
from reflections.who_sees_what import who_sees_what
from tests.factories import (
    administrator_of,
    answer_round,
    make_member,
    make_round,
    make_team_round,
    make_user,
    save,
)
from tests.pages.rounds.helpers import COMMENT, RATING, finished_in, letters, people_of

pytestmark = pytest.mark.django_db

# --- Promises -------------------------------------------------------------------------------------


def test_promises_are_made_from_the_settings(team):  # B6
    team.organisation.allows_named_rounds = True
    settings = [
        {},
        {"minimum_group": 8},
        {"compares_perspectives": True},
        {"levels": ["team"]},
        {"sharing": "named"},
        {"closes_on": date(2035, 6, 1)},
    ]
    round_ = make_round(team, compares_perspectives=False)

    said = []
    for setting in settings:
        for name, value in setting.items():
            setattr(round_, name, value)
        said.append(" ".join(who_sees_what(round_)))
        round_.refresh_from_db()

    assert len(set(said)) == len(settings)
    usual, eight, compared, team_only, named, later = said
    assert "fewer than 5 people" in usual
    assert "Staff and partners are only shown together" in usual
    assert "fewer than 8 people" in eight
    assert "side by side if there are 5 or more of each" in compared
    assert "What you say about yourself" in usual
    assert "What you say about yourself" not in team_only
    assert "see who said what" in named
    assert "without your name" not in named
    assert "1 June 2035" in later


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("team", "the people of the team and the administrators"),
        ("organisation", "all its people"),
        ("system", "the people of its organisations"),
    ],
)
def test_promises_name_who_reads_what_is_shared(team, kind, words):  # B6 P2.3
    system = System.objects.create(name="Valley", slug="valley")
    group = {"team": team, "organisation": team.organisation, "system": system}[kind]

    assert words in " ".join(who_sees_what(make_round(group)))


@pytest.mark.parametrize(("size", "warned"), [(4, True), (5, False)])
def test_people_of_a_small_group_are_warned_before_they_answer(client, team, size, warned):  # B7
    people = people_of(team, size)
    round_ = make_round(team)
    client.force_login(people[0])

    page = client.get(f"/rounds/{round_.pk}/take-part/").text

    assert ("This is a small group" in page) is warned


# --- While it is open -----------------------------------------------------------------------------


def test_a_reminder_goes_only_to_those_who_have_not_finished(team, round_, member):  # F6
    finished, begun = (make_member(team.organisation, make_user(), team=team) for _n in range(2))
    answer_round(round_, finished.user)
    answer_round(round_, begun.user, finish=False)

    rounds.remind_people(round_, by=administrator_of(team.organisation))

    assert letters("round_reminder") == sorted([begun.user.email, member.email])


def test_a_reminder_goes_once_a_day(team, round_, member, time_machine):  # F1
    ada, today = administrator_of(team.organisation), round_.today
    done = []
    for days in (0, 0, 1):
        time_machine.move_to(f"{today + timedelta(days=days)}T12:00Z", tick=False)
        done.append(rounds.remind_people(round_, by=ada))

    assert done == [True, False, True]
    assert letters("round_reminder") == [member.email] * 2


def test_nobody_learns_to_whom_a_reminder_went_nor_to_how_many(  # F6 P7.2
    client, team, round_, member
):
    ada = administrator_of(team.organisation)
    pages = []
    for _time in range(2):
        rounds.remind_people(round_, by=ada)
        event = AuditEvent.objects.filter(kind="round_reminded").latest("pk")
        pages.append((event.changes, event.subject, event.invitation))
        answer_round(round_, member)
        Round.objects.update(reminded_on=None)

    client.force_login(ada)
    answer = client.post(f"/rounds/{round_.pk}/remind/", follow=True)

    assert pages == [({}, None, None)] * 2
    assert "Those who have not finished get a reminder." in answer.text
    assert member.name not in answer.text
    assert member.email not in answer.text


def test_whoever_finishes_before_the_reminder_is_delivered_gets_none(  # F4 F6
    team, round_, member
):
    late = make_member(team.organisation, make_user(), team=team).user
    rounds.remind_people(round_, by=administrator_of(team.organisation))
    answer_round(round_, member)
    Letter.objects.exclude(kind="round_reminder").delete()

    deliver_due_letters()

    assert [message.to for message in mail.outbox] == [[late.email]]


def test_whoever_left_the_team_gets_no_reminder(team, round_, member):  # F4
    rounds.remind_people(round_, by=administrator_of(team.organisation))
    TeamMembership.objects.filter(membership__user=member).delete()

    deliver_due_letters()

    assert mail.outbox == []


def test_nobody_is_reminded_of_a_round_that_is_over(round_, time_machine):
    time_machine.move_to(round_.closes_on + timedelta(days=2), tick=False)

    with pytest.raises(RoundClosed):
        rounds.remind_people(round_, by=make_user())


@pytest.mark.parametrize("days", [0, -1])
def test_the_last_day_moves_only_to_later(round_, days):  # B5 P6.1
    before = round_.closes_on

    with pytest.raises(ValidationError, match="Choose a later day"):
        rounds.extend_round(round_, by=make_user(), closes_on=before + timedelta(days=days))

    round_.refresh_from_db()
    assert round_.closes_on == before


def test_a_round_whose_last_day_is_over_does_not_go_on(round_, time_machine):  # D4
    before = round_.closes_on
    time_machine.move_to(before + timedelta(days=2), tick=False)

    with pytest.raises(RoundClosed):
        rounds.extend_round(round_, by=make_user(), closes_on=before + timedelta(days=9))

    assert Round.objects.get(pk=round_.pk).closes_on == before


def test_a_later_last_day_is_kept_and_written_down(round_):
    before, later = round_.closes_on, round_.closes_on + timedelta(days=7)

    rounds.extend_round(round_, by=make_user("Rune"), closes_on=later)

    round_.refresh_from_db()
    assert round_.closes_on == later
    event = AuditEvent.objects.get(kind="round_extended")
    assert event.changes == {"closes_on": [str(before), str(later)]}


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (4, "Fewer than 5 have finished."),
        (5, "5 or more have finished."),
        (9, "5 or more have finished."),
        (11, "10 or more have finished."),
    ],
)
def test_while_it_is_open_everybody_is_told_the_same_and_nobody_who(client, size, said):  # B3 P7.1
    round_ = make_team_round(size)
    ada = administrator_of(round_.team.organisation)
    member = User.objects.get(name="Person 0")

    pages = []
    for reader in (ada, member):
        client.force_login(reader)
        pages.append(client.get(f"/rounds/{round_.pk}/").text)
        assert client.get(f"/rounds/{round_.pk}/results/").status_code == 404

    assert [said in page for page in pages] == [True, True]
    assert "Person 1" not in pages[0] + pages[1]


def test_those_who_run_it_are_warned_once_two_days_before_if_too_few_have_finished(
    team, round_, time_machine
):
    make_member(team.organisation, team=team, team_role="facilitator")
    for days in (3, 2, 2, 1):
        time_machine.move_to(f"{round_.closes_on - timedelta(days=days)}T12:00Z", tick=False)
        move_due_rounds()
        if days == 3:
            assert letters("round_needs_more") == []

    facilitators = [address for _pk, address in people_in_charge(round_.group)]
    assert letters("round_needs_more") == facilitators != []


@pytest.mark.parametrize("meanwhile", ["enough", "gone", "later"])
def test_a_warning_that_is_no_longer_true_does_not_go(team, round_, time_machine, meanwhile):  # F4
    make_member(team.organisation, team=team, team_role="facilitator")
    time_machine.move_to(f"{round_.closes_on - timedelta(days=2)}T12:00Z", tick=False)
    move_due_rounds()
    for each in people_in_charge(round_.group):
        if meanwhile == "gone":
            TeamMembership.objects.filter(membership__user=each[0]).delete()
            Membership.objects.filter(user=each[0]).update(role="member")
    if meanwhile == "enough":
        for number in range(5):
            person = make_user(f"Person {number}")
            make_member(team.organisation, person, team=team)
            answer_round(round_, person)
    if meanwhile == "later":
        Round.objects.update(closes_on=round_.closes_on + timedelta(days=7))
    mail.outbox.clear()

    deliver_due_letters()

    assert [each.subject for each in mail.outbox if "Few" in each.subject] == []
    assert Letter.objects.get(kind="round_needs_more").dropped_at


def test_taking_part_again_is_the_same_sitting(round_, member):  # D1
    first = rounds.join_round(round_, by=member, perspective="staff")

    again = rounds.join_round(round_, by=member, perspective="partner")

    assert (again, again.perspective) == (first, "staff")


@pytest.mark.parametrize("state", ["scheduled", "over", "closed"])
def test_nobody_takes_part_before_it_opens_or_after_its_last_day(team, state, time_machine):
    round_ = make_round(team, is_open=state != "scheduled")
    if state == "closed":
        close_round(round_)
    if state == "over":
        time_machine.move_to(round_.closes_on + timedelta(days=2), tick=False)

    with pytest.raises(RoundClosed):
        rounds.join_round(round_, by=make_user(), perspective="staff")

    assert not Participation.objects.exists()


# --- Changing, withdrawing ------------------------------------------------------------------------


def test_a_change_after_finishing_stays_finished_and_is_what_counts(round_, member):  # P11.1
    mine = answer_round(round_, member, rating=2)

    save(mine, level="team", **{RATING: "5"})

    mine.refresh_from_db()
    assert mine.is_finished
    Round.objects.update(minimum_group=5)
    for _n in range(4):
        answer_round(round_, make_user())
    close_round(round_)
    question = Figures.of(round_).shown(Level.TEAM).everybody.questions["team-involve"]
    assert question.now == [0, 4, 0, 0, 1]


def test_a_level_answered_only_after_finishing_counts_too(round_, member):
    """However it was left: by its last button, or with every answer saved as it was given."""
    for _n in range(4):
        answer_round(round_, make_user())
    mine = rounds.join_round(round_, by=member, perspective="staff")
    save(mine, level="team", **{RATING: "4"})
    finish_participation(mine)
    save(mine, level="system", **{"rating-system-support": "5"})

    close_round(round_)

    assert Figures.of(round_).shown(Level.SYSTEM).everybody.size == 5


def test_a_withdrawn_reflection_counts_nowhere_until_it_is_finished_again(round_, member):  # P11.1
    mine = answer_round(round_, member)

    rounds.withdraw_participation(mine)
    rounds.withdraw_participation(mine)
    assert finished_in(round_) == 0

    mine.refresh_from_db()
    finish_participation(mine)
    assert finished_in(round_) == 1


def test_what_was_withdrawn_at_closing_is_its_authors_own(round_, member):
    mine = answer_round(round_, member)
    rounds.withdraw_participation(mine)

    close_round(round_)

    mine.refresh_from_db()
    assert (mine.round, mine.user, mine.is_finished) == (None, member, False)
    assert not Round.objects.results_for(member).contains(round_)


def test_nothing_is_withdrawn_or_finished_once_the_last_day_is_over(
    team, round_, member, time_machine
):
    mine = answer_round(round_, member)
    other = make_member(team.organisation, make_user(), team=team).user
    unfinished = answer_round(round_, other, finish=False)
    time_machine.move_to(round_.closes_on + timedelta(days=2), tick=False)

    for change in (
        lambda: rounds.withdraw_participation(mine),
        lambda: finish_participation(unfinished),
    ):
        with pytest.raises(AlreadyFinished):
            change()

    assert finished_in(round_) == 1


@pytest.mark.parametrize("finish", [True, False])
def test_what_is_typed_after_the_last_day_is_refused_and_stays_on_the_page(  # C1 A14 D4
    client, round_, member, finish, time_machine
):
    mine = answer_round(round_, member, finish=finish)
    time_machine.move_to(round_.closes_on + timedelta(days=2), tick=False)
    client.force_login(member)

    response = client.post(
        f"/reflections/{mine.pk}/team/now/",
        {COMMENT: "Words typed too late", f"was-{COMMENT}": "", "go": "on"},
    )

    assert response.status_code == 409
    assert "Words typed too late" in response.text
    assert not Answer.objects.exclude(comment="").exists()


def test_the_pages_script_is_told_too_that_it_is_over(client, round_, member):  # A14
    mine = answer_round(round_, member)
    close_round(round_)
    client.force_login(member)

    response = client.post(
        f"/reflections/{mine.pk}/team/now/",
        {RATING: "5", f"was-{RATING}": "2"},
        headers={"accept": "application/json"},
    )

    assert (response.status_code, response.json()) == (409, {"finished": True})
    assert not Answer.objects.filter(rating=5).exists()
