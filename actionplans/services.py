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

from actionplans import events
from actionplans.models import Action, ActionBarrier, ActionPlan, ActionUpdate
from actionplans.querysets import ActionQuerySet
from actionplans.raised import follow_raised
from actionplans.reminders import tell_of_proposal, tell_owner, tell_who_runs_them
from organisations.groups import Group, event_target
from organisations.history import record_event
from organisations.models import Membership, User
from organisations.outbox import write_letter
from organisations.services import end_membership_alone
from reflections.models import Barrier, Reflection, Round
from reflections.rounds import hide_from_results, mark_sharing
from reflections.summaries import key_of

NEEDS_A_WORD = {
    Action.Status.STUCK.value: gettext_lazy("Say what is in the way"),
    Action.Status.DROPPED.value: gettext_lazy("Say why you drop it"),
}
TURNED_DOWN = gettext_lazy(
    "This proposal was declined or taken back. Whoever looks after the plan can take it up"
)
NEEDS_SOMEBODY = gettext_lazy("Before it goes on, change the action: say who does it, by when")

WITHDRAWN = "proposal_withdrawn"  # in the changes of a story: its author dropped it, unanswered
CHANGEABLE = [
    "title",
    "detail",
    "measure",
    "with_partners",
    "owner",
    "owner_name",
    "due_on",
    "status",
    "you_said",
    "we_did",
]


class EditConflict(Exception):
    """The action changed since its editor began; `action` is how it is now.

    `fields` are those that both changed; `others` those that only somebody else did.
    """

    def __init__(self, action: Action, fields: Iterable[str], others: Iterable[str] = ()):
        super().__init__(action.pk)
        self.action = action
        self.fields = frozenset(fields)
        self.others = frozenset(others) - self.fields


class VisionConflict(Exception):
    """Somebody else wrote where the group wants to be; `words` are what is there now."""

    def __init__(self, words: str):
        super().__init__(words)
        self.words = words


def personal_plan(user: User) -> ActionPlan:
    """A person's one plan, made when it is first asked for."""
    plan, _is_new = ActionPlan.objects.get_or_create(user=user)
    return plan


def plan_of(group: Group) -> ActionPlan:
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
            if not plan.is_personal:
                barriers = still_shared(barriers)
            ActionBarrier.objects.bulk_create(
                ActionBarrier(action=action, barrier=barrier, text=words_for(plan, barrier))
                for barrier in barriers
            )
            action.updates.create(author=by, changes={"status": ["", action.status]})
            tell_owner(action, by=by)
            tell_of_proposal(action, by=by)
    except IntegrityError:
        before = Action.objects.filter(made_with=made_with).first()
        if before is None:
            raise
        if before.plan_id == plan.pk and was_added_as(before, fields):
            return before
        # The same form with other words, or for another plan: that is another promise, and
        # nobody's words are dropped.
        return add_action(
            plan, by=by, made_with=uuid.uuid4(), level=level, barriers=barriers, **fields
        )
    return action


def was_added_as(action: Action, fields: dict[str, Any]) -> bool:
    """Whether an action said this when it was added, whatever has become of it since."""
    at_first = changed_since(action, 0)
    return all(
        at_first.get(name, as_text(getattr(action, name))) == as_text(value)
        for name, value in fields.items()
    )


def twin_of(plan: ActionPlan, title: str, barriers: list[Barrier]) -> Action | None:
    """The action that answers these barriers in the same words already, in a group's plan."""
    if plan.is_personal or not barriers:
        return None
    ActionPlan.objects.select_for_update().get(pk=plan.pk)
    same = plan.actions.in_hand().filter(title__iexact=title)
    return same.filter(action_barriers__barrier__in=barriers).order_by("pk").first()


def still_shared(barriers: list[Barrier]) -> list[Barrier]:
    """Those that nobody took back since they were read."""
    shared = Barrier.objects.filter(pk__in=[each.pk for each in barriers], shared=True)
    rows = shared.select_for_update(of=("self",)).order_by("pk")
    return list(rows.select_related("reflection__participation__round"))


def words_for(plan: ActionPlan, barrier: Barrier) -> str:
    """The copy of a barrier that an action keeps: none of a named round in a group's plan."""
    round_ = barrier.reflection.participation.round
    return "" if round_ and round_.is_named and not plan.is_personal else barrier.text


@transaction.atomic
def share_words(
    reflection: Reflection, *, texts: dict[tuple[str, str], bool], counted: bool | None = None
) -> None:
    """Keep what somebody shares of a level; what they take back leaves the plans of groups too."""
    mark_sharing(reflection, texts=texts, counted=counted)
    forget_words(key_of(reflection, *text) for text, yes in texts.items() if not yes)


@transaction.atomic
def take_out_words(round_: Round, *, kind: str, pk: str, **what) -> None:
    """Take a shared text out of the results, and out of the group's plan."""
    hide_from_results(round_, kind=kind, pk=pk, **what)
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
    record_event(events.VISION_CHANGED, by=by, **event_target(plan.group))


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


@transaction.atomic
def change_proposal(action: Action, *, by: User, version: int, **fields) -> Action:
    """Change what one proposed oneself, while nobody has answered it; else ValidationError.

    EditConflict if others changed the same.
    """
    unanswered_proposal(action)
    return change_action(action, by=by, version=version, **fields)


@transaction.atomic
def withdraw_proposal(action: Action, *, by: User, reason: str = "") -> Action:
    """Drop what one proposed oneself, while nobody has answered it. Twice is once.

    ValidationError if somebody has answered.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    if was_withdrawn(before):
        return before
    before = unanswered_proposal(before)
    dropped = {"status": Action.Status.DROPPED.value}
    changes = changes_to(before, dropped) | {WITHDRAWN: ["", "yes"]}
    write_change(before, dropped, by=by, note=reason, changes=changes)
    return before


def unanswered_proposal(action: Action) -> Action:
    """A proposal, held until the end of the transaction; ValidationError if it does not wait."""
    before = Action.objects.select_for_update().get(pk=action.pk)
    if before.status != Action.Status.PROPOSED:
        raise ValidationError(why_it_is_over(before))
    return before


def why_it_is_over(proposal: Action) -> str:
    """What to tell somebody who would answer or change a proposal that does not wait any more."""
    if was_withdrawn(proposal):
        return _("Whoever proposed this has taken it back")
    return _("Somebody has answered this proposal already")


def answer_proposal(
    action: Action, *, by: User, version: int, status: str, note: str = "", **fields
) -> Action:
    before = unanswered_proposal(action)
    if before.version != version:
        raise EditConflict(before, changed_since(before, version))
    values = {**fields, "status": status}
    write_change(before, values, by=by, note=note, changes=changes_to(before, values))
    tell_owner(before, by=by)
    proposer = before.proposed_by
    if proposer and proposer != by:
        write_letter("proposal_answered", to=proposer.email, recipient=proposer, about=before)
    return before


@transaction.atomic
def change_action(action: Action, *, by: User, version: int, **fields) -> Action:
    """Change what an action says, and leave what others changed since `version` as it is.

    EditConflict if both changed the same; then nothing is written.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    theirs = changed_since(before, version)
    mine = {
        name: value
        for name, value in fields.items()
        if as_text(value) != theirs.get(name, as_text(getattr(before, name)))
    }
    changes = changes_to(before, mine)
    both = changes.keys() & theirs.keys()
    if two_owners(before, mine):
        both |= {"owner", "owner_name"}
    if needs_somebody(before, mine):  # others have taken it up again meanwhile
        both |= mine.keys() & {"owner", "owner_name", "due_on"}
    if both:
        raise EditConflict(before, both, theirs)
    if changes:
        changed = {name: fields[name] for name in changes}
        write_change(before, changed, by=by, changes=changes)
    if "owner" in changes:
        tell_owner(before, by=by)
    return before


def two_owners(action: Action, fields: dict[str, Any]) -> bool:
    """Whether `fields` would give an action somebody with an account and somebody without."""
    owner = fields.get("owner", action.owner)
    return bool(owner and fields.get("owner_name", action.owner_name))


def was_turned_down(action: Action) -> bool:
    """Whether it is a proposal that was declined, or taken back."""
    if action.status != Action.Status.DROPPED:
        return False
    latest = latest_status_of(action)
    return latest is not None and latest.changes["status"][0] == Action.Status.PROPOSED


def was_withdrawn(action: Action) -> bool:
    """Whether it is a proposal that was taken back, and nothing came of it since."""
    latest = latest_status_of(action)
    return latest is not None and WITHDRAWN in latest.changes


def latest_status_of(action: Action) -> ActionUpdate | None:
    return action.updates.filter(changes__has_key="status").first()


def looks_after(plan: ActionPlan, user: User) -> bool:
    return ActionPlan.objects.editable_by(user).contains(plan)


def needs_somebody(action: Action, fields: dict[str, Any]) -> bool:
    """Whether an action with these `fields` would be a promise of nobody, or for no day."""
    if fields.get("status", action.status) in (Action.Status.PROPOSED, Action.Status.DROPPED):
        return False
    someone = fields.get("owner", action.owner) or fields.get("owner_name", action.owner_name)
    return not (someone or action.owner_left) or not fields.get("due_on", action.due_on)


@transaction.atomic
def record_update(action: Action, *, by: User, version: int, status: str, note: str = "") -> Action:
    """Add to an action's story and move it; EditConflict if others moved it since `version`.

    ValidationError for an update that says nothing, or lacks the words that its status needs.
    """
    before = Action.objects.select_for_update().get(pk=action.pk)
    if before.status == Action.Status.PROPOSED:
        raise ValidationError(_("Accept this proposal first, or decline it"))
    theirs = changed_since(before, version)
    was = theirs.get("status", before.status)
    if not note and status == was:
        raise ValidationError(_("Choose another status, or write what has changed"))
    if not note and status in NEEDS_A_WORD:
        raise ValidationError({"note": NEEDS_A_WORD[status]})
    if before.version != version and before.status == status:
        latest = before.updates.filter(author=by).first()
        if latest and latest.note == note:
            return before  # the same update, sent twice
    if status == was:
        status = before.status  # a note alone leaves it where others moved it
    elif "status" in theirs and status != before.status:
        raise EditConflict(before, {"status"})
    if status != before.status and was_turned_down(before) and not looks_after(before.plan, by):
        raise ValidationError({"status": TURNED_DOWN})
    if needs_somebody(before, {"status": status}):
        raise ValidationError({"status": NEEDS_SOMEBODY})
    done = status == Action.Status.DONE
    changed = {
        "status": status,
        "completed_at": (before.completed_at or timezone.now()) if done else None,
        "completed_by": (before.completed_by if before.completed_at else by) if done else None,
    }
    changes = changes_to(before, {"status": status})
    write_change(before, changed, by=by, note=note, changes=changes)
    follow_raised(before, by=by, note=note)
    return before


def changed_since(action: Action, version: int) -> dict[str, str]:
    """What others changed in an action since `version`, and what that was: {field: as text}.

    All that can be changed, if its story does not say.
    """
    since = list(action.updates.filter(version__gt=version).order_by("version"))
    if len(since) != action.version - version:
        return dict.fromkeys(CHANGEABLE, "")
    was: dict[str, str] = {}
    for update in since:
        for name, (before, _after) in update.changes.items():
            was.setdefault(name, before)
    return was


def write_change(
    action: Action, fields: dict[str, Any], *, by: User, changes: dict, note: str = ""
) -> None:
    """Write fields of an action as it was fetched, and add to its story."""
    moved = Action.objects.filter(pk=action.pk, version=action.version)
    if not moved.update(version=F("version") + 1, **fields):
        raise EditConflict(action, changes)
    action.refresh_from_db()
    action.updates.create(author=by, note=note, changes=changes, version=action.version)


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """End somebody's membership, or leave; their actions there are listed as needing an owner.

    ValidationError for the last administrator.
    """
    if end_membership_alone(membership, by=by):
        disown(Action.objects.in_hand().owned_by(membership.user).with_owner_gone(), by=by)


@transaction.atomic
def disown_those_who_are_gone() -> None:
    """List as needing an owner what belongs to people who have left its group in any other way.

    When an organisation leaves a system, say, or when somebody left while it was given to them.
    """
    disown(Action.objects.in_hand().with_owner_gone(), by=None)


def disown(actions: ActionQuerySet, *, by: User | None) -> None:
    """Take the owner from actions whose owner leaves. They keep their status and their date.

    Those who run the plans are told of what was promised and is not done.
    """
    left = list(actions.select_for_update(of=("self",)))  # nobody gives them away meanwhile
    ActionUpdate.objects.bulk_create(
        ActionUpdate(
            action=action,
            author=by,
            changes={"owner": [str(action.owner_id), ""]},
            version=action.version + 1,
        )
        for action in left
    )
    Action.objects.filter(pk__in=[action.pk for action in left]).update(
        owner=None, owner_left=True, version=F("version") + 1
    )
    plans = ActionPlan.objects.in_use().of_actions([each for each in left if each.is_open])
    tell_who_runs_them(plans, but={action.owner_id for action in left})


def changes_to(action: Action, fields: dict) -> dict[str, list[str]]:
    """What `fields` would change, as the story of an action keeps it: {field: [from, to]}."""
    changes = {
        name: [as_text(getattr(action, name)), as_text(value)] for name, value in fields.items()
    }
    return {name: [was, now] for name, [was, now] in changes.items() if was != now}


def as_text(value: object) -> str:
    """A field's value for the story of an action: words and dates, never a person's name."""
    if isinstance(value, User):
        return str(value.pk)
    return "" if value is None else str(value)
