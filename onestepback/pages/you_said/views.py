"""Pages of “You said, we did”: written, shown to a plan's readers, then published for everybody."""

import zoneinfo
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.models import Action, ActionPlan
from actionplans.services.actions import EditConflict
from actionplans.you_said import (
    ShownMeanwhile,
    behind_the_words,
    hide_you_said,
    public_page,
    publish_you_said,
    published_address,
    publishing_version,
    show_you_said,
    shown_version,
    state_of,
    take_back_you_said,
    write_words,
)
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.unsaved_words import keeps_words
from onestepback.pages.you_said.document import you_said_document
from onestepback.pages.you_said.forms import ShowForm, YouSaidForm
from onestepback.publishing.pdf import CannotPrint, pdf_response


def edited_plan(request, pk):
    """A group's plan that the user looks after, with its group and rights."""
    plans = ActionPlan.objects.shared().editable_by(request.user).with_rights(request.user)
    return get_object_or_404(plans, pk=pk)


@form_page
@keeps_words(ShowForm)
def detail(request, pk):
    """The words that readers are shown and the published page; editors also see what to do next."""
    if request.method == "POST":
        return show_to_readers(request, edited_plan(request, pk))
    plan = get_object_or_404(ActionPlan.objects.shared_with(request.user), pk=pk)
    return show_detail(request, plan)


def show_to_readers(request, plan):
    if request.POST.get("go") == "hide":
        hide_you_said(plan, by=request.user)
        messages.success(request, _("It is no longer shown to the plan’s readers."))
        return redirect("you_said:detail", pk=plan.pk)
    form = ShowForm(request.POST)
    if form.is_valid():
        try:
            show_you_said(plan, by=request.user, **form.cleaned_data)
        except ShownMeanwhile as conflict:
            plan = edited_plan(request, plan.pk)
            form.show_conflict(
                introduction=state_of(conflict.plan).present.introduction,
                version=shown_version(conflict.plan),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            message = _("The plan’s readers can read it now. Nobody else can yet.")
            if plan.published_token:
                message = _(
                    "The plan’s readers can read it now. The public page has the old words."
                )
            messages.success(request, message)
            return redirect("you_said:detail", pk=plan.pk)
    return show_detail(request, plan, form)


def show_detail(request, plan, form=None):
    state = state_of(plan)
    context = {"plan": plan, "state": state, "form": None, "page": None}
    if plan.published_token:
        answered_for = ActionPlan.objects.answered_for_by(request.user)
        context |= {
            "address": published_address(plan),
            "can_take_back": answered_for.contains(plan),
        }
    if plan.can_edit:
        initial = {
            "version": shown_version(plan),
            "introduction": state.present.introduction,
        }
        actions = Paginator(plan.actions.for_telling(), 50)
        context["form"] = form or ShowForm(initial=initial)
        context["page"] = actions.get_page(request.GET.get("page"))
    return render(request, "you_said/detail.html", context)


@form_page
@keeps_words(YouSaidForm)
def write(request, pk):
    """Write in new words, for one action, what was said and what was done."""
    actions = Action.objects.tellable().in_plans_edited_by(request.user).for_plan()
    action = get_object_or_404(actions, pk=pk)
    form = YouSaidForm(request.POST or None, action=action)
    if form.is_valid():
        try:
            write_words(action, by=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            form.show_conflict(conflict.action)
        else:
            messages.success(request, message_about_words(form.cleaned_data))
            return redirect("you_said:detail", pk=action.plan_id)
    context = {"action": action, "reminder": behind_the_words(action), "form": form}
    return render(request, "you_said/write.html", context)


def message_about_words(words):
    """The message after saving words; it tells whether they will be shown."""
    written = [name for name in ("you_said", "we_did") if words[name]]
    if not written:
        return _("Nothing is written about this action, so it is not shown.")
    if len(written) == 1:
        return _("Your words are saved. They are shown once both halves are written.")
    return _("Your words are saved. Nobody else is shown them yet.")


@form_page
def publish(request, pk):
    """Show what everybody will be able to read, and publish it once that is confirmed."""
    plan = edited_plan(request, pk)
    if request.method == "POST":
        try:
            publish_you_said(plan, by=request.user, version=request.POST.get("version", ""))
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(
                request, _("It is published. Everybody who has the address can read it.")
            )
        return redirect("you_said:detail", pk=pk)
    state = state_of(plan)
    if not state.can_publish:
        return redirect("you_said:detail", pk=pk)
    context = {"plan": plan, "state": state, "version": publishing_version(plan)}
    return render(request, "you_said/publish.html", context)


@form_page
def take_back(request, pk):
    plans = ActionPlan.objects.answered_for_by(request.user).with_rights(request.user)
    plan = get_object_or_404(plans, pk=pk)
    if request.method == "POST":
        try:
            take_back_you_said(plan, by=request.user, token=request.POST.get("token", ""))
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(
                request, _("It is taken back. The address leads nowhere now, and never will again.")
            )
        return redirect("you_said:detail", pk=pk)
    if not plan.published_token:
        return redirect("you_said:detail", pk=pk)
    return render(request, "you_said/take_back.html", {"plan": plan})


# --- For everybody who has the address ----------------------------------------------------------


@login_not_required
@require_safe
def public(request, published_token):
    plan = published_plan(published_token)
    with timezone.override(zoneinfo.ZoneInfo(plan.keeper.time_zone)):
        return for_everybody(public_html(plan))


@login_not_required
@require_safe
def public_pdf(request, published_token):
    plan = published_plan(published_token)
    large = request.GET.get("print") == "large"
    with timezone.override(zoneinfo.ZoneInfo(plan.keeper.time_zone)):
        try:
            document = you_said_document(plan, large=large)
        except CannotPrint as sorry:
            # No message to keep for the next page: whoever reads this has no session.
            page = public_html(plan, sorry=str(sorry))
            return for_everybody(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return unlisted(pdf_response(document.content, filename=document.filename))


def published_plan(published_token):
    plans = ActionPlan.objects.published().with_group()
    return get_object_or_404(plans, published_token=published_token)


def public_html(plan, *, sorry=""):
    """The published page, made without the request, so that it is the same for every reader."""
    context = {
        "page": public_page(plan),
        "token": plan.published_token,
        "sorry": sorry,
        "user": None,
        "messages": [],
    }
    return render_to_string("you_said/public.html", context)


def for_everybody(html, *, status=HTTPStatus.OK):
    response = unlisted(HttpResponse(html, status=status))
    # Taking it back works at once: nobody on the way keeps a copy.
    response["Cache-Control"] = "private, no-store"
    return response


def unlisted(response):
    """Keep the page out of search engines, and its address out of the links on it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
