"""The plans of teams, organisations and systems; and what one person has to do in all of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from actionplans import events
from actionplans.calendars import plan_calendar
from actionplans.contents import (
    ACTIONS_A_PAGE,
    Overview,
    PlanContents,
    planned_anywhere,
    planned_in,
    shared_plan_levels,
)
from actionplans.documents import plan_document, plan_filename
from actionplans.filters import ActionFilter
from actionplans.forms import (
    ProposalForm,
    SharedActionForm,
    VisionForm,
)
from actionplans.models import Action, ActionPlan
from actionplans.raised import waiting_in
from actionplans.services import (
    VisionConflict,
    add_action,
    personal_plan,
    plan_of,
    set_vision,
)
from actionplans.sheets import plan_sheet
from actionplans.sources import source_of
from actionplans.views import where_it_stands
from onestepback.publishing.calendars import calendar_response
from onestepback.publishing.pdf import CannotPrint, pdf_response
from onestepback.publishing.spreadsheets import csv_response, xlsx_response
from organisations.going_on import named_link, next_page
from organisations.groups import event_target
from organisations.history import record_event
from organisations.models import Organisation, System, Team
from reflections.models import Level

# --- Whose plan ---------------------------------------------------------------------------------


@require_GET
def team_plan(request, pk):
    return redirect(plan_of(get_object_or_404(Team.objects.visible_to(request.user), pk=pk)))


@require_GET
def organisation_plan(request, slug):
    organisations = Organisation.objects.visible_to(request.user).distinct()
    return redirect(plan_of(get_object_or_404(organisations, slug=slug)))


@require_GET
def system_plan(request, slug):
    return redirect(plan_of(get_object_or_404(System.objects.planned_by(request.user), slug=slug)))


def readable_plan(request, pk):
    """A shared plan that somebody may read, with whose it is and `can_edit`."""
    plans = ActionPlan.objects.shared().visible_to(request.user).with_rights(request.user)
    return get_object_or_404(plans, pk=pk)


def editable_plan(request, pk):
    plan = readable_plan(request, pk)
    if not plan.can_edit:
        raise Http404
    return plan


# --- Reading it ---------------------------------------------------------------------------------


def asked_of(request, plan):
    """The overview of a plan, the filter that the address has, and the actions it asks for."""
    overview = Overview(list(plan.actions.tally(plan.today)))
    usual = "due" if plan.is_personal else "level"
    asked = ActionFilter(request.GET, owners=overview.owners, usual=usual)
    actions = asked.of(plan.actions.with_owners(), reader=request.user, today=plan.today)
    return overview, asked, actions


@require_GET
def shared_plan_detail(request, pk):
    plan = readable_plan(request, pk)
    overview, asked, actions = asked_of(request, plan)
    paginator = Paginator(actions, ACTIONS_A_PAGE)
    if not asked.wanted:
        paginator.count = overview.total
    page = paginator.get_page(request.GET.get("page"))
    planned = planned_in(plan, page, reader=request.user)
    levels = shared_plan_levels(plan, planned, reader=request.user, asked=asked)
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
    return render(request, "actionplans/shared_plan_detail.html", context)


@require_GET
def plan_action_list(request):
    """What is asked for of one's own plan: its page shows the whole of it."""
    plan = personal_plan(request.user)
    overview, asked, actions = asked_of(request, plan)
    page = Paginator(actions, ACTIONS_A_PAGE).get_page(request.GET.get("page"))
    planned = planned_in(plan, page, reader=request.user)
    context = {"overview": overview, "asked": asked, "page": page, "actions": planned}
    return render(request, "actionplans/plan_action_list.html", context)


# --- Taking it away -----------------------------------------------------------------------------


@require_GET
def shared_plan_pdf(request, pk):
    return as_pdf(request, readable_plan(request, pk))


@require_GET
def plan_pdf(request):
    return as_pdf(request, personal_plan(request.user))


def as_pdf(request, plan):
    _overview, asked, actions = asked_of(request, plan)
    large = request.GET.get("print") == "large"
    try:
        document = plan_document(plan, actions, reader=request.user, asked=asked, large=large)
    except CannotPrint as sorry:
        messages.error(request, str(sorry))
        return redirect(plan)
    note_download(request, plan)
    return pdf_response(document.content, filename=document.filename)


@require_GET
def shared_plan_download(request, pk, file_format):
    return as_file(request, readable_plan(request, pk), file_format)


@require_GET
def plan_download(request, file_format):
    return as_file(request, personal_plan(request.user), file_format)


def as_file(request, plan, file_format):
    """What is asked for of a plan as a table, or on the days of a calendar."""
    _overview, asked, actions = asked_of(request, plan)
    note_download(request, plan)
    filename = plan_filename(plan, asked)
    if file_format == "ics":
        return calendar_response(plan_calendar(actions, name=str(plan)), filename=filename)
    planned = planned_in(plan, actions.for_plan(), reader=request.user)
    respond = xlsx_response if file_format == "xlsx" else csv_response
    return respond(plan_sheet(planned), filename=filename)


def note_download(request, plan):
    """What is taken of a group's plan is written down; one's own is nobody's business."""
    if plan.is_personal:
        return
    record_event(events.PLAN_DOWNLOADED, by=request.user, **event_target(plan.group))


# --- Adding to it -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def shared_plan_add(request, pk):
    """An action of whoever looks after the plan; a proposal of everybody else who reads it."""
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
            said = _("The action is in the plan: {action}")
            if not plan.can_edit:
                said = _("Your proposal is in the plan: {action}")
            messages.success(request, format_html(said, action=named_link(action)))
            return redirect(where_it_stands(action, after))
        form.add_error(
            "title",
            _("An action in these words is in the plan already. Say what is different about yours"),
        )
    context = {"plan": plan, "form": form, "source": source, "next": after}
    return render(request, "actionplans/shared_plan_add.html", context)


@require_http_methods(["GET", "POST"])
def shared_plan_vision(request, pk, level):
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
    return render(request, "actionplans/shared_plan_vision.html", context)


# --- What one person has to do ------------------------------------------------------------------


@require_GET
def action_list(request):
    """Everything that is somebody's to do, in their own plan and in those of groups."""
    asked = ActionFilter(request.GET, usual="due")
    del asked.fields["owner"]
    mine = Action.objects.of(request.user).with_plans()
    if not asked.wanted.get("status"):
        mine = mine.in_hand()
    actions = asked.of(mine, reader=request.user, today=None)
    page = Paginator(actions, ACTIONS_A_PAGE).get_page(request.GET.get("page"))
    planned = planned_anywhere(page, reader=request.user)
    context = {"asked": asked, "page": page, "actions": planned}
    return render(request, "actionplans/action_list.html", context)
