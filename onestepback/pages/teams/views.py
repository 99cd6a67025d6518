"""Pages of the teams of an organisation, and of the people in them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.pagination import page_of
from onestepback.pages.shared.unsaved_words import keeps_words
from onestepback.pages.teams.forms import AddPeopleForm, PeopleSearch, TeamForm
from organisations import services
from organisations.inviting import Done
from organisations.models import Invitation, Organisation, Team

PEOPLE_TO_ADD = 50  # shown at once; a search finds the others


@require_safe
def index(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    teams = organisation.teams.with_counts().in_use_first()
    context = {"organisation": organisation, "page": page_of(request, teams)}
    return render(request, "teams/index.html", context)


@form_page
@keeps_words(TeamForm)
def add(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    initial = {"kind": Team.Kind.TEAM}
    form = TeamForm(request.POST or None, button=_("Add this team"), initial=initial)
    if form.is_valid():
        try:
            team = services.add_team(organisation, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            messages.success(request, _("The team %(team)s is added.") % {"team": team})
            return redirect(team)
    context = {"organisation": organisation, "form": form}
    return render(request, "teams/add.html", context)


@require_safe
def detail(request, pk):
    teams = Team.objects.visible_to(request.user).with_rights(request.user)
    team = get_object_or_404(teams.select_related("organisation"), pk=pk)
    page = page_of(request, team.memberships.for_team())
    invited = Invitation.objects.none()
    if team.can_manage:
        manageable = Invitation.objects.manageable_by(request.user).pending()
        invited = manageable.to_team(team).latest_first().for_list()
    context = {"team": team, "organisation": team.organisation, "page": page, "invited": invited}
    return render(request, "teams/detail.html", context)


@form_page
@keeps_words(TeamForm)
def edit(request, pk):
    editable = Team.objects.editable_by(request.user).select_related("organisation")
    team = get_object_or_404(editable, pk=pk)
    initial = {"name": team.name, "kind": team.kind}
    form = TeamForm(request.POST or None, button=_("Save changes"), initial=initial)
    if form.is_valid():
        try:
            services.change_team(team, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            messages.success(request, _("Your changes are saved"))
            return redirect(team)
    context = {"organisation": team.organisation, "team": team, "form": form}
    return render(request, "teams/edit.html", context)


@form_page
def archive(request, pk):
    """Archive a team, or restore it."""
    editable = Team.objects.editable_by(request.user).select_related("organisation")
    team = get_object_or_404(editable, pk=pk)
    if request.method == "POST" and request.POST.get("go") == "archive":
        services.archive_team(team, by=request.user)
        messages.success(request, _("%(team)s is archived.") % {"team": team})
        return redirect(team)
    if request.method == "POST" and request.POST.get("go") == "restore":
        services.restore_team(team, by=request.user)
        messages.success(request, _("%(team)s is back.") % {"team": team})
        return redirect(team)
    context = {"organisation": team.organisation, "team": team}
    return render(request, "teams/archive.html", context)


@form_page
def leave(request, pk):
    team = get_object_or_404(Team.objects.with_member(request.user), pk=pk)
    place = team.memberships.current().get(membership__user=request.user)
    if request.method == "POST":
        services.remove_from_team(place, by=request.user)
        messages.success(request, _("You have left %(team)s.") % {"team": team})
        return redirect(team.organisation)
    context = {"organisation": team.organisation, "team": team}
    return render(request, "teams/leave.html", context)


@form_page
@keeps_words(PeopleSearch, AddPeopleForm)
def add_people(request, pk):
    """Find people, tick them and add them. A search adds nobody, and keeps the ticks."""
    managed = Team.objects.managed_by(request.user).select_related("organisation")
    team = get_object_or_404(managed, pk=pk)
    people = team.organisation.memberships.current().not_in(team)
    go = request.POST.get("go")
    search = PeopleSearch({} if go == "everybody" else request.POST or request.GET)
    ticked = list(people.with_keys(request.POST.getlist("people")).by_name().for_list())
    matches = people.matching(search.words).other_than(ticked).by_name().for_list()
    shown = list(matches[: PEOPLE_TO_ADD + 1])
    form = AddPeopleForm(
        None if go in ("search", "everybody") else request.POST or None,
        people=people,
        shown=[*ticked, *shown[:PEOPLE_TO_ADD]],
        initial={"people": ticked},
    )
    if form.is_valid():
        chosen = form.cleaned_data["people"]
        added = services.add_to_team(team, by=request.user, memberships=chosen)
        messages.success(request, str(Done(added=len(added))))
        return redirect(team)
    context = {
        "organisation": team.organisation,
        "team": team,
        "form": form,
        "search": search,
        "is_found": bool(shown),
        "has_more": len(shown) > PEOPLE_TO_ADD,
    }
    return render(request, "teams/add_people.html", context)
