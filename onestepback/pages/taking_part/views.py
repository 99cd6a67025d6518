"""Pages for joining a round, for sharing words, and for withdrawing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.services.shared_words import share_words
from onestepback.pages.rounds.review import done_since_last_round
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.unsaved_words import keeps_words
from onestepback.pages.taking_part.forms import CountedForm, SharingForm, TakePartForm
from reflections import rounds
from reflections.models import Participation, Round
from reflections.services import AlreadyFinished
from reflections.sharing import levels_to_share
from reflections.who_sees_what import safeguarding_contact_of, who_sees_what


@form_page
def take_part(request, pk):
    asked = Round.objects.asking(request.user).under_way().with_group()
    round_ = get_object_or_404(asked, pk=pk)
    participations = Participation.objects.held_by(request)
    joined = participations.in_round(round_).first()
    if joined:
        return redirect(joined)
    form = TakePartForm(
        request.POST or None,
        is_named=round_.is_named,
        initial={"perspective": participations.last_perspective()},
    )
    if form.is_valid():
        perspective = form.cleaned_data["perspective"]
        try:
            return redirect(rounds.join_round(round_, by=request.user, perspective=perspective))
        except rounds.RoundClosed:
            return redirect(round_)
    context = {
        "round": round_,
        "form": form,
        "promises": who_sees_what(round_),
        "contact": safeguarding_contact_of(round_),
        "done": done_since_last_round(round_, reader=request.user),
        **rounds.size_and_minimum(round_.group, round_),
    }
    return render(request, "taking_part/take_part.html", context)


@require_safe
def share(request, pk):
    """The list of levels; each has a page on which its author shares texts or keeps them."""
    participation = in_round(request, pk)
    context = {"participation": participation, "levels": levels_to_share(participation)}
    return render(request, "taking_part/share.html", context)


def in_round(request, pk):
    held = Participation.objects.held_by(request).in_rounds()
    return get_object_or_404(held, pk=pk)


@form_page
@keeps_words(SharingForm, CountedForm)
def share_level(request, pk, level):
    participation = in_round(request, pk)
    here = next((each for each in levels_to_share(participation) if each.level == level), None)
    if here is None or (not participation.round.is_open and not here.shared):
        raise Http404
    form = sharing_form(request, participation, here)
    if request.method == "POST" and request.POST.get("go") == "take-back":
        share_words(here.reflection, texts=taken_back(request, here))
        messages.success(request, _("It is taken back. Nobody else can read it any more."))
        return redirect("taking_part:share", pk=pk)
    if form.is_valid():
        chosen = (
            {"texts": {}, "counted": form.cleaned_data["counted"]}
            if here.is_about_oneself
            else {"texts": form.chosen}
        )
        try:
            share_words(here.reflection, **chosen)
        except AlreadyFinished:
            return redirect("taking_part:share", pk=pk)
        messages.success(request, _("Your choice is saved"))
        return redirect("taking_part:share", pk=pk)
    context = {"participation": participation, "here": here, "form": form}
    return render(request, "taking_part/share_level.html", context)


def sharing_form(request, participation, level):
    data = request.POST if request.method == "POST" and "go" not in request.POST else None
    if level.is_about_oneself:
        counted = {True: "yes", False: "no"}.get(level.reflection.counted)
        return CountedForm(data, initial={"counted": counted})
    return SharingForm(data, texts=level.texts, is_named=participation.round.is_named)


def taken_back(request, level):
    wanted = request.POST.get("text")
    return {(text.kind, text.pk): False for text in level.shared if text.pk == wanted}


@form_page
def withdraw(request, pk):
    participation = in_round(request, pk)
    if not (participation.is_finished and participation.round.is_open):
        raise Http404
    if request.method == "POST":
        try:
            rounds.withdraw_participation(participation)
        except AlreadyFinished:
            messages.error(request, _("The round has closed meanwhile, so your answers count."))
        else:
            messages.success(request, _("Your answers are withdrawn. Nobody counts them."))
        return redirect(participation.round)
    context = {"participation": participation, "round": participation.round}
    return render(request, "taking_part/withdraw.html", context)
