from pathlib import Path

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.contents import planned_anywhere
from actionplans.models import Action, ActionPlan
from onestepback.dev_letters import letters_in
from onestepback.personal_data import erase, everything_of
from organisations.again import signed_in_lately
from organisations.forms import AccountDeleteForm, PersonForm
from organisations.held import hold_words, may_be_held, wants_json
from organisations.models import Organisation, TeamMembership
from organisations.services import StillNeeded
from reflections.models import Level, Participation, QuestionSet, Round
from reflections.services import choose_reading, reading_preference_of

PLANS_AT_HOME = 20
ASKED_AGAIN = ["account_delete", "account_email", "account_set_password"]


@login_not_required
@require_GET
def home(request):
    if not request.user.is_authenticated:
        return render(request, "start.html", {"levels": list(Level)})
    mine = Participation.objects.held_by(request)
    actions = Action.objects.of(request.user).open().with_plans().sorted_by("due")[:5]
    context = {
        "unfinished": mine.for_oneself().unfinished().first(),
        "latest": mine.finished().first(),
        "rounds": Round.objects.for_home(request.user),
        "waiting": ActionPlan.objects.run_by(request.user).with_waiting()[: PLANS_AT_HOME + 1],
        "actions": planned_anywhere(actions, reader=request.user),
        "most_plans": PLANS_AT_HOME,
        "places": TeamMembership.objects.current().in_use().of_person(request.user)[:20],
    }
    return render(request, "home.html", context)


@login_not_required
@require_GET
def privacy(request):
    return render(request, "privacy.html")


@login_not_required
@require_GET
def accessibility(request):
    return render(request, "accessibility.html")


@require_http_methods(["GET", "POST"])
def account_details(request):
    reading = {"one_question_a_page": reading_preference_of(request.user).one_question_a_page}
    form = PersonForm(request.POST or None, instance=request.user, initial=reading)
    if form.is_valid():
        form.save()
        choose_reading(request.user, **{name: form.cleaned_data[name] for name in reading})
        messages.success(request, _("Your details are saved"))
        return redirect("account_details")
    return render(request, "account_details.html", {"form": form})


@require_GET
def account_data(request):
    response = JsonResponse(
        everything_of(request.user), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    day = timezone.localdate()
    response["Content-Disposition"] = f'attachment; filename="one-step-back-{day:%Y-%m-%d}.json"'
    return response


@require_http_methods(["GET", "POST"])
def account_again(request):
    wanted = request.POST.get("next") or request.GET.get("next")
    if wanted not in {reverse(name) for name in ASKED_AGAIN}:
        raise Http404
    if request.method == "POST":
        logout(request)
        return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': wanted})}")
    return render(request, "account_again.html", {"next": wanted})


@require_http_methods(["GET", "POST"])
@signed_in_lately
@reauthentication_required
def account_delete(request):
    form = AccountDeleteForm(request.POST or None)
    if form.is_valid():
        user = request.user
        try:
            erase(user)
        except StillNeeded:
            return redirect("account_delete")  # the page says by whom
        logout(request)
        messages.success(request, _("Your account and what you wrote are deleted."))
        return redirect("home")
    needed_by = Organisation.objects.administered_only_by(request.user)
    return render(request, "account_delete.html", {"form": form, "needed_by": needed_by})


@login_not_required
@require_GET
def healthz(request):
    fresh = connection.copy()  # one that is kept does not notice that its file has gone
    try:
        with fresh.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {QuestionSet._meta.db_table} LIMIT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.", content_type="text/plain", status=503)
    finally:
        fresh.close()
    return HttpResponse("Well.", content_type="text/plain")


@login_not_required
@require_GET
def dev_letters(request):
    return render(request, "dev_letters.html", {"letters": letters_in(Path(settings.LETTERS_DIR))})


@login_not_required
def csrf_failure(request, reason=""):
    if may_be_held(request) and not wants_json(request):
        return hold_words(request, status=403)
    return plain_csrf_failure(request, reason)
