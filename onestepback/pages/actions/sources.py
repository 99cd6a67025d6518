"""The source of a new action, as an address names it: a level, barrier, idea or question."""

import uuid
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import get_language

from actionplans.models import ActionPlan
from reflections.models import Barrier, Level, Participation, Question, Round
from reflections.questionnaire import questionnaire, words_of
from reflections.summaries import Figures, SharedText, latest_barriers, shared_texts


@dataclass(frozen=True)
class Source:
    """The source of an action: a level, and perhaps barriers, an idea or a question at it."""

    level: Level
    barriers: tuple[Barrier, ...] = ()
    question: Question | None = None
    question_text: str = ""
    idea: SharedText | None = None

    @property
    def fields(self) -> dict:
        """The source as fields of an action, as the services take them."""
        idea = {"idea": self.idea.text, "idea_key": self.idea.pk} if self.idea else {}
        return {"barriers": self.barriers, "question": self.question, **idea}


def source_of(request, plan: ActionPlan | None = None) -> Source:
    """The source that an address names; 404 if it names none that this person may read.

    It is in the group's plan if there is one, else in the person's own reflections. A barrier or a
    reflection may be deleted while somebody is writing. Then the source is only the level, which
    the form carries too, because their words are worth more than the link.
    """
    try:
        return shared_source_in(request, plan) if plan else source_in(request)
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


def shared_source_in(request, plan: ActionPlan) -> Source:
    """Texts that people shared in a group's rounds, or a question that those rounds asked."""
    if "barrier" in request.GET:
        keys = {str(as_uuid(sent)) for sent in request.GET.getlist("barrier")}
        texts = [text for text in readable_texts(request.user, plan) if text.pk in keys]
        if {text.pk for text in texts} != keys or len({text.level for text in texts}) != 1:
            raise Http404
        barriers = Barrier.objects.filter(pk__in=keys).order_by("pk")
        barriers = barriers.select_related("reflection__participation__round")
        return Source(Level(texts[0].level), barriers=tuple(barriers))
    if "idea" in request.GET:
        key = str(as_uuid(request.GET["idea"]))
        found = [text for text in readable_texts(request.user, plan, "idea") if text.pk == key]
        if not found:
            raise Http404
        return Source(Level(found[0].level), idea=found[0])
    if "question" in request.GET:
        asked = Question.objects.filter(
            key=slugify(request.GET["question"]),
            question_set__rounds__in=Round.objects.of_group(plan.shared_group),
        )
        question = get_object_or_404(asked.order_by("-question_set_id")[:1])  # the newest words
        text = words_of(question, get_language())
        return Source(Level(question.level), question=question, question_text=text)
    return source_in(request)


def readable_texts(user, plan: ActionPlan, kind: str = "barrier") -> list[SharedText]:
    """The texts shared in a group's rounds that the user may read, in its plan or in results.

    Ideas come from confidential rounds only: an action copies their words, and everybody who reads
    the plan reads it.
    """
    closed = Round.objects.results_for(user).of_group(plan.shared_group)
    if kind == "idea":
        closed = closed.filter(sharing=Round.Sharing.CONFIDENTIAL)
    texts = [text for each in closed for text in shared_texts(each, Figures.of(each))]
    latest = latest_barriers(plan.shared_group) if kind == "barrier" else []
    return list({text.pk: text for text in [*texts, *latest] if text.kind == kind}.values())


def as_uuid(sent: str) -> uuid.UUID:
    try:
        return uuid.UUID(sent)
    except ValueError as error:
        raise Http404 from error
