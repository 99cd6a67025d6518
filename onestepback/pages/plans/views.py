"""Pages of action plans: reading them, taking them away as files, and adding to them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans import events
from actionplans.calendars import plan_calendar
from actionplans.models import ActionPlan
from actionplans.raising import waiting_in
from actionplans.services.actions import add_action
from actionplans.services.plans import VisionConflict, personal_plan, plan_of, set_vision
from onestepback.pages.actions.filters import ActionFilter
from onestepback.pages.actions.forms import ActionForm, SharedActionForm
from onestepback.pages.actions.proposal_forms import ProposalForm
from onestepback.pages.actions.reading import ACTIONS_A_PAGE, planned_in
from onestepback.pages.actions.sources import source_of
from onestepback.pages.plans.document import plan_document, plan_filename
from onestepback.pages.plans.forms import VisionForm
from onestepback.pages.plans.overview import Overview
from onestepback.pages.plans.reading import PlanContents, personal_plan_contents, shared_plan_levels
from onestepback.pages.plans.spreadsheet import plan_sheet
from onestepback.pages.shared.methods import form_page, leaves_nothing_on_head
from onestepback.pages.shared.redirects import named_link, next_page
from onestepback.pages.shared.unsaved_words import keeps_words
from onestepback.publishing.calendars import calendar_response
from onestepback.publishing.pdf import CannotPrint, pdf_response
from onestepback.publishing.spreadsheets import csv_response, xlsx_response
from organisations.groups import event_target
from organisations.history import record_event
from organisations.models import Organisation, System, Team
from reflections.models import Level, Participation


@require_safe
@leaves_nothing_on_head
def of_team(request, pk):
    return redirect(plan_of(get_object_or_404(Team.objects.visible_to(request.user), pk=pk)))


@require_safe
@leaves_nothing_on_head
def of_organisation(request, slug):
    organisations = Organisation.objects.visible_to(request.user).distinct()
    return redirect(plan_of(get_object_or_404(organisations, slug=slug)))


@require_safe
@leaves_nothing_on_head
def of_system(request, slug):
    return redirect(plan_of(get_object_or_404(System.objects.planned_by(request.user), slug=slug)))


def readable_plan(request, pk):
    """A group's plan that the user may read, with its group and `can_edit`."""
    return get_object_or_404(ActionPlan.objects.shared_with(request.user), pk=pk)


def editable_plan(request, pk):
    plan = readable_plan(request, pk)
    if not plan.can_edit:
        raise Http404
    return plan


# --- Reading it -----------------------------------------------------------------------------------


@require_safe
def own(request):
    contents = personal_plan_contents(request.user)
    unfinished = Participation.objects.held_by(request).unfinished().first()
    context = {"contents": contents, "unfinished": unfinished}
    return render(request, "plans/own.html", context)


@require_safe
@leaves_nothing_on_head
def own_actions(request):
    """A list of the user's own actions with a filter; the page of the plan shows them by level."""
    plan = personal_plan(request.user)
    overview, asked, actions = filtered_actions(request, plan)
    page = Paginator(actions, ACTIONS_A_PAGE).get_page(request.GET.get("page"))
    planned = planned_in(plan, page, reader=request.user)
    context = {"overview": overview, "asked": asked, "page": page, "actions": planned}
    return render(request, "plans/own_actions.html", context)


@require_safe
def detail(request, pk):
    plan = readable_plan(request, pk)
    overview, asked, actions = filtered_actions(request, plan)
    paginator = Paginator(actions, ACTIONS_A_PAGE)
    if not asked.wanted:
        paginator.count = overview.total
    page = paginator.get_page(request.GET.get("page"))
    planned = planned_in(plan, page, reader=request.user)
    levels = shared_plan_levels(plan, planned, asked=asked)
    unanswered = PlanContents(plan.today, levels).unanswered_barriers
    is_listed = bool(asked.wanted) or page.number > 1
    context = {
        "plan": plan,
        "overview": overview,
        "asked": asked,
        "page": page,
        "levels": [level for level in levels if level.actions] if is_listed else levels,
        "is_listed": is_listed,
        "back": f"{request.get_full_path()}#found" if is_listed else "",
        "unanswered": unanswered,
        "heading": "h3" if is_listed else "h4",
        "in_order": planned if "sort" in asked.wanted else [],
        "waiting": waiting_in(plan),
    }
    return render(request, "plans/detail.html", context)


def filtered_actions(request, plan):
    """The overview of a plan, the filter in the address, and the actions that it selects."""
    overview = Overview(list(plan.actions.tally(plan.today)))
    usual = "due" if plan.is_personal else "level"
    asked = ActionFilter(request.GET, owners=overview.owners, usual=usual)
    actions = asked.of(plan.actions.with_owners(), reader=request.user, today=plan.today)
    return overview, asked, actions


# --- Taking it away -------------------------------------------------------------------------------


@require_safe
@leaves_nothing_on_head
def own_pdf(request):
    return as_pdf(request, personal_plan(request.user))


@require_safe
@leaves_nothing_on_head
def pdf(request, pk):
    return as_pdf(request, readable_plan(request, pk))


def as_pdf(request, plan):
    _overview, asked, actions = filtered_actions(request, plan)
    large = request.GET.get("print") == "large"
    try:
        document = plan_document(plan, actions, reader=request.user, asked=asked, large=large)
    except CannotPrint as sorry:
        messages.error(request, str(sorry))
        return redirect(plan)
    record_plan_download(request, plan)
    return pdf_response(document.content, filename=document.filename)


@require_safe
@leaves_nothing_on_head
def own_download(request, file_format):
    return as_file(request, personal_plan(request.user), file_format)


@require_safe
@leaves_nothing_on_head
def download(request, pk, file_format):
    return as_file(request, readable_plan(request, pk), file_format)


def as_file(request, plan, file_format):
    """The selected actions of a plan as a table, or as a calendar."""
    _overview, asked, actions = filtered_actions(request, plan)
    record_plan_download(request, plan)
    filename = plan_filename(plan, asked)
    if file_format == "ics":
        return calendar_response(plan_calendar(actions, name=str(plan)), filename=filename)
    planned = planned_in(plan, actions.for_plan(), reader=request.user)
    respond = xlsx_response if file_format == "xlsx" else csv_response
    return respond(plan_sheet(planned), filename=filename)


def record_plan_download(request, plan):
    """Record that a group's plan was downloaded; downloads of a personal plan are not recorded."""
    if plan.is_personal:
        return
    record_event(events.PLAN_DOWNLOADED, by=request.user, **event_target(plan.group))


# --- Adding to it ---------------------------------------------------------------------------------


@form_page
@keeps_words(ActionForm)
def own_add(request):
    source = source_of(request)
    place_in_plan = f"{reverse('plans:own')}#{source.level}"
    after = next_page(request, otherwise=place_in_plan)
    form = ActionForm(
        request.POST or None, person=request.user, initial={"level": source.level.value}
    )
    if form.is_valid():
        action = add_action(
            personal_plan(request.user),
            by=request.user,
            made_with=form.cleaned_data["made_with"],
            level=source.level,
            question=source.question,
            barriers=source.barriers,
            **form.promise,
        )
        message = _("The action is in your plan: {action}")
        messages.success(request, format_html(message, action=named_link(action)))
        return redirect(where_it_stands(action, after))
    context = {"form": form, "source": source, "next": after}
    return render(request, "plans/own_add.html", context)


@form_page
@keeps_words(SharedActionForm, ProposalForm)
def add(request, pk):
    """Add an action for those who look after the plan, or a proposal for its other readers."""
    plan = readable_plan(request, pk)
    source = source_of(request, plan)
    after = next_page(request, otherwise=f"{plan.get_absolute_url()}#{source.level}")
    form_class = SharedActionForm if plan.can_edit else ProposalForm
    initial = {"level": source.level.value}
    form = form_class(request.POST or None, plan=plan, person=request.user, initial=initial)
    if form.is_valid():
        action = add_action(
            plan,
            by=request.user,
            made_with=form.cleaned_data["made_with"],
            level=source.level,
            **source.fields,
            **form.promise,
        )
        if form.is_kept_in(action):
            message = _("The action is in the plan: {action}")
            if not plan.can_edit:
                message = _("Your proposal is in the plan: {action}")
            messages.success(request, format_html(message, action=named_link(action)))
            return redirect(where_it_stands(action, after))
        form.add_error(
            "title",
            _("An action in these words is in the plan already. Say what is different about yours"),
        )
    context = {"plan": plan, "form": form, "source": source, "next": after}
    return render(request, "plans/add.html", context)


def where_it_stands(action, page):
    """The page to go on to; if it is the plan's own page, at the place of the action."""
    path, _hash, _place = page.partition("#")
    return f"{path}#action-{action.pk}" if path == action.plan.get_absolute_url() else page


@form_page
@keeps_words(VisionForm)
def vision(request, pk, level):
    plan = editable_plan(request, pk)
    now = plan.visions.get(level, "")
    form = VisionForm(request.POST or None, initial={"before": now, "words": now})
    if form.is_valid():
        try:
            set_vision(plan, level, by=request.user, **form.cleaned_data)
        except VisionConflict as conflict:
            form.show_conflict(conflict.words)
        else:
            messages.success(request, _("Your words are saved"))
            return redirect(f"{plan.get_absolute_url()}#{level}")
    context = {"plan": plan, "level": Level(level), "form": form}
    return render(request, "plans/vision.html", context)
