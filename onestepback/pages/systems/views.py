"""Pages of a system: its organisations and conveners, and removing an organisation."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestepback.pages.shared.methods import form_page
from organisations import services
from organisations.models import System


@require_safe
def detail(request, slug):
    system = get_object_or_404(System.objects.visible_to(request.user), slug=slug)
    context = {
        "system": system,
        "organisations": system.organisations.active().by_name(),
        "conveners": system.conveners.order_by("name", "pk"),
    }
    return render(request, "systems/detail.html", context)


@form_page
def remove_organisation(request, slug, pk):
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
    return render(request, "systems/remove_organisation.html", context)
