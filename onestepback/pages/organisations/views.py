"""Pages of organisations: the list of a person's own, one organisation, settings, history."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestepback.pages.organisations.forms import OrganisationForm, SettingsForm
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.pagination import page_of
from onestepback.pages.shared.unsaved_words import keeps_words
from organisations import services
from organisations.history import details_of, sentence_about
from organisations.models import (
    AuditEvent,
    Membership,
    Organisation,
    System,
)


@require_safe
def index(request):
    context = {
        "memberships": Membership.objects.of(request.user).with_places(),
        "systems": System.objects.visible_to(request.user),
        "can_create": settings.ALLOW_ORGANISATION_CREATION,
    }
    return render(request, "organisations/index.html", context)


@form_page
@keeps_words(OrganisationForm)
def create(request):
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
    return render(request, "organisations/create.html", {"form": form})


@require_safe
def detail(request, slug):
    mine = get_object_or_404(Membership.objects.of(request.user), organisation__slug=slug)
    organisation, counts = mine.organisation, None
    if mine.is_administrator:
        counts = {
            "people": organisation.memberships.current().count(),
            "teams": organisation.teams.active().count(),
            "invitations": organisation.invitations.open().count(),
        }
    context = {
        "organisation": organisation,
        "mine": mine,
        "places": mine.team_memberships.in_use(),
        "administrators": organisation.memberships.administrators().by_name().for_list(),
        "others": Membership.objects.of(request.user).elsewhere(organisation),
        "counts": counts,
    }
    return render(request, "organisations/detail.html", context)


@form_page
@keeps_words(SettingsForm)
def edit(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    form = SettingsForm(request.POST or None, initial=SettingsForm.initial_of(organisation))
    if form.is_valid():
        services.change_settings(organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("The settings are saved"))
        return redirect("organisations:edit", slug=slug)
    context = {"organisation": organisation, "form": form}
    return render(request, "organisations/edit.html", context)


@form_page
def archive(request, slug):
    """Archive an organisation, or restore it."""
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
    return render(request, "organisations/archive.html", context)


@require_safe
def history(request, slug):
    organisation = get_object_or_404(Organisation.objects.administered_by(request.user), slug=slug)
    page = page_of(request, AuditEvent.objects.of(organisation).latest_first().for_history())
    entries = [(event.at, sentence_about(event), details_of(event)) for event in page]
    context = {"organisation": organisation, "page": page, "entries": entries}
    with timezone.override(organisation.zone):
        return render(request, "organisations/history.html", context)
