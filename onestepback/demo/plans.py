"""What people do about the shared plans of the demo, as its pages would do it."""

from datetime import date
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
    plan, said = plan_of(group), deed.plan or {}
    match deed.does:
        case "write_vision":
            set_vision(plan, said["level"], said["words"], by=by, before="")
        case "add_action":
            promise = promise_of(said, today)
            add_to_plan(plan, said, by=by, **promise)
        case "propose":
            add_to_plan(plan, said, by=by, status=Action.Status.PROPOSED, proposed_by=by)
        case "accept_raised":
            promise = promise_of(said, today)
            raised = waiting(plan, said)
            words = action_words(said)
            raising.accept_escalation(raised, by=by, reply=said["reply"], **words, **promise)
        case "decline_raised":
            raising.decline_escalation(waiting(plan, said), by=by, reply=said["reply"])
        case "show_telling":
            version = you_said.shown_version(plan)
            you_said.show_you_said(plan, by=by, version=version, introduction=said["words"])
        case "publish_telling":
            you_said.publish_you_said(plan, by=by, version=you_said.publishing_version(plan))
        case "download_plan":
            record_event(events.PLAN_DOWNLOADED, by=by, **event_target(group))
        case _:
            action = plan.actions.select_related("plan").get(title=said["title"])
            go_on_with(action, deed, by=by, today=today)


def go_on_with(action: Action, deed: Deed, *, by: User, today: date) -> None:
    """One deed about an action that is in its plan already."""
    said, seen = deed.plan or {}, action.version
    match deed.does:
        case "accept_proposal":
            accept_proposal(action, by=by, version=seen, **promise_of(said, today))
        case "decline_proposal":
            decline_proposal(action, by=by, version=seen, reason=said["note"])
        case "update_action":
            status, note = said["status"], said["note"]
            record_update(action, by=by, version=seen, status=status, note=note)
        case "raise":
            words = {"title": said["as"], "detail": said["detail"]}
            raising.raise_action(action, by=by, made_with=uuid4(), **words)
        case "write_words":
            words = {name: said[name] for name in ("you_said", "we_did")}
            version = you_said.words_version(action)
            you_said.write_words(action, by=by, version=version, **words)
        case unknown:
            raise ValueError(f"{deed.by}: {unknown}")


def add_to_plan(plan: ActionPlan, said: dict, *, by: User, **promise) -> None:
    add_action(
        plan,
        by=by,
        made_with=uuid4(),
        level=said["level"],
        **answered_by(said, plan.group),
        **action_words(said),
        **promise,
    )


def action_words(said: dict) -> dict:
    return {name: said[name] for name in ACTION_WORDS if name in said}


def promise_of(said: dict, today: date) -> dict:
    """Who does it, and by when."""
    due_on = working_moment(today, said["due"], "12:00").date()
    if "owner" in said:
        return {"owner": User.objects.get(email=email_of(said["owner"])), "due_on": due_on}
    return {"owner_name": said["who"], "due_on": due_on}


def answered_by(said: dict, group: Group) -> dict:
    """What people shared in a round that an action answers, or the question that it is about."""
    if "question" in said:
        latest = Question.objects.filter(key=said["question"]).order_by("-question_set").first()
        return {"question": latest}
    if "round" not in said:
        return {}
    round_ = Round.objects.of_group(group).get(title=said["round"])
    if "idea" in said:
        words = {"idea": said["idea"], "idea_shared": True}
        author = Reflection.objects.get(participation__round=round_, **words)
        return {"idea": said["idea"], "idea_key": key_of(author, "idea", "")}
    barriers = Barrier.objects.filter(
        reflection__participation__round=round_, shared=True, text__in=said["barriers"]
    )
    return {"barriers": barriers.select_related("reflection__participation__round")}


def waiting(plan: ActionPlan, said: dict) -> Escalation:
    found = Escalation.objects.waiting().with_groups()
    return found.get(plan=plan, title=said["raised"])
