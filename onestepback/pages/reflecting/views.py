"""Pages on which people answer level by level, check, finish, and read their reflections."""

from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.models import Action
from onestepback.pages.actions.reading import planned_actions
from onestepback.pages.plans.reading import links_of, personal_plan_contents, planned_barriers
from onestepback.pages.reflecting.document import participation_document
from onestepback.pages.reflecting.forms import PerspectiveForm
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.unsaved_words import keep_words, keeps_words, wants_json
from onestepback.publishing.pdf import CannotPrint, pdf_response
from organisations.dates import time_of_day
from reflections.answer_sheet import AnswerSheet, Parts, SaveOutcome, fields_sent, takes_words
from reflections.answered import participation_records
from reflections.models import Level, Participation, Reflection
from reflections.services import (
    AlreadyFinished,
    Discarded,
    change_perspective,
    discard_participation,
    finish_level,
    finish_participation,
    save_answers,
    start_participation,
)
from reflections.sharing import levels_to_share

STAGE_NAMES = {
    Parts.NOW: gettext_lazy("Where are you now?"),
    Parts.WANTED: gettext_lazy("Where do you want to be?"),
}


@require_safe
def index(request):
    participations = Participation.objects.held_by(request)
    context = {
        "unfinished": participations.for_oneself().unfinished().first(),
        "in_rounds": participations.in_rounds().unfinished(),
        "finished": participations.finished().with_levels(),
    }
    return render(request, "reflecting/index.html", context)


@form_page
def start(request):
    participations = Participation.objects.held_by(request)
    unfinished = participations.for_oneself().unfinished().first()
    if unfinished:
        return redirect(unfinished)
    form = PerspectiveForm(
        request.POST or None, initial={"perspective": participations.last_perspective()}
    )
    if form.is_valid():
        return redirect(start_participation(by=request.user, **form.cleaned_data))
    return render(request, "reflecting/start.html", {"form": form})


@form_page
def perspective(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request).unfinished(), pk=pk)
    form = PerspectiveForm(request.POST or None, initial={"perspective": participation.perspective})
    if form.is_valid():
        try:
            change_perspective(participation, **form.cleaned_data)
        except AlreadyFinished:
            return redirect(participation)
        messages.success(request, _("The questions now fit what you chose. Your answers are kept."))
        return redirect(participation)
    context = {"form": form, "participation": participation}
    return render(request, "reflecting/perspective.html", context)


@form_page
def discard(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request).unfinished(), pk=pk)
    if request.method == "POST":
        with suppress(Discarded):  # pressed twice
            discard_participation(participation)
        messages.success(request, _("Your unfinished reflection is deleted."))
        return redirect("home:home")
    context = {"participation": participation}
    return render(request, "reflecting/discard.html", context)


@require_safe
def detail(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request), pk=pk)
    records = participation_records(participation)
    context = {"participation": participation, "records": records}
    if participation.round:
        context["sharing"] = levels_to_share(participation)
    if not participation.is_changeable:
        return render(request, "reflecting/record.html", context)
    actions = Action.objects.in_own_plan(request.user).open().count_by_level()
    context["tasks"] = [(record, actions.get(record.level, 0)) for record in records]
    return render(request, "reflecting/detail.html", context)


@form_page
def check(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request), pk=pk)
    error = None
    if request.method == "POST":
        try:
            finish_participation(participation)
        except Discarded as gone:
            raise Http404 from gone
        except AlreadyFinished:
            return redirect(participation)
        except ValidationError as nothing_answered:
            error = nothing_answered.messages[0]
        else:
            return redirect("reflecting:finished", pk=pk)
    elif not participation.is_changeable:
        return redirect(participation)
    context = {
        "participation": participation,
        "records": participation_records(participation),
        "sharing": levels_to_share(participation) if participation.round else [],
        "actions": planned_actions(
            Action.objects.in_own_plan(request.user).open().for_plan(), reader=request.user
        ),
        "error": error,
    }
    return render(request, "reflecting/check.html", context)


@require_safe
def finished(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request).finished(), pk=pk)
    contents = personal_plan_contents(request.user)
    context = {"participation": participation, "contents": contents}
    return render(request, "reflecting/finished.html", context)


@require_safe
def pdf(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request).finished(), pk=pk)
    large = request.GET.get("print") == "large"
    try:
        document = participation_document(participation, reader=request.user, large=large)
    except CannotPrint as sorry:
        messages.error(request, str(sorry))
        return redirect(participation)
    return pdf_response(document.content, filename=document.filename)


# --- A level --------------------------------------------------------------------------------------


@form_page
@keeps_words(named=takes_words)
def now(request, pk, level):
    return level_page(request, pk, level, Parts.NOW)


@form_page
@keeps_words(named=takes_words)
def wanted(request, pk, level):
    return level_page(request, pk, level, Parts.WANTED)


def level_page(request, pk, level, parts):
    """One stage of a level: show the questions, save the fields, and lead on to the next step."""
    held = Participation.objects.held_by(request).with_reading_preference()
    participation = get_object_or_404(held, pk=pk)
    only = request.GET.get("question", "") if participation.one_question_a_page else None
    sheet = AnswerSheet(participation, level, parts, get_language(), only)
    outcome, unanswered = SaveOutcome(), []
    if request.method == "POST":
        try:
            outcome = save_answers(sheet, fields_sent(request.POST))
        except (Discarded, Reflection.DoesNotExist) as gone:
            raise Http404 from gone
        except AlreadyFinished:
            if wants_json(request):
                return JsonResponse({"finished": True}, status=409)
            return keep_words(request, status=409, finished=participation)
        if wants_json(request):
            return save_answer(sheet, outcome)
        go = request.POST.get("go", "on")
        if outcome.is_clean and go == "later":
            return saved(request, participation)
        if outcome.is_clean and go == "on":
            unanswered = sheet.unanswered()
            if not unanswered or "asked" in request.POST:
                if parts is Parts.NOW and sheet.is_last:
                    finish_level(sheet.reflection)
                return saved(request, onwards(sheet))
    elif not participation.is_changeable:
        return redirect(participation)
    else:
        try:
            sheet.load()
        except Reflection.DoesNotExist as not_asked:
            raise Http404 from not_asked
    context = {
        "participation": participation,
        "sheet": sheet,
        "stage_name": STAGE_NAMES[parts],
        "step": "" if only is None else step_of(sheet),
        "outcome": outcome,
        "page": sheet.page(outcome),
        "problems": sheet.problems(outcome),
        "unanswered": unanswered,
    }
    return render(request, f"reflecting/{parts.name.lower()}.html", context)


def step_of(sheet):
    """The number of the question, for people who are asked one question at a time."""
    counts = {"number": sheet.number, "of": len(sheet.all_questions)}
    return _("Question %(number)d of %(of)d") % counts


def onwards(sheet):
    """The address of the step after this page."""
    arguments = [sheet.participation.pk, sheet.level]
    if not sheet.is_last:
        page = reverse(f"reflecting:{sheet.parts.name.lower()}", args=arguments)
        return f"{page}?question={sheet.following.key}"
    if sheet.parts is Parts.WANTED:
        return reverse("reflecting:how", args=arguments)
    following = following_level(sheet)
    if following:
        return reverse("reflecting:now", args=[arguments[0], following])
    return sheet.participation.get_absolute_url()


def following_level(sheet):
    """The next level after this page's that the sitting asks about; None after the last."""
    asked = set(sheet.participation.reflections.values_list("level", flat=True))
    levels = list(Level)
    further = levels[levels.index(sheet.level) + 1 :]
    return next((level for level in further if level in asked), None)


def saved(request, to):
    messages.success(request, saved_at())
    return redirect(to)


def saved_at():
    return _("Saved at %(time)s") % {"time": time_of_day(timezone.now())}


def save_answer(sheet, outcome):
    """The JSON for the page's script: the stored values, and what is wrong with the others."""
    return JsonResponse(
        {
            "message": saved_at(),
            "saved": outcome.saved,
            "problems": {
                field.name: {"stored": field.stored, "error": field.error, "other": field.other}
                for field in sheet.problems(outcome)
            },
        },
        status=200 if outcome.is_clean else 409,
    )


@require_safe
def how(request, pk, level):
    participation = get_object_or_404(Participation.objects.held_by(request), pk=pk)
    records = {record.level: record for record in participation_records(participation)}
    if not participation.is_changeable or level not in records:
        raise Http404
    record = records[level]
    actions = Action.objects.in_own_plan(request.user).filter(level=level).for_plan()
    planned = planned_actions(actions, reader=request.user)
    context = {
        "participation": participation,
        "level": level,
        "record": record,
        "barriers": planned_barriers(record, planned, links_of(planned)),
        "wishes": [answer for answer in record.questions if answer.wants_more],
        "actions": [action for action in planned if not action.is_closed],
        "next_level": level_after(level, records),
    }
    return render(request, "reflecting/how.html", context)


def level_after(level, asked):
    """The next level after `level` among those asked about; None after the last."""
    levels = list(Level)
    return next((next_ for next_ in levels[levels.index(level) + 1 :] if next_ in asked), None)
