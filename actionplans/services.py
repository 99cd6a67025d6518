"""Adding actions to a plan, changing them, and telling how they go."""

import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.models import Action, ActionBarrier, ActionPlan, ActionUpdate
from actionplans.querysets import ActionQuerySet
from actionplans.raised import follow_raised
from organisations import services as organisations
from organisations.models import Membership, Organisation, System, Team, User
from reflections.models import Barrier

NEEDS_A_WORD = {
    Action.Status.STUCK.value: gettext_lazy("Say what is in the way"),
    Action.Status.DROPPED.value: gettext_lazy("Say why you drop it"),
}


class EditConflict(Exception):
    """The action changed since its editor began; `action` is how it is now."""

    def __init__(self, action: Action):
        super().__init__(action.pk)
        self.action = action


def personal_plan(user: User) -> ActionPlan:
    """A person's one plan, made when it is first asked for."""
    plan, _is_new = ActionPlan.objects.get_or_create(user=user)
    return plan


def plan_of(group: Team | Organisation | System) -> ActionPlan:
    """The one plan of a team, an organisation or a system, made when it is first asked for."""
    plan, _is_new = ActionPlan.objects.get_or_create(**{group._meta.model_name: group})
    return plan


def add_action(
    plan: ActionPlan,
    *,
    by: User,
    made_with: uuid.UUID,
    level: str,
    barriers: Iterable[Barrier] = (),
    **fields,
) -> Action:
    """Promise something. `made_with` names the form it was typed in: sent twice, it is one."""
    try:
        with transaction.atomic():
            action = Action.objects.create(plan=plan, made_with=made_with, level=level, **fields)
            ActionBarrier.objects.bulk_create(
                ActionBarrier(action=action, barrier=barrier, text=barrier.text)
                for barrier in barriers
            )
            action.updates.create(author=by, changes={"status": ["", action.status]})
    except IntegrityError:
        before = Action.objects.filter(plan=plan, made_with=made_with).first()
        if before is None:
            raise
        if all(getattr(before, name) == value for name, value in fields.items()):
            return before
        # The same form with other words: they are another promise, and nobody's words are dropped.
        return add_action(
            plan, by=by, made_with=uuid.uuid4(), level=level, barriers=barriers, **fields
        )
    return action


@transaction.atomic
def change_action(action: Action, *, by: User, version: int, **fields) -> Action:
    """Change what an action says; EditConflict if it has moved since `version`."""
    before = Action.objects.select_for_update().get(pk=action.pk)
    changes = {
        name: [as_text(getattr(before, name)), as_text(value)]
        for name, value in fields.items()
        if getattr(before, name) != value
    }
    if not changes:
        return before
    changed = {name: fields[name] for name in changes}
    moved = Action.objects.filter(pk=action.pk, version=version).update(
        version=F("version") + 1, **changed
    )
    if not moved:
        raise EditConflict(before)
    before.updates.create(author=by, changes=changes)
    before.refresh_from_db()
    return before


@transaction.atomic
def record_update(action: Action, *, by: User, version: int, status: str, note: str = "") -> Action:
    """Add to an action's story and move it; EditConflict if it has moved since `version`.

    ValidationError for an update that says nothing, or lacks the words that its status needs.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    if not note and before.status == status and before.version == version:
        raise ValidationError(_("Choose another status, or write what has changed"))
    if not note and status in NEEDS_A_WORD:
        raise ValidationError({"note": NEEDS_A_WORD[status]})
    done = status == Action.Status.DONE
    moved = Action.objects.filter(pk=action.pk, version=version).update(
        version=F("version") + 1,
        status=status,
        completed_at=(before.completed_at or timezone.now()) if done else None,
        completed_by=(before.completed_by or by) if done else None,
    )
    if not moved:
        latest = before.updates.filter(author=by).first()
        if before.status == status and latest and latest.note == note:
            return before  # the same update, sent twice
        raise EditConflict(before)
    changes = {"status": [before.status, status]} if before.status != status else {}
    before.updates.create(author=by, note=note, changes=changes)
    before.refresh_from_db()
    follow_raised(before, by=by, note=note)
    return before


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """End somebody's membership, or leave; their actions there are listed as needing an owner.

    ValidationError for the last administrator.
    """
    if organisations.end_membership(membership, by=by):
        theirs = Action.objects.of_organisation(membership.organisation).in_hand()
        disown(theirs.owned_by(membership.user), by=by)


def disown(actions: ActionQuerySet, *, by: User | None) -> None:
    """Take the owner from actions whose owner leaves. They keep their status and their date."""
    left = list(actions)
    ActionUpdate.objects.bulk_create(
        ActionUpdate(action=action, author=by, changes={"owner": [str(action.owner_id), ""]})
        for action in left
    )
    Action.objects.filter(pk__in=[action.pk for action in left]).update(
        owner=None, owner_left=True, version=F("version") + 1
    )


def as_text(value: object) -> str:
    """A field's value for the story of an action: words and dates, never a person's name."""
    if isinstance(value, User):
        return str(value.pk)
    return "" if value is None else str(value)
