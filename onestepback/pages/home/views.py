"""Pages that everybody can open, and the home page of a person who is signed in."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.decorators.http import require_safe

from actionplans.models import Action, ActionPlan
from onestepback.pages.actions.reading import planned_anywhere
from onestepback.pages.shared.unsaved_words import keep_words, may_be_kept, wants_json
from organisations.models import TeamMembership
from reflections.models import Level, Participation, QuestionSet, Round

PLANS_AT_HOME = 20


@login_not_required
@require_safe
def home(request):
    if not request.user.is_authenticated:
        return render(request, "home/start.html", {"levels": list(Level)})
    participations = Participation.objects.held_by(request)
    actions = Action.objects.of(request.user).open().with_plans().sorted_by("due")[:5]
    context = {
        "unfinished": participations.for_oneself().unfinished().first(),
        "latest": participations.finished().first(),
        "rounds": Round.objects.for_home(request.user),
        "waiting": ActionPlan.objects.run_by(request.user).with_waiting()[: PLANS_AT_HOME + 1],
        "actions": planned_anywhere(actions, reader=request.user),
        "most_plans": PLANS_AT_HOME,
        "places": TeamMembership.objects.current().in_use().of_person(request.user)[:20],
    }
    return render(request, "home/home.html", context)


@login_not_required
@require_safe
def privacy(request):
    return render(request, "home/privacy.html")


@login_not_required
@require_safe
def accessibility(request):
    return render(request, "home/accessibility.html")


@login_not_required
@require_safe
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
def csrf_failure(request, reason=""):
    if may_be_kept(request) and not wants_json(request):
        return keep_words(request, status=403)
    return plain_csrf_failure(request, reason)
