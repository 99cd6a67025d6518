"""The review: a group's done and open actions, looked at before it reflects again."""

from dataclasses import dataclass

from actionplans.models import Action, ActionPlan
from actionplans.querysets import ActionQuerySet
from organisations.models import User
from reflections.models import Round


def actions_to_review(group, *, reader: User) -> ActionQuerySet:
    """A group's open actions with proposals, for the review before its next round opens."""
    plans = ActionPlan.objects.visible_to(reader).of_group(group)
    actions = Action.objects.filter(plan__in=plans.values("pk"))
    return actions.in_hand().for_list().sorted_by("due")


@dataclass(frozen=True)
class DoneSince:
    """Actions that a group has done since its last round closed, for people who reflect again."""

    plan: ActionPlan
    actions: list[Action]
    open: int


def done_since_last_round(round_: Round, *, reader: User) -> DoneSince | None:
    """The done actions and the number of open ones; None if the reader may not read the plan."""
    plan = ActionPlan.objects.visible_to(reader).of_group(round_.group).first()
    if plan is None:
        return None
    done = plan.actions.filter(status=Action.Status.DONE).order_by("-completed_at", "pk")
    last = Round.objects.before(round_).order_by("-closed_at").first()
    if last is not None:
        done = done.filter(completed_at__gte=last.closed_at)
    return DoneSince(plan, list(done[:20]), plan.actions.open().count())
