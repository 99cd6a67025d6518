"""A round closes: its figures, what was not finished, and who hears of the results."""

from datetime import date, timedelta

import pytest
from django.core import mail

from organisations.models import AuditEvent, Letter
from organisations.outbox import deliver_due_letters, write_letters
from reflections import rounds
from reflections.models import Answer, Participation, Reflection, Round
from reflections.rounds import RoundClosed, close_round, move_due_rounds
from reflections.services import start_participation
from reflections.summaries import figures_of
from tests.factories import answer_round, make_member, make_round, make_team, make_user, save
from tests.pages.rounds.helpers import RATING, letters, people_of

pytestmark = pytest.mark.django_db


def test_closing_writes_the_figures_once_and_twice_is_harmless(round_, member):  # D1 D3 P5.3
    answer_round(round_, member)

    first = close_round(round_, by=make_user("Rune"))
    kept = Round.objects.values().get(pk=round_.pk)
    answer_count = Answer.objects.update(rating=5)
    again = close_round(round_, by=make_user("Other"))

    assert (first, again) == (True, False)
    assert answer_count
    assert Round.objects.values().get(pk=round_.pk) == kept
    assert AuditEvent.objects.filter(kind="round_closed").count() == 1


def test_a_round_that_has_not_opened_is_not_closed(team):
    round_ = make_round(team, is_open=False)

    assert not close_round(round_)

    round_.refresh_from_db()
    assert not round_.is_closed


def test_a_closed_round_never_opens_again(round_, member, time_machine):  # A14 P5.3
    close_round(round_)

    for change in (
        lambda: rounds.extend_round(round_, by=member, closes_on=date(2035, 1, 1)),
        lambda: rounds.change_round(round_, by=member, closes_on=date(2035, 1, 1)),
        lambda: rounds.remind_people(round_, by=member),
        lambda: rounds.join_round(round_, by=member, perspective="staff"),
    ):
        with pytest.raises(RoundClosed):
            change()
    assert not rounds.open_round(round_)
    move_due_rounds()

    assert Round.objects.get(pk=round_.pk).is_closed
    assert not Round.objects.get(pk=round_.pk).is_open


def test_unfinished_work_becomes_its_authors_own(round_, member):  # P11.2
    mine = answer_round(round_, member, finish=False, rating=3)

    close_round(round_)

    mine.refresh_from_db()
    assert (mine.round, mine.is_finished, mine.is_changeable) == (None, False, True)
    assert Answer.objects.filter(reflection__participation=mine, rating=3).exists()
    assert start_participation(by=member, perspective="staff") == mine


def test_unfinished_work_is_finished_if_its_author_has_another_under_way(round_, member):
    own = start_participation(by=member, perspective="staff")
    mine = rounds.join_round(round_, by=member, perspective="staff")
    save(mine, level="team", **{RATING: "3"})
    Reflection.objects.filter(participation=mine, level="system").update(
        submitted_at=mine.round.opened_at
    )

    close_round(round_)

    mine.refresh_from_db()
    own.refresh_from_db()
    assert (mine.round, mine.is_finished, own.is_finished) == (None, True, False)
    dated = mine.reflections.exclude(submitted_at=None).values_list("level", flat=True)
    assert list(dated) == ["team"]  # and not what was only passed over


def test_sittings_without_a_word_are_gone_at_closing(round_, member):
    rounds.join_round(round_, by=member, perspective="staff")

    close_round(round_)

    assert not Participation.objects.exists()
    assert not Answer.objects.exists()


def test_what_comes_back_from_a_round_of_one_level_can_be_read_and_finished(  # P11.2
    client, team, member
):
    round_ = make_round(team, levels=["team"])
    mine = rounds.join_round(round_, by=member, perspective="staff")
    save(mine, level="team", **{RATING: "3"})
    close_round(round_)
    client.force_login(member)

    here = f"/reflections/{mine.pk}/"
    pages = [client.get(here + page).status_code for page in ("", "team/now/", "check/")]
    onwards = client.post(f"{here}team/now/", {"go": "on", "asked": "yes"}, follow=True)
    other = client.get(f"{here}system/now/")
    end = client.post(f"{here}check/", follow=True)

    assert pages == [200, 200, 200]
    assert (onwards.status_code, other.status_code, end.status_code) == (200, 404, 200)
    mine.refresh_from_db()
    assert mine.is_finished


def test_the_results_go_to_those_who_took_part_and_to_those_who_run_it(team):  # P6.2
    people = [make_member(team.organisation, make_user(), team=team).user for _n in range(3)]
    lead = make_member(team.organisation, make_user(), team=team, team_role="facilitator").user
    round_ = make_round(team)
    answer_round(round_, people[0])
    answer_round(round_, people[1], finish=False)

    close_round(round_)
    move_due_rounds()
    Letter.objects.exclude(kind="round_results").delete()
    deliver_due_letters()

    assert sorted(message.to[0] for message in mail.outbox) == sorted([people[0].email, lead.email])


def test_whoever_runs_it_no_more_when_the_letters_go_hears_nothing_of_the_results(team):  # F4
    person = make_member(team.organisation, make_user(), team=team).user
    lead = make_member(team.organisation, make_user(), team=team, team_role="facilitator")
    round_ = make_round(team)
    answer_round(round_, person)
    close_round(round_)
    move_due_rounds()
    lead.team_memberships.update(role="member")

    deliver_due_letters()

    assert letters("round_results", to=lead.user) == [lead.user.email]
    about = [message.to for message in mail.outbox if message.subject.startswith("The results")]
    assert about == [[person.email]]


def test_a_round_that_closes_by_itself_is_announced_by_the_same_tick(round_, member):  # F2
    answer_round(round_, member)
    Round.objects.update(closes_on=round_.opens_on - timedelta(days=1), opens_on=date(2020, 1, 1))

    move_due_rounds()

    assert letters("round_results") == [member.email]


def test_where_letters_go_at_once_whoever_took_part_gets_theirs_as_the_round_closes(
    round_, member, settings, django_capture_on_commit_callbacks
):
    settings.DELIVER_LETTERS_AT_ONCE = True
    answer_round(round_, member)

    with django_capture_on_commit_callbacks(execute=True):
        close_round(round_)

    assert mail.outbox[-1].to == [member.email]


@pytest.mark.parametrize("killed_after", [0, 1, 2])
def test_an_announcement_that_is_killed_is_made_again_and_nobody_gets_two(  # F1 F2 D5
    round_, member, monkeypatch, killed_after
):
    monkeypatch.setattr(rounds, "BATCH", 2)
    people = [member, *people_of(round_.team, 4)]
    for person in people:
        answer_round(round_, person)
    close_round(round_)
    written = []

    def killed(some):
        if len(written) == killed_after:
            raise SystemExit
        written.append(some)
        write_letters(some)

    with monkeypatch.context() as broken:
        broken.setattr(rounds, "write_letters", killed)
        with pytest.raises(SystemExit):
            move_due_rounds()
    assert len(letters("round_results")) == 2 * killed_after
    move_due_rounds()
    move_due_rounds()

    assert letters("round_results") == sorted(person.email for person in people)


def test_what_is_announced_is_not_announced_again_once_its_letters_are_forgotten(  # F1
    round_, member
):
    answer_round(round_, member)
    close_round(round_)
    move_due_rounds()
    Letter.objects.all().delete()

    move_due_rounds()
    rounds.announce_results(round_)

    assert letters("round_results") == []


def test_a_round_that_cannot_be_moved_stops_no_other(team, round_, monkeypatch, caplog):  # F8
    other = make_round(make_team(team.organisation, "Other team"))
    Round.objects.update(closes_on=round_.opens_on - timedelta(days=1), opens_on=date(2020, 1, 1))

    def broken(closing):
        if closing.pk == round_.pk:
            raise ValueError("broken")
        return figures_of(closing)

    monkeypatch.setattr(rounds, "figures_of", broken)
    move_due_rounds()

    other.refresh_from_db()
    round_.refresh_from_db()
    assert (round_.is_closed, other.is_closed) == (False, True)
    assert "could not be moved: ValueError" in caplog.text
