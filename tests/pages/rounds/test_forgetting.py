"""Figures stay without a name when a person is erased, and when a round is old."""

from datetime import timedelta
from uuid import uuid4

import pytest

from onestepback.pages.account.personal_data import erase
from onestepback.pages.results.reading import results_of
from organisations.models import User
from organisations.services import archive_organisation, archive_team
from reflections.forgetting import forget_old_authors
from reflections.models import Level, Participation, Perspective, Reflection, Round, TakenOut
from reflections.rounds import close_round, move_due_rounds
from reflections.services import start_participation
from reflections.summaries import Figures, shared_texts
from tests.factories import administrator_of, answer_round, make_team_round, share
from tests.pages.rounds.helpers import ALL_TEXTS, letters, texts_of, write

pytestmark = pytest.mark.django_db


def test_erasing_a_person_keeps_the_figures_and_takes_their_unshared_words(  # B10 P14.2
    round_, five
):
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
    move_due_rounds()

    assert Figures.of(round_).shown(Level.TEAM).everybody.size == 5
    assert len(letters("round_results")) == 4


def test_named_results_lose_the_name_of_whoever_is_erased():  # B10 P10.3
    round_ = make_team_round(2, sharing="named")
    share(round_.participations.get(user__name="Person 0"), Level.TEAM, barrier="No room")
    close_round(round_)

    erase(User.objects.get(name="Person 0"))

    results = results_of(round_)
    assert [person.name for person in results.people] == [
        "Person 1",
        "Somebody whose name is not kept",
    ]
    assert [text.author for text in shared_texts(round_, Figures.of(round_))] == [""]
    assert "Person 0" not in str(results)


@pytest.mark.parametrize(
    ("years", "days", "is_forgotten"),
    [(3, 3 * 365 - 2, False), (3, 3 * 365 + 2, True), (1, 367, True), (5, 3 * 365 + 2, False)],
)
def test_old_rounds_lose_their_authors_by_themselves(  # B10 P14.5
    round_, five, years, days, is_forgotten, time_machine
):
    type(round_.team.organisation).objects.update(retention_years=years)
    write(five[0], shared=True)
    write(five[1], shared=False)
    own = start_participation(by=five[0].user, perspective=Perspective.STAFF)
    close_round(round_)
    figures = Round.objects.get().figures
    whose = TakenOut.objects.create(
        round=round_,
        level="team",
        kind="idea",
        text_id=uuid4(),
        taken_out_by=five[0].user,
        reason="A name",
    )

    time_machine.move_to(round_.closed_at + timedelta(days=days), tick=False)
    forget_old_authors()

    held = Participation.objects.in_round(round_).exclude(user=None).count()
    assert held == (0 if is_forgotten else 5)
    assert sorted(texts_of(round_)) == ALL_TEXTS
    assert Reflection.objects.filter(vision="A vision").count() == (1 if is_forgotten else 2)
    assert Round.objects.get().figures == figures
    whose.refresh_from_db()
    names = {whose.taken_out_by, Round.objects.get().created_by}
    assert (names == {None}) == is_forgotten
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
