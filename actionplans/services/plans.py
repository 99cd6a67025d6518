"""Plans of people and groups are made here, and a group's visions are changed."""

from typing import Any

from django.db import transaction

from actionplans import events
from actionplans.models import ActionPlan
from organisations.groups import Group, event_target
from organisations.history import record_event
from organisations.models import User


class VisionConflict(Exception):
    """Somebody else changed the vision since its editor began; `words` are there now."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def personal_plan(user: User) -> ActionPlan:
    """A person's one plan, made when it is first asked for."""
    plan, _is_new = ActionPlan.objects.get_or_create(user=user)
    return plan


def plan_of(group: Group) -> ActionPlan:
    """The one plan of a team, an organisation or a system, made when it is first asked for."""
    of_group: dict[str, Any] = {str(group._meta.model_name): group}
    plan, _is_new = ActionPlan.objects.get_or_create(**of_group)
    return plan


@transaction.atomic
def set_vision(plan: ActionPlan, level: str, words: str, *, by: User, before: str) -> None:
    """Change a group's vision at a level; VisionConflict unless `before` is there now."""
    stored = ActionPlan.objects.select_for_update().get(pk=plan.pk)
    now = stored.visions.get(level, "")
    if now == words:
        return
    if now != before:
        raise VisionConflict(now)
    moved = ActionPlan.objects.filter(pk=plan.pk, visions=stored.visions)
    if not moved.update(visions={**stored.visions, level: words}):
        raise VisionConflict(now)
    record_event(events.VISION_CHANGED, by=by, **event_target(plan.shared_group))
