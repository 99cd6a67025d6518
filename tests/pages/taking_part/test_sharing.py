"""Others read a text only if its author shares it, and until the author takes it back."""

import pytest

from organisations.models import AuditEvent
from reflections import rounds
from reflections.answer_sheet import Parts, SentField
from reflections.models import Barrier, Level, Participation, Reflection, TakenOut
from reflections.rounds import close_round, mark_sharing
from reflections.services import AlreadyFinished, save_answers
from reflections.sharing import levels_to_share
from reflections.summaries import Figures, shared_texts
from tests.factories import administrator_of, make_sheet, make_team_round, make_user, save, share
from tests.pages.rounds.helpers import ALL_TEXTS, COMMENT, texts_of, write

pytestmark = pytest.mark.django_db


def choose(reflection, yes):
    here = next(
        each for each in levels_to_share(reflection.participation) if each.level == reflection.level
    )
    mark_sharing(reflection, texts={(text.kind, text.pk): yes for text in here.texts})


@pytest.mark.parametrize(("choice", "read"), [(None, []), (False, []), (True, ALL_TEXTS)])
def test_only_what_its_author_chose_to_share_is_read(round_, five, choice, read):  # P2.1
    write(five[0], shared=choice)

    close_round(round_)

    assert sorted(texts_of(round_)) == read


def test_nothing_is_chosen_beforehand(client, round_, five):  # P2.1
    write(five[0])
    client.force_login(five[0].user)

    page = client.get(f"/reflections/{five[0].pk}/team/share/").text

    assert page.count('type="radio"') >= 3
    assert "checked" not in page


def test_no_text_is_shown_before_the_round_closes(round_, five):  # B3 P9.1
    write(five[0], shared=True)

    assert texts_of(round_) == []


@pytest.mark.parametrize(("size", "read"), [(4, []), (5, ALL_TEXTS)])
def test_no_text_is_shown_of_a_level_with_too_few(size, read):  # B1 P9.1
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
def test_a_changed_text_is_not_shared_until_its_author_says_so_again(  # P2.2
    round_, five, name, parts, flag
):
    reflection = write(five[0], shared=True)
    sheet = make_sheet(five[0], Level.TEAM, parts)
    sheet.load()
    name = f"barrier-{reflection.barriers.get().pk}" if name == "barrier" else name

    save_answers(sheet, [SentField(name, "Other words", sheet.value(name))])

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


def test_what_somebody_writes_about_themselves_is_never_shared_even_if_asked_for(  # P1.2
    round_, five
):
    reflection = write(five[0], Level.INDIVIDUAL)
    answer = reflection.answers.exclude(comment="").get()
    pk = str(reflection.pk)
    keys = [("comment", str(answer.pk)), ("barrier", str(reflection.barriers.get().pk))]

    mark_sharing(
        reflection, texts=dict.fromkeys([*keys, ("vision", pk), ("idea", pk)], True), counted=True
    )

    answer.refresh_from_db()
    reflection.refresh_from_db()
    flags = [answer.comment_shared, reflection.barriers.get().shared]
    assert [*flags, reflection.vision_shared, reflection.idea_shared] == [False] * 4
    close_round(round_)
    assert texts_of(round_) == []


@pytest.mark.parametrize("sharing", ["confidential", "named"])
def test_no_page_reads_about_oneself_even_if_the_rows_said_shared(sharing):  # P1.2
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
    mark_sharing(mine, texts=dict.fromkeys([*keys, ("vision", pk), ("idea", pk)], True))

    close_round(round_)
    assert texts_of(round_) == []


def test_a_text_can_be_taken_back_after_closing_and_nothing_shared_then(round_, five):  # P9.3
    shared, kept = write(five[0], shared=True), write(five[1], shared=False)
    close_round(round_)

    choose(shared, False)
    with pytest.raises(AlreadyFinished):
        choose(kept, True)
    with pytest.raises(AlreadyFinished):
        choose(shared, True)
    with pytest.raises(AlreadyFinished):
        mark_sharing(shared, texts={}, counted=False)

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


def test_texts_say_neither_who_nor_when_and_none_tells_of_another_by_the_same_hand(  # B4 P9.2
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


def test_a_text_taken_out_leaves_its_reason_and_who_did_it_once(client, round_, five):  # P9.4
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
        rounds.hide_from_results(
            round_, by=make_user(), kind="barrier", pk=barrier.pk, reason=reason, level="team"
        )

    assert TakenOut.objects.get().reason == "First"
    assert AuditEvent.objects.filter(kind="text_taken_out").count() == 1
