"""Pages on which administrators look after people, and on which people leave."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.models import Action
from actionplans.services.leaving import end_membership
from onestepback.pages.people.forms import PeopleFilter, PlacesForm, RoleForm
from onestepback.pages.people.spreadsheet import people_sheet
from onestepback.pages.shared.methods import form_page, leaves_nothing_on_head
from onestepback.pages.shared.pagination import page_of
from onestepback.pages.shared.redirects import next_page
from onestepback.pages.shared.unsaved_words import keeps_words
from onestepback.publishing.spreadsheets import csv_response, xlsx_response
from organisations import events, services
from organisations.history import record_event
from organisations.models import Membership, Organisation, TeamMembership
from organisations.services import is_last_administrator

PEOPLE_A_PAGE = 25


@require_safe
def index(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    form, people = people_asked_for(request, organisation)
    page = page_of(request, people, PEOPLE_A_PAGE)
    page.object_list = page.object_list.with_people().with_reach()  # of this page alone
    places = TeamMembership.objects.by_membership(page)
    context = {"organisation": organisation, "form": form, "page": page, "places": places}
    return render(request, "people/index.html", context)


@require_safe
@leaves_nothing_on_head
def download(request, slug, file_format):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    _form, people = people_asked_for(request, organisation)
    with transaction.atomic(), timezone.override(organisation.zone):
        record_event(events.PEOPLE_DOWNLOADED, by=request.user, organisation=organisation)
        sheet = people_sheet(organisation, people.for_list())
        name = f"{_('People')} {organisation} {organisation.today:%Y-%m-%d}"
        respond = xlsx_response if file_format == "xlsx" else csv_response
        return respond(sheet, filename=name)


def people_asked_for(request, organisation):
    """The filter form, and the people whom it selects."""
    form = PeopleFilter(request.GET, teams=organisation.teams.active().by_name())
    people = organisation.memberships.current().wanted(**form.wanted).by_name()
    return form, people


@require_safe
def detail(request, slug, pk):
    membership = person_of(request, slug, pk)
    context = {
        "organisation": membership.organisation,
        "membership": membership,
        "places": membership.team_memberships.in_use(),
        "is_me": membership.user_id == request.user.pk,
        "back": next_page(request, otherwise=""),
    }
    return render(request, "people/detail.html", context)


def person_of(request, slug, pk, *, editable=False):
    """A membership in an organisation that the user runs; with `editable`, never the user's own."""
    rule = Membership.objects.editable_by if editable else Membership.objects.administered_by
    people = rule(request.user).select_related("user", "organisation")
    return get_object_or_404(people.with_reach(), organisation__slug=slug, pk=pk)


@form_page
def role(request, slug, pk):
    membership = person_of(request, slug, pk, editable=True)
    form = RoleForm(request.POST or None, initial={"role": membership.role})
    if form.is_valid():
        try:
            services.change_role(membership, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The role is saved"))
            return redirect(membership)
    context = {"organisation": membership.organisation, "membership": membership, "form": form}
    return render(request, "people/role.html", context)


@form_page
@keeps_words(PlacesForm)
def teams(request, slug, pk):
    membership = person_of(request, slug, pk)
    if membership.organisation.is_archived:
        raise Http404
    form = PlacesForm(
        request.POST or None,
        places=membership.team_memberships.in_use(),
        other_teams=membership.organisation.teams.active().without(membership).by_name(),
        is_me=membership.user_id == request.user.pk,
    )
    if form.is_valid():
        services.change_places(
            membership, by=request.user, moved=list(form.moved), new_place=form.new_place
        )
        messages.success(request, _("The teams are saved"))
        return redirect(membership)
    context = {"organisation": membership.organisation, "membership": membership, "form": form}
    return render(request, "people/teams.html", context)


# --- Leaving --------------------------------------------------------------------------------------


@form_page
def end(request, slug, pk):
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
        return redirect("people:index", slug=slug)
    context = leaving(membership)
    return render(request, "people/end.html", context)


@form_page
def leave(request, slug):
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
            return redirect("organisations:index")
    is_needed = is_last_administrator(membership)
    context = leaving(membership) | {"error": error, "is_needed": is_needed}
    return render(request, "people/leave.html", context)


def leaving(membership):
    """The context of a page that ends a membership: how many actions would need an owner."""
    open_actions = Action.objects.of_organisation(membership.organisation).in_hand()
    return {
        "organisation": membership.organisation,
        "membership": membership,
        "actions": open_actions.owned_by(membership.user).count(),
    }
