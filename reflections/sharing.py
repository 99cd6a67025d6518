"""The texts that somebody wrote in a round, with their choice to share each or not."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reflections import privacy
from reflections.models import Answer, Level, Participation, Reflection
from reflections.questionnaire import AskedLevel, questionnaire


@dataclass(frozen=True)
class OwnText:
    """One text for its author: `shared` is yes, no, or None if they have not chosen."""

    kind: str
    pk: str
    label: str
    text: str
    shared: bool | None


@dataclass(frozen=True)
class LevelToShare:
    """A level of a participation, with the texts that its author wrote there."""

    reflection: Reflection
    level: Level
    texts: list[OwnText]

    @property
    def is_about_oneself(self) -> bool:
        return not privacy.may_be_shared(self.level)

    @property
    def is_answered(self) -> bool:
        return self.reflection.submitted_at is not None or bool(self.texts)

    @property
    def is_chosen(self) -> bool:
        """True once the author has chosen for everything at this level."""
        if self.is_about_oneself:
            return self.reflection.counted is not None
        return all(text.shared is not None for text in self.texts)

    @property
    def shared(self) -> list[OwnText]:
        return [text for text in self.texts if text.shared]

    @property
    def in_words(self) -> str:
        """The choice that was made, as a sentence."""
        if not self.is_chosen:
            return _("Not chosen yet")
        if self.is_about_oneself:
            return _("Your answers count") if self.reflection.counted else _("Kept to yourself")
        if not self.texts:
            return _("You wrote nothing here")
        if len(self.shared) == len(self.texts):
            return _("You share all of it")
        return _("You share some of it") if self.shared else _("You keep all of it to yourself")


def levels_to_share(participation: Participation) -> list[LevelToShare]:
    """Every level of a participation in a round, from the person outwards; three queries."""
    asked = questionnaire(participation.question_set_id, participation.perspective, get_language())
    reflections = {
        reflection.level: reflection
        for reflection in participation.reflections.prefetch_related("barriers")
    }
    comments = Answer.objects.filter(reflection__participation=participation).exclude(comment="")
    by_level: dict[str, list[Answer]] = {}
    for answer in comments.select_related("reflection", "question").order_by("question__position"):
        by_level.setdefault(answer.reflection.level, []).append(answer)
    return [
        LevelToShare(
            reflections[level],
            level,
            own_texts(reflections[level], by_level.get(level, []), asked[level]),
        )
        for level in Level
        if level in reflections
    ]


def own_texts(reflection: Reflection, answers: list[Answer], asked: AskedLevel) -> list[OwnText]:
    if not privacy.may_be_shared(reflection.level):
        return []
    texts = [
        OwnText(
            "comment",
            str(answer.pk),
            asked.by_key[answer.question.key].text,
            answer.comment,
            answer.comment_shared,
        )
        for answer in answers
    ]
    texts += [
        OwnText("barrier", str(barrier.pk), _("What gets in the way"), barrier.text, barrier.shared)
        for barrier in reflection.barriers.all()
    ]
    own_words = [
        ("vision", _("Where you want to be"), reflection.vision, reflection.vision_shared),
        ("idea", _("Your idea for the others"), reflection.idea, reflection.idea_shared),
    ]
    pk = str(reflection.pk)
    texts += [OwnText(kind, pk, label, text, yes) for kind, label, text, yes in own_words if text]
    return texts
