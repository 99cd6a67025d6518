"""What an action answers, as the page that asks for it says: a level, a barrier or a question."""

import uuid
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from reflections.models import Barrier, Level, Participation, Question
from reflections.questionnaire import questionnaire


@dataclass(frozen=True)
class Source:
    """Where an action comes from: always a level, and perhaps a barrier or a question at it."""

    level: Level
    barriers: tuple[Barrier, ...] = ()
    question: Question | None = None
    question_text: str = ""


def source_of(request) -> Source:
    """The source that an address names; 404 if it is nothing of this person's.

    A barrier or a reflection that went while somebody was writing leaves them the level, which the
    form carries too: their words are worth more than the link.
    """
    try:
        return source_in(request)
    except Http404:
        level = request.POST.get("level")
        if level not in Level:
            raise
        return Source(Level(level))


def source_in(request) -> Source:
    mine = Participation.objects.held_by(request)
    if "barrier" in request.GET:
        barrier = get_object_or_404(
            Barrier.objects.select_related("reflection"),
            pk=as_uuid(request.GET["barrier"]),
            reflection__participation__in=mine,
        )
        return Source(Level(barrier.reflection.level), barriers=(barrier,))
    if "question" in request.GET:
        latest = get_object_or_404(mine.latest_first()[:1])
        levels = questionnaire(latest.question_set_id, latest.perspective, get_language())
        for level, asked in levels.items():
            found = asked.by_key.get(request.GET["question"])
            if found:
                question = Question.objects.get(pk=found.pk)
                return Source(Level(level), question=question, question_text=found.text)
        raise Http404
    if request.GET.get("level") in Level:
        return Source(Level(request.GET["level"]))
    raise Http404


def as_uuid(sent: str) -> uuid.UUID:
    try:
        return uuid.UUID(sent)
    except ValueError as error:
        raise Http404 from error
