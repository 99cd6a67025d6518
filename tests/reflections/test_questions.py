"""The questions are those of the paper, in the words for staff and for partners."""

from reflections.models import Level, Question, QuestionSet
from reflections.questionnaire import questionnaire
from reflections.questions import ONE_STEP_BACK_1
from reflections.services import publish_question_set

PAPER = {
    "individual-equal-partners": "Do you treat people as equal partners, valuing their input?",
    "individual-empowering": "Are you empowering individuals to contribute effectively?",
    "individual-mutual": "Do you have mutual interactions with both professionals and people with "
    "Patient and Public partners?",
    "individual-barriers": "Do you feel there is anything that prevents you from doing "
    "co-production?",
    "team-involve": "Do you involve Patient and Public partners in design and delivery?",
    "team-equal-weight": "Is their input given equal weight alongside staff members?",
    "team-barriers": "Do you feel there is anything that prevents your service from doing "
    "co-production?",
    "organisation-everyday": "Is co-production part of everyone's day-to-day work within your "
    "organisation?",
    "organisation-power": "Are power dynamics shared equally between staff and Patient and Public "
    "partners?",
    "organisation-support": "Are you supported and encouraged to do co-production?",
    "organisation-barriers": "Do you feel there is anything that prevents your organisation from "
    "doing co-production?",
    "system-support": "As a system, do you feel co-production is supported and encouraged?",
    "system-barriers": "Do you feel there is anything that prevents the system from doing "
    "co-production?",
}


def test_staff_are_asked_the_papers_thirteen_questions_to_the_letter(questions):
    asked = questionnaire(questions.pk, "staff", "en-gb")

    assert {q.key: q.text for level in asked.values() for q in level.questions} == PAPER


def test_partners_are_asked_the_same_thirteen_in_other_words(questions):
    staff = questionnaire(questions.pk, "staff", "en-gb")
    partner = questionnaire(questions.pk, "partner", "en-gb")

    assert list(partner) == list(staff) == Level.values
    for level in Level:
        assert [q.pk for q in partner[level].questions] == [q.pk for q in staff[level].questions]
    assert (
        partner["team"].by_key["team-equal-weight"].text
        == "Is your input given equal weight alongside staff members?"
    )


def test_nine_questions_have_a_scale_and_each_level_asks_once_what_gets_in_the_way(questions):
    kinds = Question.objects.filter(question_set=questions).values_list("kind", "level")

    assert sum(kind == "scale" for kind, _level in kinds) == 9
    assert sorted(level for kind, level in kinds if kind == "barrier") == sorted(Level.values)


def test_hints_are_one_short_sentence_or_two(questions):
    asked = questionnaire(questions.pk, "staff", "en-gb")

    hints = [q.hint for level in asked.values() for q in level.questions if q.hint]

    assert len(hints) >= 5
    assert all(len(hint) <= 120 and hint.endswith(".") for hint in hints)


def test_publishing_a_set_again_changes_nothing(questions):  # C10
    Question.objects.filter(key="team-involve").get().wordings.filter(perspective="staff").update(
        hint="Changed by hand"
    )

    again = publish_question_set(ONE_STEP_BACK_1)

    assert again == questions
    assert QuestionSet.objects.count() == 1
    assert Question.objects.count() == 13


def test_a_language_without_wordings_gets_the_english_ones(questions):
    assert questionnaire(questions.pk, "staff", "cy") == questionnaire(
        questions.pk, "staff", "en-gb"
    )
