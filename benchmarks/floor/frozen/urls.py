"""The product's addresses, and beside them the frozen page and what it links to."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from django.utils.translation import gettext_lazy

from benchmarks.floor.frozen.sheet import Outcome, Sheet
from onestepback.urls import urlpatterns as of_the_product
from reflections.models import Level, Participation

NAMES = "reflect plan organisations details sign_out sign_in sign_up home privacy accessibility"


def level_now(request, pk):
    mine = Participation.objects.filter(user=request.user).select_related(
        "round__team", "round__organisation", "round__system"
    )
    participation = get_object_or_404(mine, pk=pk)
    sheet = Sheet(participation, Level.INDIVIDUAL)
    outcome = Outcome()
    sheet.load()
    context = {
        "participation": participation,
        "sheet": sheet,
        "stage_name": gettext_lazy("Where are you now?"),
        "step": "",
        "outcome": outcome,
        "page": sheet.page(outcome),
        "problems": [],
        "unanswered": [],
    }
    return render(request, "frozen/now.html", context)


def nothing(request):
    raise Http404


frozen = [path(f"{name}/", nothing, name=name) for name in NAMES.split()]
frozen.append(path("level/<uuid:pk>/", level_now, name="level_now"))
urlpatterns = [*of_the_product, path("frozen/", include((frozen, "frozen")))]
