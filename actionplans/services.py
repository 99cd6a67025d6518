"""Adding actions to a plan, changing them, and telling how they go."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.models import Action, ActionBarrier, ActionPlan, ActionUpdate
from actionplans.querysets import ActionQuerySet
from actionplans.raised import follow_raised
from actionplans.reminders import tell_owner, tell_who_runs_them
from organisations import services as organisations
from organisations.history import Kind, record_event
from organisations.models import Membership, Organisation, System, Team, User
from organisations.outbox import write_letter
from reflections import rounds
from reflections.models import Barrier, Reflection, Round
from reflections.summaries import key_of

NEEDS_A_WORD = {
    Action.Status.STUCK.value: gettext_lazy("Say what is in the way"),
    Action.Status.DROPPED.value: gettext_lazy("Say why you drop it"),
}


class EditConflict(Exception):
    """The action changed since its editor began; `action` is how it is now."""

    def __init__(self, action: Action):
        super().__init__(action.pk)
        self.action = action


class VisionConflict(Exception):
    """Somebody else wrote where the group wants to be; `words` are what is there now."""

    def __init__(self, words: str):
        super().__init__(words)
        self.words = words


def personal_plan(user: User) -> ActionPlan:
    """A person's one plan, made when it is first asked for."""
    plan, _is_new = ActionPlan.objects.get_or_create(user=user)
    return plan


def plan_of(group: Team | Organisation | System) -> ActionPlan:
    """The one plan of a team, an organisation or a system, made when it is first asked for."""
    whose: dict[str, Any] = {str(group._meta.model_name): group}
    plan, _is_new = ActionPlan.objects.get_or_create(**whose)
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
    """Promise something. `made_with` names the form it was typed in: sent twice, it is one.

    In a group's plan, the same words for the same barrier are one action, whoever sends them.
    """
    barriers = list(barriers)
    try:
        with transaction.atomic():
            if twin := twin_of(plan, fields["title"], barriers):
                return twin
            action = Action.objects.create(plan=plan, made_with=made_with, level=level, **fields)
            ActionBarrier.objects.bulk_create(
                ActionBarrier(action=action, barrier=barrier, text=words_for(plan, barrier))
                for barrier in barriers
            )
            action.updates.create(author=by, changes={"status": ["", action.status]})
            tell_owner(action, by=by)
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


def twin_of(plan: ActionPlan, title: str, barriers: list[Barrier]) -> Action | None:
    """The action that answers these barriers in the same words already, in a group's plan."""
    if plan.is_personal or not barriers:
        return None
    ActionPlan.objects.select_for_update().get(pk=plan.pk)
    same = plan.actions.in_hand().filter(title__iexact=title)
    return same.filter(action_barriers__barrier__in=barriers).order_by("pk").first()


def words_for(plan: ActionPlan, barrier: Barrier) -> str:
    """The copy of a barrier that an action keeps: none of a named round in a group's plan."""
    round_ = barrier.reflection.participation.round
    return "" if round_ and round_.is_named and not plan.is_personal else barrier.text


@transaction.atomic
def share_words(
    reflection: Reflection, *, texts: dict[tuple[str, str], bool], counted: bool | None = None
) -> None:
    """Keep what somebody shares of a level; what they take back leaves the plans of groups too."""
    rounds.choose_sharing(reflection, texts=texts, counted=counted)
    forget_words(key_of(reflection, *text) for text, yes in texts.items() if not yes)


@transaction.atomic
def take_out_words(round_: Round, *, kind: str, pk: str, **what) -> None:
    """Take a shared text out of the results, and out of the group's plan."""
    rounds.take_out(round_, kind=kind, pk=pk, **what)
    forget_words([pk])


def forget_words(keys: Iterable[str]) -> None:
    """Drop the copies of texts in the plans of groups, by their keys among the shared ones."""
    found = [uuid.UUID(key) for key in keys]
    shared = ActionBarrier.objects.filter(action__plan__user=None, barrier__in=found)
    shared.update(text="")
    Action.objects.filter(plan__user=None, idea_key__in=found).update(idea="")


@transaction.atomic
def set_vision(plan: ActionPlan, level: str, words: str, *, by: User, before: str) -> None:
    """Say where a group wants to be at a level; VisionConflict unless `before` is there now."""
    stored = ActionPlan.objects.select_for_update().get(pk=plan.pk)
    now = stored.visions.get(level, "")
    if now == words:
        return
    if now != before:
        raise VisionConflict(now)
    moved = ActionPlan.objects.filter(pk=plan.pk, visions=stored.visions)
    if not moved.update(visions={**stored.visions, level: words}):
        raise VisionConflict(now)
    record_event(Kind.VISION_CHANGED, by=by, **rounds.about_group(plan.group))


@transaction.atomic
def accept_proposal(action: Action, *, by: User, version: int, **fields) -> Action:
    """Make a proposal a promise, as its editor worded it; EditConflict if it has moved since.

    ValidationError for one that was answered already.
    """
    return answer_proposal(
        action, by=by, version=version, status=Action.Status.PLANNED.value, **fields
    )


@transaction.atomic
def decline_proposal(action: Action, *, by: User, version: int, reason: str) -> Action:
    """Drop a proposal, with a word why."""
    return answer_proposal(
        action, by=by, version=version, status=Action.Status.DROPPED.value, note=reason
    )


def answer_proposal(
    action: Action, *, by: User, version: int, status: str, note: str = "", **fields
) -> Action:
    before = Action.objects.select_for_update().get(pk=action.pk)
    if before.status != Action.Status.PROPOSED:
        raise ValidationError(_("Somebody has answered this proposal already"))
    values = {**fields, "status": status}
    changes = changes_to(before, values)
    moved = Action.objects.filter(pk=action.pk, version=version, status=before.status)
    if not moved.update(version=F("version") + 1, **values):
        raise EditConflict(before)
    before.updates.create(author=by, note=note, changes=changes)
    before.refresh_from_db()
    tell_owner(before, by=by)
    proposer = before.proposed_by
    if proposer and proposer != by:
        write_letter("proposal_answered", to=proposer.email, recipient=proposer, about=before)
    return before


@transaction.atomic
def change_action(action: Action, *, by: User, version: int, **fields) -> Action:
    """Change what an action says; EditConflict if it has moved since `version`."""
    before = Action.objects.select_for_update().get(pk=action.pk)
    changes = changes_to(before, fields)
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
    if "owner" in changes:
        tell_owner(before, by=by)
    return before


@transaction.atomic
def record_update(action: Action, *, by: User, version: int, status: str, note: str = "") -> Action:
    """Add to an action's story and move it; EditConflict if it has moved since `version`.

    ValidationError for an update that says nothing, or lacks the words that its status needs.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    if before.status == Action.Status.PROPOSED:
        raise ValidationError(_("Accept this proposal first, or decline it"))
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
    """Take the owner from actions whose owner leaves. They keep their status and their date.

    Those who run the plans are told of what was promised and is not done.
    """
    left = list(actions)
    ActionUpdate.objects.bulk_create(
        ActionUpdate(action=action, author=by, changes={"owner": [str(action.owner_id), ""]})
        for action in left
    )
    Action.objects.filter(pk__in=[action.pk for action in left]).update(
        owner=None, owner_left=True, version=F("version") + 1
    )
    plans = ActionPlan.objects.in_use().of_actions([each for each in left if each.is_open])
    tell_who_runs_them(plans, but={action.owner_id for action in left})


def changes_to(action: Action, fields: dict) -> dict[str, list[str]]:
    """What `fields` would change, as the story of an action keeps it: {field: [from, to]}."""
    return {
        name: [as_text(getattr(action, name)), as_text(value)]
        for name, value in fields.items()
        if getattr(action, name) != value
    }


def as_text(value: object) -> str:
    """A field's value for the story of an action: words and dates, never a person's name."""
    if isinstance(value, User):
        return str(value.pk)
    return "" if value is None else str(value)
