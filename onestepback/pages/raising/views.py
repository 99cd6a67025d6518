"""Pages for raising an action to the plan above, and for answering what was raised."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.models import Action, ActionPlan, Escalation
from actionplans.raising import (
    TAKEN_BACK,
    accept_escalation,
    decline_escalation,
    group_above,
    raise_action,
    withdraw_escalation,
)
from onestepback.pages.raising.forms import AcceptRaisedForm, DeclineRaisedForm, RaiseForm
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.redirects import next_page
from onestepback.pages.shared.unsaved_words import keeps_words


@form_page
@keeps_words(RaiseForm)
def raise_to_plan_above(request, pk):
    raisable = Action.objects.in_plans_edited_by(request.user).below_another()
    if request.method != "POST":  # what was typed about one that is over meanwhile is kept
        raisable = raisable.open()
    action = get_object_or_404(raisable.with_raised().for_raising(), pk=pk)
    above = group_above(action.plan)
    after = next_page(request, otherwise=action.get_absolute_url())
    form = RaiseForm(request.POST or None, above=above)
    if form.is_valid():
        try:
            raise_action(action, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            message = _("It is raised to %(group)s. This page will say what they answer.")
            messages.success(request, message % {"group": above})
            return redirect(after)
    elif request.method != "POST" and action.is_raised:
        messages.info(request, _("This is raised already. Its page says what became of it."))
        return redirect(after)
    context = {
        "action": action,
        "plan": action.plan,
        "above": above,
        "form": form,
        "next": after,
    }
    return render(request, "raising/raise_to_plan_above.html", context)


@require_safe
def index(request, pk):
    plans = ActionPlan.objects.receiving().editable_by(request.user).with_rights(request.user)
    plan = get_object_or_404(plans, pk=pk)
    raised = plan.escalations.with_words().with_groups().waiting_first()
    page = Paginator(raised, 30).get_page(request.GET.get("page"))
    return render(request, "raising/index.html", {"plan": plan, "page": page})


def answerable(request, pk):
    answerable = Escalation.objects.answerable_by(request.user).with_groups()
    return get_object_or_404(answerable, pk=pk)


@form_page
@keeps_words(AcceptRaisedForm)
def accept(request, pk):
    escalation = answerable(request, pk)
    form = AcceptRaisedForm(request.POST or None, person=request.user, escalation=escalation)
    if form.is_valid():
        reply = form.cleaned_data["reply"]
        try:
            action = accept_escalation(escalation, by=request.user, reply=reply, **form.promise)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is accepted. This is the action that it became."))
            return redirect(action)
    elif request.method != "POST" and not escalation.is_waiting:
        return answered_already(request, escalation)
    context = {"escalation": escalation, "form": form}
    return render(request, "raising/accept.html", context)


@form_page
@keeps_words(DeclineRaisedForm)
def decline(request, pk):
    escalation = answerable(request, pk)
    form = DeclineRaisedForm(request.POST or None)
    if form.is_valid():
        try:
            decline_escalation(escalation, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is declined. Those who raised it are told why."))
            return redirect("raising:index", pk=escalation.plan_id)
    elif request.method != "POST" and not escalation.is_waiting:
        return answered_already(request, escalation)
    context = {"escalation": escalation, "form": form}
    return render(request, "raising/decline.html", context)


@form_page
def withdraw(request, pk):
    raised = Escalation.objects.raised_from_plans_of(request.user).with_groups()
    escalation = get_object_or_404(raised, pk=pk)
    after = next_page(request, otherwise=escalation.action.get_absolute_url())
    if request.method == "POST":
        try:
            withdraw_escalation(escalation, by=request.user)
        except ValidationError as answered:
            messages.error(request, answered.messages[0])
        else:
            messages.success(request, _("It is taken back."))
        return redirect(after)
    if not escalation.is_waiting:
        messages.info(request, _("This does not wait for an answer any more."))
        return redirect(after)
    context = {"escalation": escalation, "next": after}
    return render(request, "raising/withdraw.html", context)


def answered_already(request, escalation):
    withdrawn = escalation.status == Escalation.Status.WITHDRAWN
    messages.info(request, TAKEN_BACK if withdrawn else _("This is answered already."))
    return redirect("raising:index", pk=escalation.plan_id)
