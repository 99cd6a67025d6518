"""Pages for inviting people, for following up invitations, and for joining."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestepback.pages.invitations.forms import InviteForm, JoinForm
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.pagination import page_of
from onestepback.pages.shared.redirects import next_page
from onestepback.pages.shared.unsaved_words import keeps_words
from organisations import services
from organisations.accepting import join, welcome
from organisations.invitations import link_to, read_invitation_token
from organisations.inviting import draft_invitations, invite
from organisations.models import Invitation, Organisation, Team


@require_safe
def index(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    pending = organisation.invitations.pending().latest_first().for_list()
    context = {"organisation": organisation, "page": page_of(request, pending)}
    return render(request, "invitations/index.html", context)


@form_page
@keeps_words(InviteForm)
def invite_to_organisation(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    return invite_page(request, organisation)


@form_page
@keeps_words(InviteForm)
def invite_to_team(request, pk):
    managed = Team.objects.managed_by(request.user).select_related("organisation")
    team = get_object_or_404(managed, pk=pk)
    return invite_page(request, team.organisation, team)


def invite_page(request, organisation, team=None):
    """Ask whom to invite, show the result for each line, and invite once that is confirmed."""
    teams = organisation.teams.active().by_name()
    invitations = reverse("invitations:index", args=[organisation.slug])
    form = InviteForm(
        request.POST or None,
        request.FILES or None,
        teams=teams,
        is_administrator=team is None,
    )
    plan = None
    if form.is_valid():
        offered = [team] if team else list(form.cleaned_data.get("teams", []))
        plan = draft_invitations(organisation, form.typed, teams=offered, **form.offer)
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
    return render(request, "invitations/invite.html", context)


@form_page
def detail(request, pk):
    """One invitation: send it again, cancel it, or copy its link where no e-mail is sent."""
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
    return render(request, "invitations/detail.html", context)


def resent_words(*, is_new):
    """The message after sending an invitation again, or after renewing its link without e-mail."""
    if settings.MAIL_IS_SENT:
        done = _("The invitation is sent again, with a new link.")
        too_soon = _("It went less than an hour ago. Send it again later.")
    else:
        done = _("There is a new link. Open the invitation to copy it.")
        too_soon = _("Its link is less than an hour old. Make a new one later.")
    return done if is_new else too_soon


@login_not_required
@form_page
def accept(request, token):
    invitation, by_letter = read_invitation_token(token)
    user = request.user
    if invitation and user.is_authenticated and invitation.accepted_by_id == user.pk:
        return redirect(invitation.organisation)  # whoever reads the letter again
    if invitation is None or not invitation.is_open or invitation.organisation.is_archived:
        return render(request, "invitations/gone.html", status=404)
    form = JoinForm(request.POST if request.method == "POST" else None)
    fits = not user.is_authenticated or user.holds(invitation.email)
    if fits and form.is_valid():
        if not user.is_authenticated:
            return join(request, invitation, token, by_letter=by_letter, **form.cleaned_data)
        try:
            services.accept_invitation(invitation, by=user)
        except services.InvitationGone:
            return render(request, "invitations/gone.html", status=404)
        messages.success(request, welcome(invitation.organisation))
        return redirect(invitation.organisation)
    context = {"invitation": invitation, "by_letter": by_letter, "fits": fits, "form": form}
    return render(request, "invitations/accept.html", context)
