"""Deeds about the shared plans of the demo, done by the services that the pages call."""

from datetime import date
from typing import Any
from uuid import uuid4

from actionplans import events, raising, you_said
from actionplans.models import Action, ActionPlan, Escalation
from actionplans.services.actions import add_action
from actionplans.services.plans import plan_of, set_vision
from actionplans.services.proposals import accept_proposal, decline_proposal
from actionplans.services.updates import record_update
from onestepback.demo.days import working_moment
from onestepback.demo.deeds import Deed, email_of
from organisations.groups import Group, event_target
from organisations.history import record_event
from organisations.models import User
from reflections.models import Barrier, Question, Reflection, Round
from reflections.summaries import key_of

ACTION_WORDS = ["title", "detail", "measure", "with_partners"]


def act_in_plan(deed: Deed, group: Group, *, by: User, today: date) -> None:
    plan, details = plan_of(group), deed.plan or {}
    match deed.does:
        case "write_vision":
            set_vision(plan, details["level"], details["words"], by=by, before="")
        case "add_action":
            promise = promise_of(details, today)
            add_to_plan(plan, details, by=by, **promise)
        case "propose":
            add_to_plan(plan, details, by=by, status=Action.Status.PROPOSED, proposed_by=by)
        case "accept_raised":
            promise = promise_of(details, today)
            raised = waiting(plan, details)
            words = action_words(details)
            raising.accept_escalation(raised, by=by, reply=details["reply"], **words, **promise)
        case "decline_raised":
            raising.decline_escalation(waiting(plan, details), by=by, reply=details["reply"])
        case "show_telling":
            version = you_said.shown_version(plan)
            you_said.show_you_said(plan, by=by, version=version, introduction=details["words"])
        case "publish_telling":
            you_said.publish_you_said(plan, by=by, version=you_said.publishing_version(plan))
        case "download_plan":
            record_event(events.PLAN_DOWNLOADED, by=by, **event_target(group))
        case _:
            action = plan.actions.select_related("plan").get(title=details["title"])
            go_on_with(action, deed, by=by, today=today)


def go_on_with(action: Action, deed: Deed, *, by: User, today: date) -> None:
    """Do a deed about an action that is in its plan already."""
    details, version = deed.plan or {}, action.version
    match deed.does:
        case "accept_proposal":
            accept_proposal(action, by=by, version=version, **promise_of(details, today))
        case "decline_proposal":
            decline_proposal(action, by=by, version=version, reason=details["note"])
        case "update_action":
            status, note = details["status"], details["note"]
            record_update(action, by=by, version=version, status=status, note=note)
        case "raise":
            words = {"title": details["as"], "detail": details["detail"]}
            raising.raise_action(action, by=by, made_with=uuid4(), **words)
        case "write_words":
            words = {name: details[name] for name in ("you_said", "we_did")}
            seen = you_said.words_version(action)
            you_said.write_words(action, by=by, version=seen, **words)
        case unknown:
            raise ValueError(f"{deed.by}: {unknown}")


def add_to_plan(plan: ActionPlan, details: dict[str, Any], *, by: User, **promise: Any) -> None:
    add_action(
        plan,
        by=by,
        made_with=uuid4(),
        level=details["level"],
        **answered_by(details, plan.shared_group),
        **action_words(details),
        **promise,
    )


def action_words(details: dict[str, Any]) -> dict[str, Any]:
    return {name: details[name] for name in ACTION_WORDS if name in details}


def promise_of(details: dict[str, Any], today: date) -> dict[str, Any]:
    """The owner and the date of an action."""
    due_on = working_moment(today, details["due"], "12:00").date()
    if "owner" in details:
        return {"owner": User.objects.get(email=email_of(details["owner"])), "due_on": due_on}
    return {"owner_name": details["who"], "due_on": due_on}


def answered_by(details: dict[str, Any], group: Group) -> dict[str, Any]:
    """The shared texts of a round that an action answers, or the question that it is about."""
    if "question" in details:
        latest = Question.objects.filter(key=details["question"]).order_by("-question_set").first()
        return {"question": latest}
    if "round" not in details:
        return {}
    round_ = Round.objects.of_group(group).get(title=details["round"])
    if "idea" in details:
        words = {"idea": details["idea"], "idea_shared": True}
        author = Reflection.objects.get(participation__round=round_, **words)
        return {"idea": details["idea"], "idea_key": key_of(author, "idea", "")}
    barriers = Barrier.objects.filter(
        reflection__participation__round=round_, shared=True, text__in=details["barriers"]
    )
    return {"barriers": barriers.select_related("reflection__participation__round")}


def waiting(plan: ActionPlan, details: dict[str, Any]) -> Escalation:
    return Escalation.objects.waiting().with_groups().get(plan=plan, title=details["raised"])
