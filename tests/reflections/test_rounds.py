"""The life of a round: planned, opened, answered, closed, read; and what of it nobody learns."""

import json
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from actionplans.results import Order, results_of
from onestepback.personal_data import erase
from organisations.models import AuditEvent, Letter, Membership, System, TeamMembership, User
from organisations.outbox import deliver_due_letters, people_in_charge
from organisations.services import archive_organisation, archive_team
from reflections import rounds
from reflections.entries import Entry, Parts
from reflections.forgetting import forget_old_authors
from reflections.models import (
    Answer,
    Barrier,
    Level,
    Participation,
    Perspective,
    Reflection,
    Round,
    TakenOut,
)
from reflections.promises import promises_of
from reflections.rounds import RoundClosed, choose_sharing, close_round, move_due_rounds
from reflections.services import (
    AlreadyFinished,
    finish_participation,
    save_entries,
    start_participation,
)
from reflections.sharing import levels_to_share
from reflections.summaries import Figures, figures_of, shared_texts
from tests.factories import (
    administrator_of,
    answer_round,
    make_member,
    make_organisation,
    make_round,
    make_sheet,
    make_team,
    make_team_round,
    make_user,
    save,
    share,
)

pytestmark = pytest.mark.django_db

RATING = "rating-team-involve"
COMMENT = "comment-team-involve"


@pytest.fixture
def team(db):
    return make_team(make_organisation())


@pytest.fixture
def member(team):
    return make_member(team.organisation, make_user("Maya Okafor"), team=team).user


@pytest.fixture
def round_(team, member):
    return make_round(team, by=administrator_of(team.organisation))


def people_of(team, size):
    """So many people of a team, made at once."""
    users = User.objects.bulk_create(
        User(email=f"p{number}@{team.pk}.example.org", name=f"P{number}") for number in range(size)
    )
    memberships = Membership.objects.bulk_create(
        Membership(organisation=team.organisation, user=user) for user in users
    )
    TeamMembership.objects.bulk_create(
        TeamMembership(membership=membership, team=team) for membership in memberships
    )
    return users


def letters(kind, *, to=None):
    found = Letter.objects.filter(kind=kind).order_by("address").values_list("address", flat=True)
    return list(found if to is None else found.filter(recipient=to))


def texts_of(round_):
    return [(text.kind, text.text) for text in shared_texts(round_, Figures.of(round_))]


def finished_in(round_):
    return round_.participations.exclude(finished_at=None).count()


# --- Planning -------------------------------------------------------------------------------------


def test_a_planned_round_keeps_the_minimum_and_the_time_zone_of_its_organisation(team):
    team.organisation.minimum_group, team.organisation.time_zone = 8, "Pacific/Auckland"

    round_ = make_round(team, is_open=False)

    assert (round_.minimum_group, round_.time_zone) == (8, "Pacific/Auckland")
    assert round_.is_scheduled
    assert not Letter.objects.filter(kind="round_opened").exists()


def test_a_named_round_needs_an_organisation_that_allows_it(team):
    with pytest.raises(ValidationError, match="does not allow named rounds"):
        make_round(team, sharing="named")

    assert not Round.objects.exists()


@pytest.mark.parametrize("kind", ["organisation", "system"])
def test_only_a_team_can_have_a_named_round(team, kind):
    team.organisation.allows_named_rounds = True
    team.organisation.save()
    group = System.objects.create(name="Valley", slug="valley")
    group = team.organisation if kind == "organisation" else group

    with pytest.raises(ValidationError, match="does not allow named rounds"):
        make_round(group, sharing="named")


def test_a_planned_round_does_not_become_named_where_that_is_not_allowed(team):
    round_ = make_round(team, is_open=False)

    with pytest.raises(ValidationError, match="does not allow named rounds"):
        rounds.change_round(round_, by=make_user(), sharing="named")

    round_.refresh_from_db()
    assert not round_.is_named


@pytest.mark.parametrize("kind", ["team", "organisation", "system"])
def test_there_is_one_round_at_a_time_and_a_sentence_says_so(team, kind):  # D2
    system = System.objects.create(name="Valley", slug="valley")
    group = {"team": team, "organisation": team.organisation, "system": system}[kind]
    first = make_round(group, is_open=False)

    with pytest.raises(ValidationError, match="There is a round already. Close that one first"):
        make_round(group)

    assert list(Round.objects.all()) == [first]


def test_a_second_round_is_a_sentence_on_the_page_and_no_error(client, team, round_):  # D2
    client.force_login(administrator_of(team.organisation))
    today = round_.today
    days = {f"opens_on_{n}": part for n, part in enumerate((today.day, today.month, today.year))}
    days |= {f"closes_on_{n}": part for n, part in enumerate((today.day, today.month, today.year))}
    fields = {"title": "Again", "levels": ["team"], "compares_perspectives": "no", **days}

    response = client.post(f"/teams/{team.pk}/rounds/plan/", fields)

    assert response.status_code == 200
    assert "There is a round already. Close that one first" in response.text


def test_a_closed_round_makes_room_for_the_next(team, round_):
    close_round(round_)

    assert make_round(team).is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes_on": date(2020, 1, 1)},
        {"minimum_group": 4},
        {"minimum_group": 21},
        {"team": None},
        {"sharing": "named", "compares_perspectives": True},
        {"figures": {"levels": {}}},
    ],
    ids=[
        "ends before it opens",
        "too few",
        "too many",
        "of nobody",
        "named parts",
        "early figures",
    ],
)
def test_the_database_itself_refuses_a_round_that_cannot_be(round_, wrong):  # D2
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=round_.pk).update(**wrong)


def test_the_database_refuses_a_second_round_and_a_second_participation(  # D2
    team, round_, member
):
    mine = rounds.take_part(round_, by=member, perspective="staff")
    for row in (Round.objects.get(pk=round_.pk), Participation.objects.get(pk=mine.pk)):
        row.pk, row._state.adding = None, True
        if isinstance(row, Participation):
            row.pk = Participation().pk

        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


# --- Opening --------------------------------------------------------------------------------------

LAST_MINUTES = [
    # The clocks go forward in London and back in Auckland on the day itself.
    ("Europe/London", date(2026, 3, 29), "2026-03-28T23:59Z", "2026-03-29T00:00Z"),
    ("Europe/London", date(2026, 3, 30), "2026-03-29T22:59Z", "2026-03-29T23:00Z"),
    ("Europe/London", date(2026, 10, 26), "2026-10-25T23:59Z", "2026-10-26T00:00Z"),
    ("Pacific/Auckland", date(2026, 4, 5), "2026-04-04T10:59Z", "2026-04-04T11:00Z"),
    ("Pacific/Auckland", date(2026, 4, 6), "2026-04-05T11:59Z", "2026-04-05T12:00Z"),
    ("America/New_York", date(2026, 6, 2), "2026-06-02T03:59Z", "2026-06-02T04:00Z"),
]


@pytest.mark.parametrize(("zone", "day", "before", "midnight"), LAST_MINUTES)
def test_a_round_opens_by_itself_at_midnight_where_its_people_are(  # D4
    zone, day, before, midnight, time_machine
):
    time_machine.move_to("2026-01-10T12:00Z", tick=False)
    team = make_team(make_organisation(time_zone=zone))
    round_ = make_round(team, is_open=False, opens_on=day, closes_on=day + timedelta(days=14))

    states = []
    for moment in (before, midnight):
        time_machine.move_to(moment, tick=False)
        move_due_rounds()
        round_.refresh_from_db()
        states.append(round_.is_open)

    assert states == [False, True]


@pytest.mark.parametrize(("zone", "day", "before", "midnight"), LAST_MINUTES)
def test_a_round_closes_by_itself_when_its_last_day_is_over_where_its_people_are(  # D4
    zone, day, before, midnight, time_machine
):
    time_machine.move_to("2026-01-10T12:00Z", tick=False)
    team = make_team(make_organisation(time_zone=zone))
    round_ = make_round(team, closes_on=day - timedelta(days=1))

    states = []
    for moment in (before, midnight):
        time_machine.move_to(moment, tick=False)
        states.append(round_.is_open)
        move_due_rounds()
        round_.refresh_from_db()
        states.append(round_.is_closed)

    assert states == [True, False, False, True]


def test_the_minimum_is_that_of_the_day_of_opening(team):  # B5
    round_ = make_round(team, is_open=False)
    organisation = team.organisation
    organisation.minimum_group = 10
    organisation.save()

    rounds.open_round(round_)
    organisation.minimum_group = 5
    organisation.save()

    round_.refresh_from_db()
    assert round_.minimum_group == 10


def test_a_lower_minimum_of_the_organisation_shows_no_more_of_an_open_round():  # B5
    round_ = make_team_round(6, minimum=8)
    type(round_.team.organisation).objects.update(minimum_group=5)

    close_round(round_)

    assert Figures.of(round_).are_too_few


@pytest.mark.parametrize(
    "change",
    [
        {"sharing": "named"},
        {"levels": ["team"]},
        {"minimum_group": 5},
        {"compares_perspectives": True},
        {"title": "Other"},
        {"closes_on": date(2030, 1, 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_once_it_is_open_nothing_in_a_round_changes(round_, change):  # B5
    before = Round.objects.values().get(pk=round_.pk)

    with pytest.raises(RoundClosed):
        rounds.change_round(round_, by=make_user(), **change)

    assert Round.objects.values().get(pk=round_.pk) == before


def test_an_open_round_is_neither_cancelled_nor_edited_by_its_pages(client, team, round_):  # B5
    client.force_login(administrator_of(team.organisation))

    pages = [client.post(f"/rounds/{round_.pk}/{page}/").status_code for page in ("edit", "cancel")]

    assert pages == [404, 404]
    with pytest.raises(RoundClosed):
        rounds.cancel_round(round_, by=make_user())


def test_a_round_changed_to_today_opens_with_its_new_settings(team):
    round_ = make_round(team, is_open=False)

    changed = rounds.change_round(
        round_, by=make_user(), levels=["team"], opens_on=rounds.today_of(team)
    )

    assert changed.levels == ["team"]
    assert Round.objects.get(pk=round_.pk).is_open


def test_opening_writes_to_every_member_once(team, member):  # F1
    outsider = make_member(team.organisation, make_user("Outside")).user
    round_ = make_round(team)

    assert not rounds.open_round(round_)
    move_due_rounds()

    assert letters("round_opened") == [member.email]
    assert not letters("round_opened", to=outsider)


def test_somebody_of_two_organisations_of_a_system_gets_one_letter(db):  # F1
    system = System.objects.create(name="Valley", slug="valley")
    person = make_user("Maya")
    for name in ("One Trust", "Two Trust"):
        organisation = make_organisation(name, administrator=person)
        organisation.system = system
        organisation.save()

    make_round(system)

    assert letters("round_opened") == [person.email]


def test_opening_for_five_hundred_people_asks_no_more_than_for_five(team):  # F1 K1
    counts = []
    for size in (5, 500):
        other = make_team(team.organisation, f"Team of {size}")
        people_of(other, size)
        round_ = make_round(other, is_open=False)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rounds.open_round(round_)
        counts.append(len(asked))

    assert Letter.objects.filter(kind="round_opened").count() == 505
    assert counts[0] == counts[1] < 15


# --- While it is open -----------------------------------------------------------------------------


def test_a_reminder_goes_only_to_those_who_have_not_finished(team, round_, member):  # F6
    finished, begun = (make_member(team.organisation, make_user(), team=team) for _n in range(2))
    answer_round(round_, finished.user)
    answer_round(round_, begun.user, finish=False)

    rounds.remind(round_, by=administrator_of(team.organisation))

    assert letters("round_reminder") == sorted([begun.user.email, member.email])


def test_a_reminder_goes_once_a_day(team, round_, member, time_machine):  # F1
    ada, today = administrator_of(team.organisation), round_.today
    done = []
    for days in (0, 0, 1):
        time_machine.move_to(f"{today + timedelta(days=days)}T12:00Z", tick=False)
        done.append(rounds.remind(round_, by=ada))

    assert done == [True, False, True]
    assert letters("round_reminder") == [member.email] * 2


def test_nobody_learns_to_whom_a_reminder_went_nor_to_how_many(client, team, round_, member):  # F6
    ada = administrator_of(team.organisation)
    pages = []
    for _time in range(2):
        rounds.remind(round_, by=ada)
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
    rounds.remind(round_, by=administrator_of(team.organisation))
    answer_round(round_, member)
    Letter.objects.exclude(kind="round_reminder").delete()

    deliver_due_letters()

    assert [message.to for message in mail.outbox] == [[late.email]]


def test_whoever_left_the_team_gets_no_reminder(team, round_, member):  # F4
    rounds.remind(round_, by=administrator_of(team.organisation))
    TeamMembership.objects.filter(membership__user=member).delete()

    deliver_due_letters()

    assert mail.outbox == []


def test_nobody_is_reminded_of_a_round_that_is_over(round_, time_machine):
    time_machine.move_to(round_.closes_on + timedelta(days=2), tick=False)

    with pytest.raises(RoundClosed):
        rounds.remind(round_, by=make_user())


@pytest.mark.parametrize("days", [0, -1])
def test_the_last_day_moves_only_to_later(round_, days):  # B5
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
def test_while_it_is_open_everybody_is_told_the_same_and_nobody_who(client, size, said):  # B3
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
    for days in (3, 2, 2, 1):
        time_machine.move_to(f"{round_.closes_on - timedelta(days=days)}T12:00Z", tick=False)
        move_due_rounds()
        if days == 3:
            assert letters("round_needs_more") == []

    facilitators = [address for _pk, address in people_in_charge(round_.group)]
    assert letters("round_needs_more") == facilitators


def test_taking_part_again_is_the_same_sitting(round_, member):  # D1
    first = rounds.take_part(round_, by=member, perspective="staff")

    again = rounds.take_part(round_, by=member, perspective="partner")

    assert (again, again.perspective) == (first, "staff")


@pytest.mark.parametrize("state", ["scheduled", "over", "closed"])
def test_nobody_takes_part_before_it_opens_or_after_its_last_day(team, state, time_machine):
    round_ = make_round(team, is_open=state != "scheduled")
    if state == "closed":
        close_round(round_)
    if state == "over":
        time_machine.move_to(round_.closes_on + timedelta(days=2), tick=False)

    with pytest.raises(RoundClosed):
        rounds.take_part(round_, by=make_user(), perspective="staff")

    assert not Participation.objects.exists()


# --- Changing, withdrawing ------------------------------------------------------------------------


def test_a_change_after_finishing_stays_finished_and_is_what_counts(round_, member):
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
    mine = rounds.take_part(round_, by=member, perspective="staff")
    save(mine, level="team", **{RATING: "4"})
    finish_participation(mine)
    save(mine, level="system", **{"rating-system-support": "5"})

    close_round(round_)

    assert Figures.of(round_).shown(Level.SYSTEM).everybody.size == 5


def test_a_withdrawn_reflection_counts_nowhere_until_it_is_finished_again(round_, member):
    mine = answer_round(round_, member)

    rounds.withdraw(mine)
    rounds.withdraw(mine)
    assert finished_in(round_) == 0

    mine.refresh_from_db()
    finish_participation(mine)
    assert finished_in(round_) == 1


def test_what_was_withdrawn_at_closing_is_its_authors_own(round_, member):
    mine = answer_round(round_, member)
    rounds.withdraw(mine)

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

    for change in (lambda: rounds.withdraw(mine), lambda: finish_participation(unfinished)):
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


# --- Closing --------------------------------------------------------------------------------------


def test_closing_writes_the_figures_once_and_twice_is_harmless(round_, member):  # D1 D3
    answer_round(round_, member)

    first = close_round(round_, by=make_user("Rune"))
    kept = Round.objects.values().get(pk=round_.pk)
    answer_count = Answer.objects.update(rating=5)
    again = close_round(round_, by=make_user("Other"))

    assert (first, again) == (True, False)
    assert answer_count
    assert Round.objects.values().get(pk=round_.pk) == kept
    assert AuditEvent.objects.filter(kind="round_closed").count() == 1
    assert len(letters("round_results")) == len(set(letters("round_results")))


def test_a_round_that_has_not_opened_is_not_closed(team):
    round_ = make_round(team, is_open=False)

    assert not close_round(round_)

    round_.refresh_from_db()
    assert not round_.is_closed


def test_a_closed_round_never_opens_again(round_, member, time_machine):  # A14
    close_round(round_)

    for change in (
        lambda: rounds.extend_round(round_, by=member, closes_on=date(2035, 1, 1)),
        lambda: rounds.change_round(round_, by=member, closes_on=date(2035, 1, 1)),
        lambda: rounds.remind(round_, by=member),
        lambda: rounds.take_part(round_, by=member, perspective="staff"),
    ):
        with pytest.raises(RoundClosed):
            change()
    assert not rounds.open_round(round_)
    move_due_rounds()

    assert Round.objects.get(pk=round_.pk).is_closed
    assert not Round.objects.get(pk=round_.pk).is_open


def test_unfinished_work_becomes_its_authors_own(round_, member):
    mine = answer_round(round_, member, finish=False, rating=3)

    close_round(round_)

    mine.refresh_from_db()
    assert (mine.round, mine.is_finished, mine.is_changeable) == (None, False, True)
    assert Answer.objects.filter(reflection__participation=mine, rating=3).exists()
    assert start_participation(by=member, perspective="staff") == mine


def test_unfinished_work_is_finished_if_its_author_has_another_under_way(round_, member):
    own = start_participation(by=member, perspective="staff")
    mine = rounds.take_part(round_, by=member, perspective="staff")
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
    rounds.take_part(round_, by=member, perspective="staff")

    close_round(round_)

    assert not Participation.objects.exists()
    assert not Answer.objects.exists()


def test_what_comes_back_from_a_round_of_one_level_can_be_read_and_finished(  # E9
    client, team, member
):
    round_ = make_round(team, levels=["team"])
    mine = rounds.take_part(round_, by=member, perspective="staff")
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


def test_the_results_go_to_those_who_took_part_and_to_those_who_run_it(team):
    people = [make_member(team.organisation, make_user(), team=team).user for _n in range(3)]
    lead = make_member(team.organisation, make_user(), team=team, team_role="facilitator").user
    round_ = make_round(team)
    answer_round(round_, people[0])
    answer_round(round_, people[1], finish=False)

    close_round(round_)
    Letter.objects.exclude(kind="round_results").delete()
    deliver_due_letters()

    assert sorted(message.to[0] for message in mail.outbox) == sorted([people[0].email, lead.email])


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


# --- Sharing --------------------------------------------------------------------------------------


def write(participation, level=Level.TEAM, *, shared=None):
    share(
        participation,
        level,
        yes=shared,
        comment="A comment",
        barrier="A barrier",
        vision="A vision",
        idea="An idea",
    )
    return participation.reflections.get(level=level)


ALL_TEXTS = [
    ("barrier", "A barrier"),
    ("comment", "A comment"),
    ("idea", "An idea"),
    ("vision", "A vision"),
]


def choose(reflection, yes):
    here = next(
        each for each in levels_to_share(reflection.participation) if each.level == reflection.level
    )
    choose_sharing(reflection, texts={(text.kind, text.pk): yes for text in here.texts})


@pytest.fixture
def five(team, round_):
    return [answer_round(round_, make_member(team.organisation, team=team).user) for _n in range(5)]


@pytest.mark.parametrize(("choice", "read"), [(None, []), (False, []), (True, ALL_TEXTS)])
def test_only_what_its_author_chose_to_share_is_read(round_, five, choice, read):
    write(five[0], shared=choice)

    close_round(round_)

    assert sorted(texts_of(round_)) == read


def test_nothing_is_chosen_beforehand(client, round_, five):
    write(five[0])
    client.force_login(five[0].user)

    page = client.get(f"/reflections/{five[0].pk}/team/share/").text

    assert page.count('type="radio"') >= 3
    assert "checked" not in page


def test_no_text_is_shown_before_the_round_closes(round_, five):  # B3
    write(five[0], shared=True)

    assert texts_of(round_) == []


@pytest.mark.parametrize(("size", "read"), [(4, []), (5, ALL_TEXTS)])
def test_no_text_is_shown_of_a_level_with_too_few(size, read):  # B1
    round_ = make_team_round(size)
    write(round_.participations.first(), shared=True)

    close_round(round_)

    assert sorted(texts_of(round_)) == read


@pytest.mark.parametrize(
    ("name", "parts", "flag"),
    [
        (COMMENT, Parts.NOW, ("answers__comment_shared", "comment")),
        ("vision", Parts.WANTED, ("vision_shared", "vision")),
        ("idea", Parts.WANTED, ("idea_shared", "idea")),
        ("barrier", Parts.NOW, ("barriers__shared", "barrier")),
    ],
    ids=["comment", "vision", "idea", "barrier"],
)
def test_a_changed_text_is_not_shared_until_its_author_says_so_again(
    round_, five, name, parts, flag
):
    reflection = write(five[0], shared=True)
    sheet = make_sheet(five[0], Level.TEAM, parts)
    sheet.load()
    name = f"barrier-{reflection.barriers.get().pk}" if name == "barrier" else name

    save_entries(sheet, [Entry(name, "Other words", sheet.value(name))])

    close_round(round_)
    kinds = [kind for kind, _text in texts_of(round_)]
    assert flag[1] not in kinds
    assert len(kinds) == 3


def test_a_changed_text_is_read_once_it_is_chosen_again(round_, five):
    reflection = write(five[0], shared=True)
    save(five[0], level=Level.TEAM, **{COMMENT: "Other words"})

    choose(reflection, True)
    close_round(round_)

    assert ("comment", "Other words") in texts_of(round_)


def test_what_somebody_writes_about_themselves_is_never_shared_even_if_asked_for(round_, five):
    reflection = write(five[0], Level.INDIVIDUAL)
    answer = reflection.answers.exclude(comment="").get()
    pk = str(reflection.pk)
    keys = [("comment", str(answer.pk)), ("barrier", str(reflection.barriers.get().pk))]

    choose_sharing(
        reflection, texts=dict.fromkeys([*keys, ("vision", pk), ("idea", pk)], True), counted=True
    )

    answer.refresh_from_db()
    reflection.refresh_from_db()
    flags = [answer.comment_shared, reflection.barriers.get().shared]
    assert [*flags, reflection.vision_shared, reflection.idea_shared] == [False] * 4
    close_round(round_)
    assert texts_of(round_) == []


@pytest.mark.parametrize("sharing", ["confidential", "named"])
def test_no_page_reads_about_oneself_even_if_the_rows_said_shared(sharing):
    round_ = make_team_round(6, sharing=sharing)
    write(round_.participations.first(), Level.INDIVIDUAL, shared=True)

    close_round(round_)

    assert texts_of(round_) == []


def test_of_two_barriers_only_the_shared_one_is_read(round_, five):
    reflection = five[0].reflections.get(level=Level.TEAM)
    reflection.answers.filter(question__kind="barrier").update(has_barrier=True)
    for position, (text, yes) in enumerate([("Read", True), ("Kept", False), ("Open", None)]):
        reflection.barriers.create(text=text, position=position, shared=yes)

    close_round(round_)

    assert texts_of(round_) == [("barrier", "Read")]


def test_a_barrier_whose_author_says_no_to_the_question_now_is_read_by_nobody(round_, five):
    write(five[0], shared=True)

    save(five[0], level=Level.TEAM, **{"has_barrier-team-barriers": "no"})
    close_round(round_)

    assert [kind for kind, _text in sorted(texts_of(round_))] == ["comment", "idea", "vision"]


def test_nobody_shares_another_persons_text(round_, five):  # A2
    theirs = write(five[1])
    mine = five[0].reflections.get(level=Level.TEAM)
    answer = theirs.answers.exclude(comment="").get()
    pk = str(theirs.pk)

    keys = [("comment", str(answer.pk)), ("barrier", str(theirs.barriers.get().pk))]
    choose_sharing(mine, texts=dict.fromkeys([*keys, ("vision", pk), ("idea", pk)], True))

    close_round(round_)
    assert texts_of(round_) == []


def test_a_text_can_be_taken_back_after_closing_and_nothing_shared_then(round_, five):
    shared, kept = write(five[0], shared=True), write(five[1], shared=False)
    close_round(round_)

    choose(shared, False)
    with pytest.raises(AlreadyFinished):
        choose(kept, True)
    with pytest.raises(AlreadyFinished):
        choose(shared, True)
    with pytest.raises(AlreadyFinished):
        choose_sharing(shared, texts={}, counted=False)

    assert texts_of(round_) == []


def test_taking_back_on_the_page_works_after_closing(client, round_, five):
    write(five[0], shared=True)
    close_round(round_)
    client.force_login(five[0].user)
    page = f"/reflections/{five[0].pk}/team/share/"
    barrier = Barrier.objects.get()

    client.post(page, {"go": "take-back", "text": str(barrier.pk)})

    assert ("barrier", "A barrier") not in texts_of(round_)
    assert len(texts_of(round_)) == 3


def test_texts_say_neither_who_nor_when_and_none_tells_of_another_by_the_same_hand(  # B4
    round_, five
):
    for number, participation in enumerate(five):
        words = {kind: f"{kind} {number}" for kind in ("comment", "barrier", "vision", "idea")}
        share(participation, Level.TEAM, **words)
    close_round(round_)

    found = shared_texts(round_, Figures.of(round_))

    assert len(found) == 20
    assert {text.author for text in found} == {""}
    assert len({text.pk for text in found}) == 20
    hidden = {str(pk) for pk in Reflection.objects.values_list("pk", flat=True)}
    hidden |= {str(pk) for pk in Participation.objects.values_list("pk", flat=True)}
    assert not hidden & {text.pk for text in found}


def test_visions_and_ideas_stand_in_orders_of_their_own(round_, five):  # B4
    for number, participation in enumerate(five):
        for level in (Level.TEAM, Level.ORGANISATION, Level.SYSTEM):
            share(participation, level, vision=f"{number}", idea=f"{number}")
    close_round(round_)

    found = shared_texts(round_, Figures.of(round_))

    orders = [[text.text for text in found if text.kind == each] for each in ("vision", "idea")]
    assert orders[0] != orders[1]


def test_a_text_taken_out_leaves_its_reason_and_who_did_it_once(client, round_, five):
    share(five[0], Level.TEAM, barrier="It is all Bo's doing", vision="Stays")
    close_round(round_)
    ada = administrator_of(round_.team.organisation)
    [text] = [each for each in shared_texts(round_, Figures.of(round_)) if each.kind == "barrier"]
    client.force_login(ada)
    page = f"/rounds/{round_.pk}/results/barrier/{text.pk}/take-out/"

    client.post(page, {"reason": "It names somebody"})
    again = client.post(page, {"reason": "Again"})

    assert again.status_code == 404
    results = client.get(f"/rounds/{round_.pk}/results/").text
    assert "Bo&#x27;s" not in results
    assert f"One text was taken out by {ada}: It names somebody" in results
    assert texts_of(round_) == [("vision", "Stays")]
    event = AuditEvent.objects.get(kind="text_taken_out")
    assert (event.changes, event.subject) == ({}, None)
    assert Barrier.objects.get().text == "It is all Bo's doing"


@pytest.mark.parametrize("kind", ["comment", "barrier", "vision", "idea"])
def test_each_kind_of_text_can_be_taken_out_and_no_other_goes_with_it(client, round_, five, kind):
    write(five[0], shared=True)
    close_round(round_)
    client.force_login(administrator_of(round_.team.organisation))
    [text] = [each for each in shared_texts(round_, Figures.of(round_)) if each.kind == kind]

    client.post(f"/rounds/{round_.pk}/results/{kind}/{text.pk}/take-out/", {"reason": "Why"})

    assert sorted(texts_of(round_)) == [each for each in ALL_TEXTS if each[0] != kind]
    assert "Why" in client.get(f"/rounds/{round_.pk}/results/").text


def test_taking_out_twice_at_the_service_keeps_the_first_reason(round_, five):  # D1
    reflection = write(five[0], shared=True)
    close_round(round_)
    barrier = reflection.barriers.get()

    for reason in ("First", "Second"):
        rounds.take_out(
            round_, by=make_user(), kind="barrier", pk=barrier.pk, reason=reason, level="team"
        )

    assert TakenOut.objects.get().reason == "First"
    assert AuditEvent.objects.filter(kind="text_taken_out").count() == 1


# --- Results --------------------------------------------------------------------------------------


def test_of_too_few_there_is_no_value_anywhere(client):  # B1
    round_ = make_team_round(4, levels=["team"])
    share(round_.participations.first(), Level.TEAM, comment="Secret", barrier="Also secret")
    close_round(round_)
    client.force_login(administrator_of(round_.team.organisation))

    page = client.get(f"/rounds/{round_.pk}/results/").text
    results = results_of(round_)

    assert round_.figures == {"levels": {"team": None}}
    assert "Fewer than 5 people finished, so nothing is shown." in page
    assert "ecret" not in page + str(results) + json.dumps(round_.figures)
    assert results.questions == results.people == []
    assert client.get(f"/rounds/{round_.pk}/results/present/").status_code == 302
    table = client.get(f"/rounds/{round_.pk}/results/results.csv").text
    assert len(table.splitlines()) == 1


def test_one_level_may_be_too_few_while_another_is_shown(round_, five):  # B1
    for mine in five:
        mine.reflections.filter(level=Level.SYSTEM).update(submitted_at=None)
        mine.reflections.filter(level=Level.INDIVIDUAL).update(counted=None)

    close_round(round_)

    shown = {level: found is not None for level, found in Figures.of(round_).levels.items()}
    assert shown == {"individual": False, "team": True, "organisation": True, "system": False}


def test_a_level_that_was_not_asked_has_no_figures():
    round_ = make_team_round(5, levels=["team", "system"], close=True)

    assert list(Figures.of(round_).levels) == [Level.TEAM, Level.SYSTEM]


def test_a_facilitator_who_reflects_counts_like_everybody(team):  # B9
    lead = make_member(team.organisation, make_user(), team=team, team_role="facilitator").user
    round_ = make_round(team, by=lead)
    for _n in range(4):
        answer_round(round_, make_member(team.organisation, team=team).user)
    answer_round(round_, lead, rating=5)

    close_round(round_, by=lead)

    found = Figures.of(round_).shown(Level.TEAM).everybody
    assert (found.size, found.questions["team-involve"].now) == (5, [0, 4, 0, 0, 1])


def next_round(round_, size, **fields):
    """The same team reflects again."""
    again = make_round(round_.team, by=administrator_of(round_.team.organisation), **fields)
    for user in User.objects.filter(name__startswith="Person")[:size]:
        answer_round(again, user, rating=4)
    close_round(again)
    return again


@pytest.mark.parametrize(
    ("first", "second", "is_shown"), [(5, 5, True), (4, 5, False), (5, 4, False)]
)
def test_what_changed_is_shown_only_if_both_rounds_are(first, second, is_shown):  # B2
    before = make_team_round(first, levels=["team"], close=True)
    if second > first:
        make_member(before.team.organisation, make_user("Person 9"), team=before.team)

    again = next_round(before, second, levels=["team"])

    shown = [question.before is not None for question in results_of(again).questions]
    assert shown == ([True, True] if is_shown else [False, False] if second == 5 else [])


def test_what_changed_is_that_of_the_last_round():
    before = make_team_round(5, close=True)
    again = next_round(before, 5)

    question = results_of(again).questions[0]

    assert question.before.counts == [0, 5, 0, 0, 0]
    assert question.rows[0].counts == [0, 0, 0, 5, 0]


@pytest.mark.parametrize("named", ["first", "second"])
def test_nothing_of_a_named_round_is_compared(named):
    before = make_team_round(5, close=True, **({"sharing": "named"} if named == "first" else {}))

    again = next_round(before, 5, **({"sharing": "named"} if named == "second" else {}))

    assert {question.before for question in results_of(again).questions} == {None}


def test_a_named_round_between_two_others_is_passed_over():
    first = make_team_round(5, close=True)
    next_round(first, 5, sharing="named")

    third = next_round(first, 5)

    assert results_of(third).before == first


def rated(round_, **ratings):
    """Change what was answered: {key of a question: [(rating, target) a person]}."""
    for key, pairs in ratings.items():
        answers = Answer.objects.filter(
            reflection__participation__round=round_, question__key=key.replace("_", "-")
        )
        for answer, (rating, target) in zip(answers, pairs, strict=True):
            Answer.objects.filter(pk=answer.pk).update(rating=rating, target=target)


def test_questions_are_ordered_by_gap_and_by_disagreement_and_ties_as_on_the_paper():
    round_ = make_team_round(5, levels=["team", "organisation"])
    rated(
        round_,
        team_involve=[(2, 3)] * 5,  # no gap, all in one camp
        team_equal_weight=[(1, 4), (2, 5), (3, 5), (4, 4), (5, 5)],  # gap 3, camps 2 and 2
        organisation_everyday=[(2, 4)] * 5,  # gap 5
        organisation_power=[(1, 4), (4, 4), (4, 4), (4, 4), (4, 4)],  # gap 1, camps 1 and 4
        organisation_support=[(2, 3)] * 5,  # as the first
    )
    close_round(round_)
    results = results_of(round_)

    orders = {order: [q.key for q in results.in_order(order)] for order in Order}

    assert orders[Order.PAPER] == [
        "team-involve",
        "team-equal-weight",
        "organisation-everyday",
        "organisation-power",
        "organisation-support",
    ]
    assert orders[Order.GAP] == [
        "organisation-everyday",
        "team-equal-weight",
        "organisation-power",
        "team-involve",
        "organisation-support",
    ]
    assert orders[Order.DISAGREEMENT] == [
        "team-equal-weight",
        "organisation-power",
        "team-involve",
        "organisation-everyday",
        "organisation-support",
    ]


# --- Named rounds ---------------------------------------------------------------------------------


def test_a_named_round_of_two_shows_who_said_what_but_nothing_about_themselves():
    round_ = make_team_round(2, sharing="named")
    share(round_.participations.get(user__name="Person 0"), Level.TEAM, barrier="No room")
    close_round(round_)
    results = results_of(round_)

    assert [level.level for level in results.levels] == ["team", "organisation", "system"]
    assert [person.name for person in results.people] == ["Person 0", "Person 1"]
    assert {(now, wanted) for _q, now, wanted in results.people[0].said} == {("A little", "Mostly")}
    [text] = shared_texts(round_, Figures.of(round_))
    assert (text.text, text.author) == ("No room", "Person 0")
    assert "individual" not in json.dumps(round_.figures)


def test_a_confidential_round_has_no_person_in_its_figures():
    round_ = make_team_round(6, close=True)

    keys = {str(pk) for pk in round_.participations.values_list("pk", flat=True)}

    assert "people" not in round_.figures
    assert not any(key in json.dumps(round_.figures) for key in keys)


def test_who_takes_part_in_a_named_round_agrees_first(client):
    round_ = make_team_round(0, sharing="named")
    person = make_member(round_.team.organisation, make_user(), team=round_.team).user
    client.force_login(person)
    page = f"/rounds/{round_.pk}/take-part/"

    refused = client.post(page, {"perspective": "staff"})
    assert "Tick the box if you agree" in refused.text
    assert not Participation.objects.exists()

    client.post(page, {"perspective": "staff", "agrees": "on"})
    assert Participation.objects.get().user == person


def test_administrators_do_not_read_a_named_round():
    round_ = make_team_round(3, sharing="named", close=True)
    lead = make_member(
        round_.team.organisation, make_user(), team=round_.team, team_role="facilitator"
    ).user

    readers = [administrator_of(round_.team.organisation), lead, round_.participations.first().user]

    assert [Round.objects.results_for(each).contains(round_) for each in readers] == [
        False,
        True,
        True,
    ]


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
        said.append(" ".join(promises_of(round_)))
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
def test_promises_name_who_reads_what_is_shared(team, kind, words):  # B6
    system = System.objects.create(name="Valley", slug="valley")
    group = {"team": team, "organisation": team.organisation, "system": system}[kind]

    assert words in " ".join(promises_of(make_round(group)))


@pytest.mark.parametrize(("size", "warned"), [(4, True), (5, False)])
def test_people_of_a_small_group_are_warned_before_they_answer(client, team, size, warned):  # B7
    people = people_of(team, size)
    round_ = make_round(team)
    client.force_login(people[0])

    page = client.get(f"/rounds/{round_.pk}/take-part/").text

    assert ("This is a small group" in page) is warned


# --- Forgetting -----------------------------------------------------------------------------------


def test_erasing_a_person_keeps_the_figures_and_takes_their_unshared_words(round_, five):  # B10
    write(five[0], shared=None)
    write(five[0], Level.SYSTEM, shared=False)
    write(five[0], Level.ORGANISATION, shared=True)
    write(five[0], Level.INDIVIDUAL, shared=None)
    close_round(round_)
    figures, gone = Round.objects.get().figures, five[0].user

    erase(gone)

    left = Participation.objects.get(pk=five[0].pk)
    assert left.user is None
    assert Round.objects.get().figures == figures
    assert sorted(texts_of(round_)) == ALL_TEXTS
    for level in ("individual", "team", "system"):
        reflection = left.reflections.get(level=level)
        assert (reflection.vision, reflection.idea) == ("", "")
        assert not reflection.barriers.exists()
        assert not reflection.answers.exclude(comment="").exists()


def test_erasing_a_person_takes_what_they_had_not_finished(round_, member):  # B10
    answer_round(round_, member, finish=False)

    erase(member)

    assert not Participation.objects.exists()


def test_whoever_is_erased_while_a_round_is_open_still_counts(round_, five):  # B10
    erase(five[0].user)

    close_round(round_)

    assert Figures.of(round_).shown(Level.TEAM).everybody.size == 5
    assert len(letters("round_results")) == 4


def test_named_results_lose_the_name_of_whoever_is_erased():  # B10
    round_ = make_team_round(2, sharing="named")
    share(round_.participations.get(user__name="Person 0"), Level.TEAM, barrier="No room")
    close_round(round_)

    erase(User.objects.get(name="Person 0"))

    results = results_of(round_)
    assert [person.name for person in results.people] == ["Person 1", "Somebody who has left"]
    assert [text.author for text in shared_texts(round_, Figures.of(round_))] == [""]
    assert "Person 0" not in str(results)


@pytest.mark.parametrize(
    ("years", "days", "is_forgotten"),
    [(3, 3 * 365 - 2, False), (3, 3 * 365 + 2, True), (1, 367, True), (5, 3 * 365 + 2, False)],
)
def test_old_rounds_lose_their_authors_by_themselves(  # B10
    round_, five, years, days, is_forgotten, time_machine
):
    type(round_.team.organisation).objects.update(retention_years=years)
    write(five[0], shared=True)
    write(five[1], shared=False)
    own = start_participation(by=five[0].user, perspective=Perspective.STAFF)
    close_round(round_)
    figures = Round.objects.get().figures

    time_machine.move_to(round_.closed_at + timedelta(days=days), tick=False)
    forget_old_authors()

    held = Participation.objects.in_round(round_).exclude(user=None).count()
    assert held == (0 if is_forgotten else 5)
    assert sorted(texts_of(round_)) == ALL_TEXTS
    assert Reflection.objects.filter(vision="A vision").count() == (1 if is_forgotten else 2)
    assert Round.objects.get().figures == figures
    own.refresh_from_db()
    assert own.user == five[0].user


def test_an_open_round_keeps_its_authors_however_old(round_, five, time_machine):
    time_machine.move_to(round_.opened_at + timedelta(days=5000), tick=False)

    forget_old_authors()

    assert not Participation.objects.filter(user=None).exists()


@pytest.mark.parametrize("what", ["team", "organisation"])
def test_administrators_still_read_the_results_of_a_group_that_is_archived(client, db, what):
    round_ = make_team_round(6, close=True)
    ada = administrator_of(round_.team.organisation)
    if what == "team":
        archive_team(round_.team, by=ada)
    else:
        archive_organisation(round_.team.organisation, by=ada)
    client.force_login(ada)

    pages = [f"/rounds/{round_.pk}/", f"/rounds/{round_.pk}/results/"]

    assert [client.get(page).status_code for page in pages] == [200, 200]
    assert "Take this text out" not in client.get(pages[1]).text
    assert not Round.objects.managed_by(ada).exists()
    named = make_team_round(6, close=True, sharing="named")
    archive_team(named.team, by=administrator_of(named.team.organisation))
    client.force_login(administrator_of(named.team.organisation))
    assert client.get(f"/rounds/{named.pk}/results/").status_code == 404
