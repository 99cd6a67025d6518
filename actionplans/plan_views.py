"""The plans of teams, organisations and systems."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from actionplans.models import ActionPlan
from actionplans.services import plan_of
from organisations.models import Organisation, System, Team


@require_GET
def team_plan(request, pk):
    return redirect(plan_of(get_object_or_404(Team.objects.visible_to(request.user), pk=pk)))


@require_GET
def organisation_plan(request, slug):
    organisations = Organisation.objects.visible_to(request.user).distinct()
    return redirect(plan_of(get_object_or_404(organisations, slug=slug)))


@require_GET
def system_plan(request, slug):
    of_organisations = Organisation.objects.visible_to(request.user).active().values("system")
    systems = System.objects.visible_to(request.user) | System.objects.filter(
        pk__in=of_organisations
    )
    return redirect(plan_of(get_object_or_404(systems.distinct(), slug=slug)))


def readable_plan(request, pk):
    """A shared plan that somebody may read, with whose it is and `can_edit`."""
    plans = ActionPlan.objects.shared().visible_to(request.user).with_rights(request.user)
    return get_object_or_404(plans, pk=pk)


@require_GET
def shared_plan_detail(request, pk):
    plan = readable_plan(request, pk)
    return render(request, "actionplans/shared_plan_detail.html", {"plan": plan})
