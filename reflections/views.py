from contextlib import suppress

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.dates import time_of_day
from organisations.held import hold_words, wants_json
from reflections.entries import Outcome, Parts, Sheet, entries_in
from reflections.forms import PerspectiveForm
from reflections.models import Level, Participation, Reflection
from reflections.services import (
    AlreadyFinished,
    Discarded,
    change_perspective,
    discard_participation,
    finish_level,
    save_entries,
    start_participation,
)

STAGE_NAMES = {
    Parts.NOW: gettext_lazy("Where are you now?"),
    Parts.WANTED: gettext_lazy("Where do you want to be?"),
}


@require_http_methods(["GET", "POST"])
def participation_start(request):
    mine = Participation.objects.held_by(request)
    unfinished = mine.for_oneself().unfinished().first()
    if unfinished:
        return redirect(unfinished)
    form = PerspectiveForm(request.POST or None, initial={"perspective": mine.last_perspective()})
    if form.is_valid():
        return redirect(start_participation(by=request.user, **form.cleaned_data))
    return render(request, "reflections/participation_start.html", {"form": form})


@require_http_methods(["GET", "POST"])
def participation_perspective(request, pk):
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
    return render(request, "reflections/participation_perspective.html", context)


@require_http_methods(["GET", "POST"])
def participation_discard(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request).unfinished(), pk=pk)
    if request.method == "POST":
        with suppress(Discarded):  # pressed twice
            discard_participation(participation)
        messages.success(request, _("Your unfinished reflection is deleted."))
        return redirect("home")
    context = {"participation": participation}
    return render(request, "reflections/participation_discard.html", context)


@require_http_methods(["GET", "POST"])
def level_now(request, pk, level):
    return level_page(request, pk, level, Parts.NOW)


@require_http_methods(["GET", "POST"])
def level_wanted(request, pk, level):
    return level_page(request, pk, level, Parts.WANTED)


def level_page(request, pk, level, parts):
    """One level, now or wanted: shown, saved field by field, and left for the next step."""
    held = Participation.objects.held_by(request).with_reading_preference()
    participation = get_object_or_404(held, pk=pk)
    only = request.GET.get("question", "") if participation.one_question_a_page else None
    sheet = Sheet(participation, level, parts, get_language(), only)
    outcome, unanswered = Outcome(), []
    if request.method == "POST":
        try:
            outcome = save_entries(sheet, entries_in(request.POST))
        except (Discarded, Reflection.DoesNotExist) as gone:
            raise Http404 from gone
        except AlreadyFinished:
            if wants_json(request):
                return JsonResponse({"finished": True}, status=409)
            return hold_words(request, status=409, finished=participation)
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
    return render(request, f"reflections/level_{parts.name.lower()}.html", context)


def step_of(sheet):
    """How far somebody is who is asked one question at a time."""
    counts = {"number": sheet.number, "of": len(sheet.all_questions)}
    return _("Question %(number)d of %(of)d") % counts


def onwards(sheet):
    """The address of the step after this page."""
    here = [sheet.participation.pk, sheet.level]
    if not sheet.is_last:
        page = reverse(f"reflections:level_{sheet.parts.name.lower()}", args=here)
        return f"{page}?question={sheet.following.key}"
    if sheet.parts is Parts.WANTED:
        return reverse("actionplans:level_how", args=here)
    following = following_level(sheet)
    if following:
        return reverse("reflections:level_now", args=[here[0], following])
    return sheet.participation.get_absolute_url()


def following_level(sheet):
    """The next level outwards that is asked about; None after the last."""
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
    """What the page's script is told: values now stored, and what is wrong with the others."""
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
