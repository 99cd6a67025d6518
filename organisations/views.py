from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onestepback.publishing.spreadsheets import csv_response, xlsx_response
from organisations import events, services
from organisations.accepting import join, welcome
from organisations.documents import people_sheet
from organisations.forms import (
    AcceptForm,
    AddPeopleForm,
    InviteForm,
    OrganisationForm,
    PeopleFilter,
    PeopleSearch,
    PlacesForm,
    RoleForm,
    SettingsForm,
    TeamForm,
)
from organisations.going_on import next_page
from organisations.history import details_of, record_event, sentence_about
from organisations.invitations import link_to, read_token
from organisations.inviting import Done, invite, plan_invitations
from organisations.models import (
    AuditEvent,
    Invitation,
    Membership,
    Organisation,
    System,
    Team,
)

PEOPLE_A_PAGE = 25
ROWS_A_PAGE = 50
PEOPLE_TO_ADD = 50  # shown at once; a search finds the others


def page_of(request, rows, size=ROWS_A_PAGE):
    return Paginator(rows, size).get_page(request.GET.get("page"))


# --- Organisations ------------------------------------------------------------------------------


@require_GET
def organisation_list(request):
    context = {
        "memberships": Membership.objects.of(request.user).with_places(),
        "systems": System.objects.visible_to(request.user),
        "can_create": settings.ALLOW_ORGANISATION_CREATION,
    }
    return render(request, "organisations/organisation_list.html", context)


@require_http_methods(["GET", "POST"])
def organisation_create(request):
    if not settings.ALLOW_ORGANISATION_CREATION:
        raise Http404
    form = OrganisationForm(request.POST or None, initial={"time_zone": request.user.time_zone})
    if form.is_valid():
        organisation = services.create_organisation(by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("%(organisation)s is created. Next, add teams and invite people.")
            % {"organisation": organisation},
        )
        return redirect(organisation)
    return render(request, "organisations/organisation_create.html", {"form": form})


@require_GET
def organisation_detail(request, slug):
    mine = get_object_or_404(Membership.objects.of(request.user), organisation__slug=slug)
    organisation = mine.organisation
    context = {
        "organisation": organisation,
        "mine": mine,
        "places": mine.team_memberships.in_use(),
        "administrators": organisation.memberships.administrators().by_name().for_list(),
        "others": Membership.objects.of(request.user).elsewhere(organisation),
    }
    if mine.is_administrator:
        context["counts"] = {
            "people": organisation.memberships.current().count(),
            "teams": organisation.teams.active().count(),
            "invitations": organisation.invitations.open().count(),
        }
    return render(request, "organisations/organisation_detail.html", context)


@require_http_methods(["GET", "POST"])
def organisation_settings(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    form = SettingsForm(request.POST or None, initial=SettingsForm.initial_of(organisation))
    if form.is_valid():
        services.change_settings(organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("The settings are saved"))
        return redirect("organisations:organisation_settings", slug=slug)
    context = {"organisation": organisation, "form": form}
    return render(request, "organisations/organisation_settings.html", context)


@require_http_methods(["GET", "POST"])
def organisation_archive(request, slug):
    """To archive an organisation, and to bring it back."""
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    if request.method == "POST" and request.POST.get("go") == "archive":
        services.archive_organisation(organisation, by=request.user)
        messages.success(request, _("The organisation is archived. You can bring it back here."))
        return redirect(organisation)
    if request.method == "POST" and request.POST.get("go") == "restore":
        services.restore_organisation(organisation, by=request.user)
        messages.success(request, _("The organisation is back."))
        return redirect(organisation)
    context = {"organisation": organisation}
    return render(request, "organisations/organisation_archive.html", context)


@require_GET
def organisation_history(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    page = page_of(request, AuditEvent.objects.of(organisation).latest_first().for_history())
    entries = [(event.at, sentence_about(event), details_of(event)) for event in page]
    context = {"organisation": organisation, "page": page, "entries": entries}
    with timezone.override(organisation.zone):
        return render(request, "organisations/organisation_history.html", context)


@require_GET
def system_detail(request, slug):
    system = get_object_or_404(System.objects.visible_to(request.user), slug=slug)
    context = {
        "system": system,
        "organisations": system.organisations.active().by_name(),
        "conveners": system.conveners.order_by("name", "pk"),
    }
    return render(request, "organisations/system_detail.html", context)


@require_http_methods(["GET", "POST"])
def system_organisation_remove(request, slug, pk):
    system = get_object_or_404(System.objects.editable_by(request.user), slug=slug)
    organisation = get_object_or_404(system.organisations, pk=pk)
    if request.method == "POST":
        services.change_system(organisation, by=request.user, system=None)
        messages.success(
            request,
            _("%(organisation)s is no longer in %(system)s.")
            % {"organisation": organisation, "system": system},
        )
        return redirect(system)
    context = {"system": system, "organisation": organisation}
    return render(request, "organisations/system_organisation_remove.html", context)


# --- Teams --------------------------------------------------------------------------------------


@require_GET
def team_list(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    teams = organisation.teams.with_counts().in_use_first()
    context = {"organisation": organisation, "page": page_of(request, teams)}
    return render(request, "organisations/team_list.html", context)


@require_http_methods(["GET", "POST"])
def team_add(request, slug):
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
    return render(request, "organisations/team_add.html", context)


@require_GET
def team_detail(request, pk):
    teams = Team.objects.visible_to(request.user).with_rights(request.user)
    team = get_object_or_404(teams.select_related("organisation"), pk=pk)
    page = page_of(request, team.memberships.for_team())
    invited = Invitation.objects.none()
    if team.can_manage:
        manageable = Invitation.objects.manageable_by(request.user).pending()
        invited = manageable.to_team(team).latest_first().for_list()
    context = {"team": team, "organisation": team.organisation, "page": page, "invited": invited}
    return render(request, "organisations/team_detail.html", context)


@require_http_methods(["GET", "POST"])
def team_edit(request, pk):
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
    return render(request, "organisations/team_edit.html", context)


@require_http_methods(["GET", "POST"])
def team_archive(request, pk):
    """To archive a team, and to bring it back."""
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
    return render(request, "organisations/team_archive.html", context)


@require_http_methods(["GET", "POST"])
def team_leave(request, pk):
    team = get_object_or_404(Team.objects.with_member(request.user), pk=pk)
    place = team.memberships.current().get(membership__user=request.user)
    if request.method == "POST":
        services.remove_from_team(place, by=request.user)
        messages.success(request, _("You have left %(team)s.") % {"team": team})
        return redirect(team.organisation)
    context = {"organisation": team.organisation, "team": team}
    return render(request, "organisations/team_leave.html", context)


@require_http_methods(["GET", "POST"])
def team_people_add(request, pk):
    """To find people, tick them and add them; a search changes nothing, and keeps who is ticked."""
    managed = Team.objects.managed_by(request.user).select_related("organisation")
    team = get_object_or_404(managed, pk=pk)
    people = team.organisation.memberships.current().not_in(team)
    go = request.POST.get("go")
    search = PeopleSearch({} if go == "everybody" else request.POST or request.GET)
    ticked = list(people.with_keys(request.POST.getlist("people")).by_name().for_list())
    found = people.matching(search.words).other_than(ticked).by_name().for_list()
    shown = list(found[: PEOPLE_TO_ADD + 1])
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
    return render(request, "organisations/team_people_add.html", context)


# --- People -------------------------------------------------------------------------------------


def people_asked_for(request, organisation):
    """The form that filters people, and those whom it lets through."""
    form = PeopleFilter(request.GET, teams=organisation.teams.active().by_name())
    people = organisation.memberships.current().wanted(**form.wanted).by_name()
    return form, people


@require_GET
def membership_list(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    form, people = people_asked_for(request, organisation)
    page = page_of(request, people, PEOPLE_A_PAGE)
    page.object_list = page.object_list.for_list().with_reach()  # of this page alone
    context = {"organisation": organisation, "form": form, "page": page}
    return render(request, "organisations/membership_list.html", context)


@require_GET
def membership_download(request, slug, file_format):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    _form, people = people_asked_for(request, organisation)
    with transaction.atomic(), timezone.override(organisation.zone):
        record_event(events.PEOPLE_DOWNLOADED, by=request.user, organisation=organisation)
        sheet = people_sheet(organisation, people.for_list())
        name = f"{_('People')} {organisation} {organisation.today:%Y-%m-%d}"
        respond = xlsx_response if file_format == "xlsx" else csv_response
        return respond(sheet, filename=name)


@require_GET
def membership_detail(request, slug, pk):
    membership = person_of(request, slug, pk)
    context = {
        "organisation": membership.organisation,
        "membership": membership,
        "places": membership.team_memberships.in_use(),
        "is_me": membership.user_id == request.user.pk,
        "back": next_page(request, otherwise=""),
    }
    return render(request, "organisations/membership_detail.html", context)


def person_of(request, slug, pk, *, editable=False):
    """Somebody of an organisation that the reader runs; if `editable`, not the reader."""
    rule = Membership.objects.editable_by if editable else Membership.objects.administered_by
    people = rule(request.user).select_related("user", "organisation")
    return get_object_or_404(people.with_reach(), organisation__slug=slug, pk=pk)


@require_http_methods(["GET", "POST"])
def membership_role(request, slug, pk):
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
    return render(request, "organisations/membership_role.html", context)


@require_http_methods(["GET", "POST"])
def membership_teams(request, slug, pk):
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
    return render(request, "organisations/membership_teams.html", context)


# --- Invitations --------------------------------------------------------------------------------


@require_GET
def invitation_list(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    pending = organisation.invitations.pending().latest_first().for_list()
    context = {"organisation": organisation, "page": page_of(request, pending)}
    return render(request, "organisations/invitation_list.html", context)


@require_http_methods(["GET", "POST"])
def organisation_invite(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    return invite_page(request, organisation)


@require_http_methods(["GET", "POST"])
def team_invite(request, pk):
    managed = Team.objects.managed_by(request.user).select_related("organisation")
    team = get_object_or_404(managed, pk=pk)
    return invite_page(request, team.organisation, team)


def invite_page(request, organisation, team=None):
    """Whom to invite; what each line will lead to; and then, once that is confirmed, doing it."""
    teams = organisation.teams.active().by_name()
    invitations = reverse("organisations:invitation_list", args=[organisation.slug])
    form = InviteForm(
        request.POST or None,
        request.FILES or None,
        teams=teams,
        is_administrator=team is None,
    )
    plan = None
    if form.is_valid():
        offered = [team] if team else list(form.cleaned_data.get("teams", []))
        plan = plan_invitations(organisation, form.typed, teams=offered, **form.offer)
        if request.POST.get("go") == "send":
            try:
                done = invite(plan, by=request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, str(done))
                return redirect(team or invitations)
    context = {
        "organisation": organisation,
        "team": team,
        "form": form,
        "plan": plan if form.is_valid() and request.POST.get("go") != "change" else None,
        "came_back": request.POST.get("go") == "change",
    }
    return render(request, "organisations/invite.html", context)


@require_http_methods(["GET", "POST"])
def invitation_detail(request, pk):
    """One invitation: to send it again, to take it back, and its link where no mail goes."""
    manageable = Invitation.objects.manageable_by(request.user).pending()
    invitation = get_object_or_404(manageable.select_related("organisation"), pk=pk)
    after = next_page(request, otherwise=invitation.organisation.get_absolute_url())
    if request.POST.get("go") == "resend":
        is_new = services.resend_invitation(invitation, by=request.user)
        level = messages.SUCCESS if is_new else messages.INFO
        messages.add_message(request, level, resent_words(is_new=is_new))
        return redirect(after)
    if request.POST.get("go") == "cancel":
        services.cancel_invitation(invitation, by=request.user)
        messages.success(request, _("The invitation is cancelled. Its link no longer works."))
        return redirect(after)
    context = {
        "organisation": invitation.organisation,
        "invitation": invitation,
        "link": "" if settings.MAIL_IS_SENT else link_to(invitation, by_letter=False),
        "next": after,
    }
    return render(request, "organisations/invitation_detail.html", context)


def resent_words(*, is_new):
    """What came of sending an invitation again; where no mail goes, of making its link anew."""
    if settings.MAIL_IS_SENT:
        done = _("The invitation is sent again, with a new link.")
        too_soon = _("It went less than an hour ago. Send it again later.")
    else:
        done = _("There is a new link. Open the invitation to copy it.")
        too_soon = _("Its link is less than an hour old. Make a new one later.")
    return done if is_new else too_soon


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation_accept(request, token):
    invitation, by_letter = read_token(token)
    user = request.user
    if invitation and user.is_authenticated and invitation.accepted_by_id == user.pk:
        return redirect(invitation.organisation)  # whoever reads the letter again
    if invitation is None or not invitation.is_open or invitation.organisation.is_archived:
        return render(request, "organisations/invitation_gone.html", status=404)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    fits = not user.is_authenticated or user.holds(invitation.email)
    if fits and form.is_valid():
        if not user.is_authenticated:
            return join(request, invitation, token, by_letter=by_letter, **form.cleaned_data)
        try:
            services.accept_invitation(invitation, by=user)
        except services.InvitationGone:
            return render(request, "organisations/invitation_gone.html", status=404)
        messages.success(request, welcome(invitation.organisation))
        return redirect(invitation.organisation)
    context = {"invitation": invitation, "by_letter": by_letter, "fits": fits, "form": form}
    return render(request, "organisations/invitation_accept.html", context)
