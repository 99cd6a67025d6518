"""The questions of a published set, as people read them, cached because sets never change."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings

from reflections.models import Level, LevelWording, Perspective, Question, QuestionWording


@dataclass(frozen=True)
class AskedQuestion:
    """A question with its words: `pk` and `key` name it, `kind` is scale or barrier."""

    pk: int
    key: str
    kind: str
    text: str
    hint: str

    @property
    def is_scale(self) -> bool:
        return self.kind == Question.Kind.SCALE


@dataclass(frozen=True)
class AskedLevel:
    """A level with its introduction and its questions in the paper's order."""

    level: Level
    text: str
    questions: tuple[AskedQuestion, ...]
    by_key: dict[str, AskedQuestion] = field(compare=False)

    @property
    def scale_questions(self) -> tuple[AskedQuestion, ...]:
        return tuple(question for question in self.questions if question.is_scale)

    @property
    def barrier_question(self) -> AskedQuestion:
        return next(question for question in self.questions if not question.is_scale)


def words_of(question: Question, language: str) -> str:
    """The staff wording of a question, for pages that people of both perspectives read."""
    asked = questionnaire(question.question_set_id, Perspective.STAFF, language)
    return asked[question.level].by_key[question.key].text


@lru_cache(maxsize=64)
def questionnaire(question_set_id: int, perspective: str, language: str) -> dict[str, AskedLevel]:
    """The levels of a set by their value, in a language, or in the site's own if there is none."""
    wordings = QuestionWording.objects.filter(
        question__question_set=question_set_id, perspective=perspective, easy=False
    )
    if not wordings.filter(language=language).exists():
        language = settings.LANGUAGE_CODE
    introductions = dict(
        LevelWording.objects.filter(
            question_set=question_set_id, perspective=perspective, language=language, easy=False
        ).values_list("level", "text")
    )
    questions: dict[str, list[AskedQuestion]] = {level: [] for level in Level.values}
    for wording in (
        wordings.filter(language=language).select_related("question").order_by("question__position")
    ):
        question = wording.question
        questions[question.level].append(
            AskedQuestion(question.pk, question.key, question.kind, wording.text, wording.hint)
        )
    return {
        level: AskedLevel(
            Level(level),
            introductions[level],
            tuple(asked),
            {question.key: question for question in asked},
        )
        for level, asked in questions.items()
    }
