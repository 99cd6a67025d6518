"""Pages that answer proposals, and pages on which their authors change or take them back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from actionplans.models import Action
from actionplans.services.actions import EditConflict
from actionplans.services.proposals import (
    accept_proposal,
    change_proposal,
    decline_proposal,
    why_it_is_over,
    withdraw_proposal,
)
from onestepback.pages.actions.proposal_forms import (
    AcceptProposalForm,
    DeclineProposalForm,
    ProposalChangeForm,
    TakeBackProposalForm,
)
from onestepback.pages.actions.reading import planned_action
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.redirects import next_page
from onestepback.pages.shared.unsaved_words import keeps_words

# --- By whoever looks after the plan --------------------------------------------------------------


def proposal(request, pk):
    """A proposal in a plan that the user looks after, even if it was answered meanwhile."""
    proposed = Action.objects.in_plans_edited_by(request.user)
    proposed = proposed.filter(plan__user=None, updates__changes__status=["", "proposed"])
    return get_object_or_404(proposed.for_list().for_plan(), pk=pk)


def is_over(request, action):
    """True if it is too late to open a form. A POST goes on, so that no typed words are lost."""
    return request.method != "POST" and action.status != Action.Status.PROPOSED


def lead_on(request, action, after):
    messages.info(request, why_it_is_over(action))
    return redirect(after)


@form_page
@keeps_words(AcceptProposalForm)
def accept(request, pk):
    action = proposal(request, pk)
    after = next_page(request, otherwise=action.get_absolute_url())
    if is_over(request, action):
        return lead_on(request, action, after)
    form = AcceptProposalForm(
        request.POST or None, plan=action.plan, person=request.user, action=action
    )
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            accept_proposal(action, by=request.user, version=version, **form.promise)
        except EditConflict as conflict:
            form.show_conflict(conflict)
        except ValidationError as answered:
            form.add_error(None, answered)
        else:
            messages.success(request, _("The proposal is an action now"))
            return redirect(after)
    context = {"action": as_read(action, request), "form": form, "next": after}
    return render(request, "actions/accept.html", context)


@form_page
@keeps_words(DeclineProposalForm)
def decline(request, pk):
    action = proposal(request, pk)
    after = next_page(request, otherwise=action.get_absolute_url())
    if is_over(request, action):
        return lead_on(request, action, after)
    form = DeclineProposalForm(request.POST or None, initial={"version": action.version})
    if form.is_valid():
        try:
            decline_proposal(action, by=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            form.add_error(None, _("The proposal was changed meanwhile. Read it again first"))
            form.put("version", conflict.action.version)
            action = conflict.action
        except ValidationError as answered:
            form.add_error(None, answered)
        else:
            messages.success(request, _("The proposal is declined"))
            return redirect(after)
    context = {"action": as_read(action, request), "form": form, "next": after}
    return render(request, "actions/decline.html", context)


def as_read(action, request):
    return planned_action(action, reader=request.user, today=action.plan.today)


# --- By whoever proposed it -----------------------------------------------------------------------


def own_proposal(request, pk):
    """A proposal that the user made, even if it was answered meanwhile."""
    proposed = Action.objects.proposed_by(request.user)
    return get_object_or_404(proposed.for_list().for_plan(), pk=pk)


@form_page
@keeps_words(ProposalChangeForm)
def edit_proposal(request, pk):
    action = own_proposal(request, pk)
    after = next_page(request, otherwise=action.get_absolute_url())
    if is_over(request, action):
        return lead_on(request, action, after)
    given = {"plan": action.plan, "person": request.user, "action": action}
    form = ProposalChangeForm(request.POST or None, **given)
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            change_proposal(action, by=request.user, version=version, **form.promise)
        except EditConflict as conflict:
            form.show_conflict(conflict)
        except ValidationError as answered:
            form.add_error(None, answered)
        else:
            messages.success(request, _("Your changes are saved"))
            return redirect(after)
    context = {"action": action, "form": form, "next": after}
    return render(request, "actions/edit_proposal.html", context)


@form_page
@keeps_words(TakeBackProposalForm)
def take_back_proposal(request, pk):
    action = own_proposal(request, pk)
    after = next_page(request, otherwise=action.get_absolute_url())
    if is_over(request, action):
        return lead_on(request, action, after)
    form = TakeBackProposalForm(request.POST or None)
    if form.is_valid():
        try:
            withdraw_proposal(action, by=request.user, **form.cleaned_data)
        except ValidationError as answered:
            form.add_error(None, answered)
        else:
            messages.success(request, _("Your proposal is taken back"))
            return redirect(after)
    context = {"action": as_read(action, request), "form": form, "next": after}
    return render(request, "actions/take_back_proposal.html", context)
