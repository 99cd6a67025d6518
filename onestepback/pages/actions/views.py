from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.models import Action
from actionplans.raised import raised_around
from actionplans.services.actions import (
    EditConflict,
    add_action,
    change_action,
    end_membership,
    needs_somebody,
    personal_plan,
    record_update,
)
from onestepback.pages.actions.forms import (
    ActionForm,
    ActionUpdateForm,
    OwnersForm,
    SharedActionForm,
)
from onestepback.pages.actions.sources import source_of
from onestepback.pages.plans.document import participation_document
from onestepback.pages.plans.reading import (
    personal_plan_contents,
    planned_action,
    planned_actions,
    planned_barriers,
    story_of,
)
from onestepback.pages.shared.redirects import named_link, next_page
from onestepback.publishing.pdf import CannotPrint, pdf_response
from organisations.models import Membership, Organisation
from organisations.services import is_last_administrator
from reflections.answered import participation_records
from reflections.models import Level, Participation
from reflections.services import AlreadyFinished, Discarded, finish_participation
from reflections.sharing import levels_to_share

GIVEN_ON = gettext_lazy(
    "This action was given to somebody else meanwhile, so it cannot be saved. Copy your words"
)


@require_GET
def participation_list(request):
    mine = Participation.objects.held_by(request)
    context = {
        "unfinished": mine.for_oneself().unfinished().first(),
        "in_rounds": mine.in_rounds().unfinished(),
        "finished": mine.finished().with_levels(),
    }
    return render(request, "actionplans/participation_list.html", context)


@require_GET
def participation_detail(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request), pk=pk)
    records = participation_records(participation)
    context = {"participation": participation, "records": records}
    if participation.round:
        context["sharing"] = levels_to_share(participation)
    if not participation.is_changeable:
        return render(request, "actionplans/participation_record.html", context)
    actions = Action.objects.in_own_plan(request.user).open().count_by_level()
    context["tasks"] = [(record, actions.get(record.level, 0)) for record in records]
    return render(request, "actionplans/participation_detail.html", context)


@require_http_methods(["GET", "POST"])
def participation_check(request, pk):
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
            return redirect("actionplans:participation_finished", pk=pk)
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
    return render(request, "actionplans/participation_check.html", context)


@require_GET
def participation_finished(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request).finished(), pk=pk)
    contents = personal_plan_contents(request.user)
    context = {"participation": participation, "contents": contents}
    return render(request, "actionplans/participation_finished.html", context)


@require_GET
def participation_pdf(request, pk):
    participation = get_object_or_404(Participation.objects.held_by(request).finished(), pk=pk)
    large = request.GET.get("print") == "large"
    try:
        document = participation_document(participation, reader=request.user, large=large)
    except CannotPrint as sorry:
        messages.error(request, str(sorry))
        return redirect(participation)
    return pdf_response(document.content, filename=document.filename)


@require_GET
def level_how(request, pk, level):
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
        "barriers": planned_barriers(record, planned),
        "wishes": [answer for answer in record.questions if answer.wants_more],
        "actions": [action for action in planned if not action.is_closed],
        "next_level": level_after(level, records),
    }
    return render(request, "actionplans/level_how.html", context)


def level_after(level, asked):
    """The next level outwards among those that somebody is asked about; None after the last."""
    levels = list(Level)
    return next((next_ for next_ in levels[levels.index(level) + 1 :] if next_ in asked), None)


@require_GET
def plan_detail(request):
    contents = personal_plan_contents(request.user)
    unfinished = Participation.objects.held_by(request).unfinished().first()
    context = {"contents": contents, "unfinished": unfinished}
    return render(request, "actionplans/plan_detail.html", context)


@require_http_methods(["GET", "POST"])
def action_add(request):
    source = source_of(request)
    here = f"{reverse('actionplans:plan_detail')}#{source.level}"
    after = next_page(request, otherwise=here)
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
        said = _("The action is in your plan: {action}")
        messages.success(request, format_html(said, action=named_link(action)))
        return redirect(where_it_stands(action, after))
    context = {"form": form, "source": source, "next": after}
    return render(request, "actionplans/action_add.html", context)


def where_it_stands(action, page):
    """A page to go on to, at the action itself if it is that of its plan."""
    path, _hash, _place = page.partition("#")
    return f"{path}#action-{action.pk}" if path == action.plan.get_absolute_url() else page


@require_GET
def action_detail(request, pk):
    visible = Action.objects.visible_to(request.user).with_raised()
    action = get_object_or_404(visible.for_list().for_plan(), pk=pk)
    can_edit = action.can_plan
    if action.owner_id == request.user.pk and not can_edit:
        can_edit = Action.objects.with_owner_there().filter(pk=pk).exists()
    is_proposal = action.status == Action.Status.PROPOSED
    is_proposer = is_proposal and action.proposed_by_id == request.user.pk
    if is_proposer:  # and reads the plan still, which is in use
        is_proposer = Action.objects.proposed_by(request.user).filter(pk=pk).exists()
    back = next_page(request, otherwise="")
    context = {
        "back": back,
        "onward": f"?{urlencode({'next': request.get_full_path()})}" if back else "",
        "action": planned_action(action, reader=request.user, today=action.plan.today),
        "plan": action.plan,
        "story": story_of(action),
        "can_update": can_edit and not is_proposal,
        "can_answer": action.can_plan and is_proposal,
        "is_proposer": is_proposer,
        "can_tell": action.can_plan and action.is_tellable,
        "can_raise": action.can_plan and action.is_raisable and not action.is_raised,
        **raised_around(action, reader=request.user),
    }
    return render(request, "actionplans/action_detail.html", context)


def action_to_change(request, pk):
    """An action that somebody may change; and whether it was given on while they wrote."""
    user = request.user
    editable = Action.objects.editable_by(user).for_list()
    if request.method == "GET" or editable.filter(pk=pk).exists():
        return get_object_or_404(editable, pk=pk), False
    was_theirs = Action.objects.visible_to(user).filter(updates__changes__owner__0=str(user.pk))
    return get_object_or_404(was_theirs.for_list().distinct(), pk=pk), True


@require_http_methods(["GET", "POST"])
def action_edit(request, pk):
    action, is_given_on = action_to_change(request, pk)
    after = next_page(request, otherwise=action.get_absolute_url())
    form = form_for(action, request)
    if is_given_on:
        form.add_error(None, GIVEN_ON)
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            changed = change_action(action, by=request.user, version=version, **form.promise)
        except EditConflict as conflict:
            form.show_conflict(conflict)
        else:
            said = _("Your changes are saved")
            if changed.version > version + 1:
                said = _("Your changes are saved, beside those that were made meanwhile")
            messages.success(request, said)
            return redirect(after)
    context = {"action": action, "form": form, "next": after}
    return render(request, "actionplans/action_edit.html", context)


def form_for(action, request):
    """The fields that somebody may change: an owner's action stays theirs."""
    given = {"person": request.user, "action": action}
    if action.plan.is_personal:
        return ActionForm(request.POST or None, **given)
    form_class = SharedActionForm if action.can_plan else OwnersForm
    return form_class(request.POST or None, plan=action.plan, **given)


@require_http_methods(["GET", "POST"])
def action_update(request, pk):
    action, is_given_on = action_to_change(request, pk)
    if action.status == Action.Status.PROPOSED:
        raise Http404
    after = next_page(request, otherwise=action.get_absolute_url())
    form = ActionUpdateForm(
        request.POST or None, initial={"version": action.version, "status": action.status}
    )
    if action.status == Action.Status.DONE:
        form.fields["note"].label = _("What was done? “We …”")
    if is_given_on:
        form.add_error(None, GIVEN_ON)
    if form.is_valid():
        try:
            updated = record_update(action, by=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            form.show_conflict(conflict)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            note = form.cleaned_data["note"]
            messages.success(request, said_of(updated, note=note, after=after))
            return redirect(after)
    context = {
        "action": action,
        "form": form,
        "next": after,
        "needs_somebody": needs_somebody(action, {"status": Action.Status.PLANNED}),
    }
    return render(request, "actionplans/action_update.html", context)


def said_of(action, *, note, after):
    """That an update is saved; and of something done without a word, the question what that was."""
    if note or action.status != Action.Status.DONE:
        return _("Update saved")
    address = reverse("actionplans:action_update", args=[action.pk])
    said = _('“{action}” is done. <a href="{address}">Say what was done: “We …”</a>')
    address = f"{address}?{urlencode({'next': after})}#id_note"
    return format_html(said, action=action, address=address)


# --- Leaving an organisation --------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def membership_end(request, slug, pk):
    people = Membership.objects.editable_by(request.user).select_related("user", "organisation")
    membership = get_object_or_404(people, organisation__slug=slug, pk=pk)
    if request.method == "POST":
        try:
            end_membership(membership, by=request.user)
        except ValidationError as gone:  # whoever asks is no administrator any more
            raise Http404 from gone
        messages.success(
            request,
            _("%(person)s is no longer in %(organisation)s.")
            % {"person": membership.user, "organisation": membership.organisation},
        )
        return redirect("organisations:membership_list", slug=slug)
    context = leaving(membership)
    return render(request, "actionplans/membership_end.html", context)


@require_http_methods(["GET", "POST"])
def organisation_leave(request, slug):
    membership = get_object_or_404(Membership.objects.of(request.user), organisation__slug=slug)
    error = None
    if request.method == "POST":
        try:
            end_membership(membership, by=request.user)
        except ValidationError as still_needed:
            error = still_needed.messages[0]
        else:
            messages.success(
                request,
                _("You have left %(organisation)s.") % {"organisation": membership.organisation},
            )
            return redirect("organisations:organisation_list")
    is_needed = is_last_administrator(membership)
    context = leaving(membership) | {"error": error, "is_needed": is_needed}
    return render(request, "actionplans/organisation_leave.html", context)


def leaving(membership):
    """What somebody reads before a membership ends: how many actions would need an owner."""
    theirs = Action.objects.of_organisation(membership.organisation).in_hand()
    return {
        "organisation": membership.organisation,
        "membership": membership,
        "actions": theirs.owned_by(membership.user).count(),
    }


@require_GET
def ownerless_action_list(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    actions = Action.objects.of_organisation(organisation).needing_owner().for_inbox()
    context = {
        "organisation": organisation,
        "today": organisation.today,
        "page": Paginator(actions, 50).get_page(request.GET.get("page")),
    }
    return render(request, "actionplans/ownerless_action_list.html", context)
