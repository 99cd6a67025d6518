"""Pages about one action, and lists of actions across plans."""

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
from django.views.decorators.http import require_safe

from actionplans.models import Action
from actionplans.raising import raised_around
from actionplans.services.actions import EditConflict, change_action, needs_somebody
from actionplans.services.updates import record_update
from onestepback.pages.actions.filters import ActionFilter
from onestepback.pages.actions.forms import (
    ActionForm,
    ActionUpdateForm,
    OwnersForm,
    SharedActionForm,
)
from onestepback.pages.actions.reading import (
    ACTIONS_A_PAGE,
    planned_action,
    planned_anywhere,
)
from onestepback.pages.actions.story import story_of
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.redirects import next_page
from onestepback.pages.shared.unsaved_words import keeps_words
from organisations.models import Organisation

GIVEN_ON = gettext_lazy(
    "This action was given to somebody else meanwhile, so it cannot be saved. Copy your words"
)


@require_safe
def index(request):
    """The user's actions, in their own plan and in the plans of groups."""
    asked = ActionFilter(request.GET, usual="due")
    del asked.fields["owner"]
    owned = Action.objects.of(request.user).with_plans()
    if not asked.wanted.get("status"):
        owned = owned.in_hand()
    actions = asked.of(owned, reader=request.user, today=None)
    page = Paginator(actions, ACTIONS_A_PAGE).get_page(request.GET.get("page"))
    planned = planned_anywhere(page, reader=request.user)
    context = {"asked": asked, "page": page, "actions": planned}
    return render(request, "actions/index.html", context)


@require_safe
def ownerless(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    actions = Action.objects.of_organisation(organisation).needing_owner().for_inbox()
    context = {
        "organisation": organisation,
        "today": organisation.today,
        "page": Paginator(actions, 50).get_page(request.GET.get("page")),
    }
    return render(request, "actions/ownerless.html", context)


@require_safe
def detail(request, pk):
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
    return render(request, "actions/detail.html", context)


def action_to_change(request, pk):
    """Fetch the action to change, and tell whether it was given to somebody else meanwhile."""
    user = request.user
    editable = Action.objects.editable_by(user).for_list()
    if request.method != "POST" or editable.filter(pk=pk).exists():
        return get_object_or_404(editable, pk=pk), False
    was_theirs = Action.objects.visible_to(user).filter(updates__changes__owner__0=str(user.pk))
    return get_object_or_404(was_theirs.for_list().distinct(), pk=pk), True


@form_page
@keeps_words(ActionForm, SharedActionForm, OwnersForm)
def edit(request, pk):
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
            message = _("Your changes are saved")
            if changed.version > version + 1:
                message = _("Your changes are saved, beside those that were made meanwhile")
            messages.success(request, message)
            return redirect(after)
    context = {"action": action, "form": form, "next": after}
    return render(request, "actions/edit.html", context)


def form_for(action, request):
    """The form with the fields that this user may change; an owner cannot give an action away."""
    given = {"person": request.user, "action": action}
    if action.plan.is_personal:
        return ActionForm(request.POST or None, **given)
    form_class = SharedActionForm if action.can_plan else OwnersForm
    return form_class(request.POST or None, plan=action.plan, **given)


@form_page
@keeps_words(ActionUpdateForm)
def update(request, pk):
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
            messages.success(request, message_about_update(updated, note=note, after=after))
            return redirect(after)
    context = {
        "action": action,
        "form": form,
        "next": after,
        "needs_somebody": needs_somebody(action, {"status": Action.Status.PLANNED}),
    }
    return render(request, "actions/update.html", context)


def message_about_update(action, *, note, after):
    """The message after an update. For a done action without a note, it has a link to add one."""
    if note or action.status != Action.Status.DONE:
        return _("Update saved")
    address = reverse("actions:update", args=[action.pk])
    sentence = _('“{action}” is done. <a href="{address}">Say what was done: “We …”</a>')
    address = f"{address}?{urlencode({'next': after})}#id_note"
    return format_html(sentence, action=action, address=address)
