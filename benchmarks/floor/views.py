"""The product's pages with as many queries and the same bytes, and nothing else.

Each query asks by key. No rule of access is composed here, so that the cost of the product's rules
is seen beside it.

The markup around the part that changes is the product's own, given as ready text, so that the floor
stays as large as the product when its look changes.
"""

import json
import os
import uuid
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString

from actionplans.models import Action, ActionPlan
from actionplans.querysets import OPEN_STATUSES
from benchmarks.floor.forms import SCALE, YES_OR_NO, LevelForm
from organisations.models import Membership, Organisation, Team, TeamMembership
from reflections.models import Answer, Barrier, Level, Participation, Reflection, Round
from reflections.questionnaire import questionnaire

LABELS = dict(SCALE)


@lru_cache
def shell(page):
    """The ready parts of a page, in order."""
    parts = json.loads(Path(os.environ["FLOOR_SHELLS"]).read_text(encoding="utf-8"))
    return [SafeString(part) for part in parts[page]]


# --- A level ----------------------------------------------------------------------------------


def answers_of(participation):
    answers = Answer.objects.filter(
        reflection__participation=participation, reflection__level="individual"
    ).select_related("reflection")
    return {answer.question_id: answer for answer in answers}


def sent(value):
    return {None: "", True: "yes", False: "no"}[value]


def level_context(request, pk):
    participation = get_object_or_404(Participation, user=request.user, pk=pk)
    asked = questionnaire(participation.question_set_id, participation.perspective, "en-gb")
    answers = answers_of(participation)
    rows = []
    for question in asked["individual"].questions:
        answer = answers[question.pk]
        rating = "" if answer.rating is None else str(answer.rating)
        rows.append(
            {
                "question": question,
                "rating": rating if question.is_scale else sent(answer.has_barrier),
                "comment": answer.comment,
            }
        )
    barriers = [(str(barrier.pk), barrier.text) for barrier in answer.reflection.barriers.all()]
    return {"rows": rows, "barriers": [*barriers, (str(uuid.uuid4()), "")]}


def level(request, pk):
    if request.method == "POST":
        return save(request, pk)
    context = level_context(request, pk)
    context |= {"shell": shell("level"), "scale": SCALE, "yes_or_no": YES_OR_NO}
    return render(request, "level.html", context)


def level_as_div(request, pk):
    context = {"shell": shell("level"), "form": LevelForm(**level_context(request, pk))}
    return render(request, "level_as_div.html", context)


def save(request, pk):
    """Save one comment over the value that its author saw, with the same queries as the product."""
    participation = get_object_or_404(Participation, user=request.user, pk=pk)
    asked = questionnaire(participation.question_set_id, participation.perspective, "en-gb")
    saved = {}
    with transaction.atomic():
        Participation.objects.select_for_update().filter(finished_at=None, pk=pk).first()
        answers = answers_of(participation)
        for name in request.POST:
            if not name.startswith("comment-"):
                continue
            answer = answers[asked["individual"].by_key[name.removeprefix("comment-")].pk]
            if answer.comment != request.POST[f"was-{name}"]:
                return JsonResponse({}, status=409)
            answer.comment = saved[name] = request.POST[name].strip()
            answer.save(update_fields=["comment"])
    moment = timezone.localtime().strftime("%I:%M%p").lower()
    return JsonResponse({"message": f"Saved at {moment}", "saved": saved, "problems": {}})


# --- Home and plan ----------------------------------------------------------------------------

STATUSES = dict(Action.Status.choices)
NO_KEY = 2_000_000_000  # of no row


def shown(action, user):
    return {
        "pk": str(action.pk),
        "level": action.level,
        "title": action.title,
        "who": user.name if action.owner_id == user.pk else action.owner_name,
        "due_on": action.due_on,
        "status": action.status,
        "label": STATUSES[action.status],
        "is_overdue": action.is_open and action.due_on < user.today,
        "is_open": action.is_open,
        "barriers": action.action_barriers.all(),
    }


def home(request):
    """The home page of somebody in no team; its queries for rounds and plans find nothing."""
    mine = Participation.objects.filter(user=request.user)
    unfinished = mine.filter(finished_at=None, round=None).first()
    mine.exclude(finished_at=None).order_by("-finished_at").first()
    own = Action.objects.filter(plan__user=request.user, status__in=OPEN_STATUSES)
    places = TeamMembership.objects.filter(membership__user=request.user).select_related("team")
    context = {
        "shell": shell("home"),
        "rounds": Round.objects.filter(pk=NO_KEY),
        "waiting": list(ActionPlan.objects.filter(pk=NO_KEY)),
        "unfinished": str(unfinished.pk),
        "actions": [shown(action, request.user) for action in own.order_by("due_on", "pk")[:5]],
        "places": [(str(place.team_id), place.team.name) for place in places[:20]],
    }
    return render(request, "home.html", context)


def plan(request):
    user = request.user
    latest, before = {}, {}
    for reflection in (
        Reflection.objects.filter(
            participation__user=user, participation__finished_at__isnull=False
        )
        .exclude(submitted_at=None)
        .select_related("participation")
        .order_by("-participation__finished_at")
    ):
        if latest.setdefault(reflection.level, reflection) is not reflection:
            before.setdefault(reflection.level, reflection)
    both = [reflection.pk for group in (latest, before) for reflection in group.values()]
    answers = {}
    for answer in Answer.objects.filter(reflection__in=both).select_related("question"):
        answers.setdefault(answer.reflection_id, {})[answer.question.key] = answer
    barriers = {}
    named = [reflection.pk for reflection in latest.values()]
    for barrier in Barrier.objects.filter(reflection__in=named):
        barriers.setdefault(barrier.reflection_id, []).append(barrier)
    actions = [shown(action, user) for action in Action.objects.filter(plan__user=user).for_plan()]
    actions.sort(key=lambda action: (not action["is_open"], action["due_on"]))
    Participation.objects.filter(user=user, finished_at=None).first()
    levels = [
        plan_level(level, latest.get(level), before.get(level), answers, barriers, actions)
        for level in Level.values
    ]
    return render(request, "plan.html", {"shell": shell("plan"), "levels": levels})


def plan_level(level, reflection, before, answers, barriers, actions):
    asked = questionnaire(
        reflection.participation.question_set_id, reflection.participation.perspective, "en-gb"
    )[level]
    earlier = answers.get(before.pk, {}) if before else {}
    rows = [
        plan_row(question, answers[reflection.pk][question.key], earlier)
        for question in asked.questions
        if question.is_scale
    ]
    own = [action for action in actions if action["level"] == level]
    closed = [action for action in own if not action["is_open"]]
    lines = {barrier.pk: (barrier, []) for barrier in barriers.get(reflection.pk, [])}
    for action in own:
        for link in action["barriers"]:
            if link.barrier_id in lines:
                lines[link.barrier_id][1].append(action)
    return {
        "level": level,
        "name": asked.level.label,
        "reflected_on": reflection.submitted_at,
        "vision": reflection.vision,
        "rows": rows,
        "barriers": [(str(pk), barrier.text, named) for pk, (barrier, named) in lines.items()],
        "open_actions": [action for action in own if action["is_open"]],
        "closed_actions": closed,
        "closed_count": str(len(closed)),
    }


def plan_row(question, answer, earlier):
    now, wanted = answer.rating, answer.target
    stops = [
        {
            "x": str(64 * rating - 32),
            "label": LABELS[str(rating)],
            "chosen": rating in (now, wanted),
        }
        for rating in range(1, 6)
    ]
    return {
        "text": question.text,
        "comment": answer.comment,
        "now": LABELS[str(now)],
        "wanted": LABELS[str(wanted)],
        "same": earlier[question.key].rating == now,
        "stops": stops,
        "now_x": str(64 * now - 32),
        "wanted_x": str(64 * wanted - 32),
        "back": str(64 * wanted - 53),
        "tip": str(64 * wanted - 44),
    }


# --- People -----------------------------------------------------------------------------------

PEOPLE_A_PAGE = 25


def people(request, slug):
    """The first page of the list of people, unfiltered, for an administrator."""
    organisation = get_object_or_404(Organisation, slug=slug)
    teams = Team.objects.filter(organisation=organisation).order_by("name")
    everybody = Membership.objects.filter(organisation=organisation, ended_at=None)
    everybody.count()  # its words are in the shell
    found = everybody.for_list().with_reach().by_name()
    context = {
        "shell": shell("people"),
        "path": request.path,
        "teams": [(str(team.pk), team.name) for team in teams],
        "rows": [person_row(membership) for membership in found[:PEOPLE_A_PAGE]],
    }
    return render(request, "people.html", context)


def person_row(membership):
    user = membership.user
    return {
        "pk": str(membership.pk),
        "name": user.name or user.email,
        "address": user.email if user.name else "",
        "is_administrator": membership.role == "administrator",
        "is_not_reached": membership.is_not_reached,
        "places": [(place.team.name, place.role == "facilitator") for place in membership.places],
    }


@login_not_required
def healthz(request):
    return HttpResponse("Well.", content_type="text/plain")
