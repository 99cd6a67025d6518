"""The rounds of the demo: what they show, and what they do not."""

from django.db.models import F, Q

from onestepback.demo.answering import round_story
from organisations.models import User
from reflections.models import Answer, Barrier, Level, Participation, Reflection, Round, TakenOut
from reflections.summaries import Figures, shared_texts
from tests.demo.helpers import rounds_of


def groups_in(round_):
    """Every group of which the results show something."""
    for shown in Figures.of(round_).levels.values():
        if shown:
            yield from [shown.everybody, *(shown.parts or {}).values()]


def taking_part(round_):
    return {
        participation.user.email.split("@")[0]: participation.is_finished
        for participation in round_.participations.select_related("user")
    }


def test_a_large_ward_has_closed_three_yearly_rounds(demo, today):
    ward = rounds_of("Quince Ward")

    years = [round((today - each.closed_at.date()).days / 365) for each in ward]
    finished = [each.participations.finished().count() for each in ward]

    assert years == [2, 1, 0]
    assert all(20 <= people <= 22 for people in finished)
    for each in ward:
        levels = Figures.of(each).levels
        assert list(levels) == list(Level)
        assert all(level.parts for level in levels.values())


def test_the_rounds_of_the_ward_show_movement_disagreement_and_a_gap(demo):
    first, _second, last = (Figures.of(each).levels for each in rounds_of("Quince Ward"))
    involved = [
        shown[Level.TEAM].everybody.questions["team-involve"].now for shown in (first, last)
    ]
    parts = last[Level.TEAM].parts
    mostly_or_fully = {
        name: sum(group.questions["team-equal-weight"].now[3:]) for name, group in parts.items()
    }

    assert sum(involved[1][3:]) >= sum(involved[0][3:]) + 5
    assert last[Level.ORGANISATION].everybody.questions["organisation-support"].disagreement >= 5
    assert mostly_or_fully["staff"] >= mostly_or_fully["partner"] + 3


def test_every_figure_that_is_shown_reaches_the_minimum(demo):
    confidential = Round.objects.closed().filter(sharing="confidential")

    sizes_shown = [
        (group.size, each.minimum_group) for each in confidential for group in groups_in(each)
    ]

    assert sizes_shown
    assert all(size >= minimum for size, minimum in sizes_shown)


def test_some_of_what_people_wrote_in_rounds_is_shared_and_some_is_not(demo):
    for each in rounds_of("Quince Ward"):
        written = everything_written(each)
        shown = shared_texts(each, Figures.of(each))

        assert 25 <= len(written) <= 40
        assert 20 <= len(shown) < len(written) - 3
        assert {text.kind for text in shown} == {"comment", "barrier", "vision", "idea"}


def everything_written(round_):
    reflections = Reflection.objects.filter(participation__round=round_)
    answers = Answer.objects.filter(reflection__in=reflections).exclude(comment="")
    return [
        *answers.values_list("comment", flat=True),
        *Barrier.objects.filter(reflection__in=reflections).values_list("text", flat=True),
        *reflections.exclude(vision="").values_list("vision", flat=True),
        *reflections.exclude(idea="").values_list("idea", flat=True),
    ]


def test_one_text_was_taken_out_with_a_reason_and_is_still_its_authors(demo):
    taken = TakenOut.objects.get()
    answer = Answer.objects.get(pk=taken.text_id)
    shown = shared_texts(taken.round, Figures.of(taken.round))

    assert taken.reason
    assert answer.comment
    assert answer.comment_shared
    assert answer.comment not in [text.text for text in shown]


def test_every_text_of_a_round_is_written_by_somebody_who_takes_part(demo):
    told = [text for title in titles() for text in round_story(title).texts]

    written = [words for each in Round.objects.all() for words in everything_written(each)]
    own = Barrier.objects.filter(reflection__participation__round=None)

    given_back = [text for text in told if own.filter(text=text.words).exists()]
    assert len(written) == len(told) - len(given_back)
    assert [text.author for text in given_back] == ["seamus.deeney@example.org"]
    assert len({text.words for text in told}) == len(told) > 100


def titles():
    return Round.objects.exclude(opened_at=None).values_list("title", flat=True)


def test_a_team_of_four_has_closed_a_named_round(demo):
    forum = rounds_of("Family Forum").get()

    assert forum.is_closed
    assert forum.is_named
    assert len(Figures.of(forum).people) == 4
    assert {text.author for text in shared_texts(forum, Figures.of(forum))} >= {"Gordon Askew"}


def test_a_round_with_too_few_says_only_that(demo):
    panel = rounds_of("Peer Panel").get()

    assert panel.is_closed
    assert 0 < panel.participations.finished().count() < panel.minimum_group
    assert Figures.of(panel).are_too_few
    assert shared_texts(panel, Figures.of(panel)) == []


def test_one_round_is_open_and_siobhan_has_not_begun_it(demo, today):
    is_open = Round.objects.under_way().get()
    siobhan = User.objects.get(email="siobhan@example.org")

    assert is_open.team.name == "Going Home Together"
    assert 6 <= (today - is_open.opens_on).days <= 14
    assert 5 <= (is_open.closes_on - today).days <= 11
    assert taking_part(is_open) == {
        "harpreet": True,
        "chidinma": True,
        "yvonne": True,
        "derek": False,
    }
    assert list(Round.objects.for_home(siobhan).values_list("is_begun", flat=True)) == [False]


def test_a_round_of_the_trust_is_planned_for_next_month(demo, today):
    planned = Round.objects.scheduled().get()

    assert planned.organisation.name == "Tamsel Valley Community Health Trust"
    assert 28 <= (planned.opens_on - today).days <= 35
    assert not planned.participations.exists()


def test_nobody_answers_a_round_before_it_opens_or_after_it_closes(demo):
    in_rounds = Participation.objects.in_rounds().finished()
    in_time = Q(round__closed_at=None) | Q(finished_at__lte=F("round__closed_at"))

    late = in_rounds.exclude(in_time, finished_at__gte=F("round__opened_at"))
    begun_early = Reflection.objects.filter(submitted_at__lt=F("participation__round__opened_at"))

    assert in_rounds.count() > 60
    assert not late.exists()
    assert not begun_early.exists()


def test_a_facilitator_and_a_partner_see_the_three_years_of_the_ward(demo):
    seen = {
        name: Round.objects.results_for(User.objects.get(email=f"{name}@example.org"))
        .filter(team__name="Quince Ward")
        .count()
        for name in ("tom", "moira", "gordon")
    }

    assert seen == {"tom": 3, "moira": 3, "gordon": 0}
