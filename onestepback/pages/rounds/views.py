"""Pages for running a round: planning, changing, extending, reminding and closing it."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestepback.pages.actions.reading import ACTIONS_A_PAGE, planned_anywhere
from onestepback.pages.rounds.forms import LastDayForm, RoundForm
from onestepback.pages.rounds.review import actions_to_review, done_since_last_round
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.unsaved_words import keeps_words
from organisations.groups import today_of
from organisations.models import Organisation, System, Team
from reflections import rounds
from reflections.models import Participation, Round
from reflections.who_sees_what import safeguarding_contact_of, who_sees_what


@form_page
@keeps_words(RoundForm)
def plan_for_team(request, pk):
    managed = Team.objects.managed_by(request.user).select_related("organisation")
    team = get_object_or_404(managed, pk=pk)
    return round_plan(request, team, allows_named=team.organisation.allows_named_rounds)


@form_page
@keeps_words(RoundForm)
def plan_for_organisation(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    return round_plan(request, organisation)


@form_page
@keeps_words(RoundForm)
def plan_for_system(request, slug):
    system = get_object_or_404(System.objects.editable_by(request.user), slug=slug)
    return round_plan(request, system)


def round_plan(request, group, allows_named=False):
    """Plan a round of a group, after a page on which its open actions are reviewed."""
    today = today_of(group)
    if request.method != "POST" and "reviewed" not in request.GET:
        actions = actions_to_review(group, reader=request.user)
        page = Paginator(actions, ACTIONS_A_PAGE).get_page(request.GET.get("page"))
        if page.paginator.count:
            planned = planned_anywhere(page, reader=request.user)
            context = {"group": group, "page": page, "actions": planned}
            return render(request, "rounds/review.html", context)
    form = RoundForm(
        request.POST or None,
        group=group,
        allows_named=allows_named,
        today=today,
        button=_("Plan this round"),
        initial=rounds.usual_settings(today),
    )
    if form.is_valid():
        try:
            round_ = rounds.plan_round(group, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, message_about_round(round_))
            return redirect(round_)
    context = {"group": group, "form": form, **rounds.size_and_minimum(group)}
    return render(request, "rounds/plan.html", context)


def message_about_round(round_):
    if round_.is_scheduled:
        return _("The round is planned. It opens by itself on its day.")
    if settings.MAIL_IS_SENT:
        return _("The round is open. Its people get a letter.")
    return _("The round is open. This site sends no e-mail, so tell its people yourself.")


@require_safe
def of_team(request, pk):
    visible = Team.objects.visible_to(request.user).with_rights(request.user)
    team = get_object_or_404(visible.select_related("organisation"), pk=pk)
    plan = reverse("rounds:plan_for_team", args=[pk]) if team.can_manage else ""
    return round_list(request, team, plan)


@require_safe
def of_organisation(request, slug):
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    manages = Organisation.objects.editable_by(request.user).contains(organisation)
    plan = reverse("rounds:plan_for_organisation", args=[slug]) if manages else ""
    return round_list(request, organisation, plan)


@require_safe
def of_system(request, slug):
    system = get_object_or_404(System.objects.visible_to(request.user), slug=slug)
    return round_list(request, system, reverse("rounds:plan_for_system", args=[slug]))


def round_list(request, group, plan):
    """List the group's rounds that the user may see. `plan` is the address to plan another."""
    visible = Round.objects.visible_to(request.user).of_group(group)
    readable = set(
        Round.objects.results_for(request.user).of_group(group).values_list("pk", flat=True)
    )
    listed = [(round_, round_.pk in readable) for round_ in visible]
    under_way = [round_ for round_, _is_readable in listed if not round_.is_closed]
    context = {"group": group, "rounds": listed, "plan": "" if under_way else plan}
    return render(request, "rounds/index.html", context)


@require_safe
def detail(request, pk):
    visible = Round.objects.visible_to(request.user).with_rights(request.user)
    round_ = get_object_or_404(visible.with_group(), pk=pk)
    mine = Participation.objects.held_by(request).in_round(round_).first()
    context = {
        "round": round_,
        "done": done_since_last_round(round_, reader=request.user) if round_.is_open else None,
        "mine": mine,
        "manages": round_.can_manage,
        "is_asked": Round.objects.asking(request.user).contains(round_),
        "promises": who_sees_what(round_),
        "contact": safeguarding_contact_of(round_),
        "finished": rounds.how_many_finished(round_) if round_.is_open else None,
        "has_results": Round.objects.results_for(request.user).contains(round_),
        **rounds.size_and_minimum(round_.group, round_),
    }
    return render(request, "rounds/detail.html", context)


def managed_round(request, pk, which):
    return get_object_or_404(which(Round.objects.managed_by(request.user)).with_group(), pk=pk)


@form_page
@keeps_words(RoundForm)
def edit(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.scheduled())
    form = RoundForm(
        request.POST or None,
        group=round_.group,
        allows_named=rounds.allows_named(round_.group),
        today=round_.today,
        button=_("Save changes"),
        initial=RoundForm.initial_of(round_),
    )
    if form.is_valid():
        try:
            round_ = rounds.change_round(round_, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except rounds.RoundClosed:
            return opened_meanwhile(request, round_)
        else:
            messages.success(request, message_about_round(round_))
            return redirect(round_)
    return render(request, "rounds/edit.html", {"round": round_, "form": form})


@form_page
def cancel(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.scheduled())
    if request.method == "POST":
        try:
            rounds.cancel_round(round_, by=request.user)
        except rounds.RoundClosed:
            return opened_meanwhile(request, round_)
        messages.success(request, _("The planned round is cancelled."))
        return redirect(round_.group)
    return render(request, "rounds/cancel.html", {"round": round_})


def opened_meanwhile(request, round_):
    messages.error(request, _("The round has opened meanwhile, so its settings do not change."))
    return redirect(round_)


@form_page
@keeps_words(LastDayForm)
def extend(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.under_way())
    form = LastDayForm(request.POST or None)
    if form.is_valid():
        try:
            rounds.extend_round(round_, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("closes_on", error.messages)
        except rounds.RoundClosed:
            return redirect(round_)
        else:
            messages.success(request, _("The last day is changed."))
            return redirect(round_)
    return render(request, "rounds/extend.html", {"round": round_, "form": form})


@form_page
def remind(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.under_way())
    if request.method == "POST":
        try:
            done = rounds.remind_people(round_, by=request.user)
        except rounds.RoundClosed:
            return redirect(round_)
        if done:
            messages.success(request, _("Those who have not finished get a reminder."))
        else:
            messages.info(request, _("A reminder went today already. You can send one tomorrow."))
        return redirect(round_)
    return render(request, "rounds/remind.html", {"round": round_})


@form_page
def close(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.exclude(opened_at=None))
    if request.method == "POST":
        rounds.close_round(round_, by=request.user)
        messages.success(request, _("The round is closed."))
        return redirect(round_)
    if round_.is_closed:
        return redirect(round_)
    context = {"round": round_, "finished": rounds.how_many_finished(round_)}
    return render(request, "rounds/close.html", context)
