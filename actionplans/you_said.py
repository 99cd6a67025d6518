"""“You said, we did”: what became of what people said, told to everybody in new words.

The words are those of whoever edits the plan. The plan's readers are shown them first, and what is
published is exactly what they were shown. Nothing of it leads back to an action or a person.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans import events
from actionplans.models import Action, ActionPlan
from actionplans.services.actions import EditConflict, change_action
from organisations.groups import event_target
from organisations.history import record_event
from organisations.models import User
from reflections.models import Level

# How long readers should have had it before it is published. Advice, not a rule: who has talked
# it through with everybody need not wait.
USUAL_TIME = timedelta(days=7)


class ShownMeanwhile(Exception):
    """Somebody else showed something since the editor began; `plan` is how it is now."""

    def __init__(self, plan: ActionPlan):
        super().__init__(plan.pk)
        self.plan = plan


@dataclass(frozen=True)
class SaidAndDone:
    """One thing that was said, and what was done about it, in the editor's words."""

    level: Level
    you_said: str
    we_did: str


@dataclass(frozen=True)
class YouSaid:
    """The whole page, as it is shown to readers and as it is published."""

    whose: str
    within: str
    introduction: str
    entries: list[SaidAndDone]

    @classmethod
    def kept(cls, stored: dict) -> Self:
        """What a plan keeps as `previewed` or `published`."""
        entries = [SaidAndDone(Level(level), *words) for level, *words in stored["entries"]]
        return cls(stored["whose"], stored["within"], stored["introduction"], entries)

    def to_keep(self) -> dict:
        entries = [[each.level.value, each.you_said, each.we_did] for each in self.entries]
        return {
            "whose": self.whose,
            "within": self.within,
            "introduction": self.introduction,
            "entries": entries,
        }

    @property
    def levels(self) -> list[tuple[Level, list[SaidAndDone]]]:
        """The entries of each level that has any."""
        by_level = groupby(self.entries, key=lambda entry: entry.level)
        return [(level, list(entries)) for level, entries in by_level]


def present_you_said(plan: ActionPlan, *, introduction: str) -> YouSaid:
    """What the page would say if it were shown now: actions with both words, as they were added."""
    told = plan.actions.tellable().exclude(you_said="").exclude(we_did="").order_by("pk")
    rows = told.values_list("level", "you_said", "we_did")
    entries = [SaidAndDone(Level(level), *words) for level, *words in rows]
    order = list(Level)
    entries.sort(key=lambda entry: order.index(entry.level))
    within = str(plan.team.organisation) if plan.team else ""
    return YouSaid(str(plan.group), within, introduction, entries)


@dataclass(frozen=True)
class YouSaidState:
    """Where a plan's page stands between being written and being read by everybody."""

    plan: ActionPlan
    shown: YouSaid | None
    published: YouSaid | None
    present: YouSaid

    @property
    def has_changed(self) -> bool:
        """Whether the words are other ones now than those that readers were shown."""
        return self.shown is not None and self.shown != self.present

    @property
    def is_published_as_shown(self) -> bool:
        return self.published is not None and self.published == self.shown

    @property
    def can_publish(self) -> bool:
        return self.shown is not None and not self.has_changed and not self.is_published_as_shown

    @property
    def is_away(self) -> bool:
        """Published, and not to be read while the team or its organisation is archived."""
        team = self.plan.team
        keepers = [team, team.organisation] if team else [self.plan.organisation]
        return any(keeper is not None and keeper.is_archived for keeper in keepers)

    @property
    def is_new_to_readers(self) -> bool:
        """Whether readers have had it for less than is usual."""
        at = self.plan.previewed_at
        return at is not None and timezone.now() - at < USUAL_TIME


def state_of(plan: ActionPlan) -> YouSaidState:
    shown = YouSaid.kept(plan.previewed) if plan.previewed else None
    published = YouSaid.kept(plan.published) if plan.published else None
    introduction = shown.introduction if shown else ""
    return YouSaidState(plan, shown, published, present_you_said(plan, introduction=introduction))


def published_address(plan: ActionPlan) -> str:
    """The whole address of the published page."""
    return settings.SITE_URL + reverse("you_said:public", args=[plan.published_token])


# --- Writing ------------------------------------------------------------------------------------


def words_version(action: Action) -> str:
    """Stands for the words of an action that somebody saw, whatever else of it changes."""
    return sha256(f"{action.you_said}\0{action.we_did}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class BehindTheWords:
    """What stays in the plan, shown beside the form to whoever finds new words for it."""

    action: Action
    said: list[str]
    note: str  # of whoever got it done


def behind_the_words(action: Action) -> BehindTheWords:
    said = [link.text for link in action.action_barriers.all() if link.text]
    said += [action.idea] if action.idea else []
    done = action.status == Action.Status.DONE
    latest = action.updates.exclude(note="").first() if done else None
    return BehindTheWords(action, said, latest.note if latest else "")


@transaction.atomic
def write_words(action: Action, *, by: User, version: str, you_said: str, we_did: str) -> Action:
    """Say in new words what was said and done; EditConflict if they changed since `version`."""
    stored = Action.objects.tellable().select_for_update().get(pk=action.pk)
    words = (stored.you_said, stored.we_did)
    if words != (you_said, we_did) and words_version(stored) != version:
        raise EditConflict(stored, ["you_said", "we_did"])
    return change_action(stored, by=by, version=stored.version, you_said=you_said, we_did=we_did)


# --- Showing, publishing, taking back -----------------------------------------------------------


def shown_version(plan: ActionPlan) -> str:
    """Stands for what readers were shown; empty if that is nothing."""
    return plan.previewed_at.isoformat() if plan.previewed_at else ""


def taken_back_version(plan: ActionPlan) -> str:
    """Stands for the last time that the public page was taken back; empty if it never was."""
    return plan.taken_back_at.isoformat() if plan.taken_back_at else ""


def publishing_version(plan: ActionPlan) -> str:
    """Stands for all that whoever publishes has read of a plan’s page."""
    return f"{shown_version(plan)}/{taken_back_version(plan)}"


def stored_plan(plan: ActionPlan) -> ActionPlan:
    return ActionPlan.objects.shared().with_group().get(pk=plan.pk)


@transaction.atomic
def show_you_said(plan: ActionPlan, *, by: User, version: str, introduction: str) -> None:
    """Show the words, as they are now, to the plan's readers.

    ShownMeanwhile if something else was shown since `version`.
    """
    stored = stored_plan(plan)
    telling = present_you_said(stored, introduction=introduction)
    if not telling.entries:
        raise ValidationError(
            _("Write what was said and what was done for at least one action. Then show it.")
        )
    content = telling.to_keep()
    if stored.previewed == content:
        return
    if shown_version(stored) != version:
        raise ShownMeanwhile(stored)
    as_it_was = ActionPlan.objects.filter(pk=stored.pk, previewed_at=stored.previewed_at)
    if as_it_was.update(previewed=content, previewed_at=timezone.now()):
        record_event(events.TELLING_SHOWN, by=by, **event_target(stored.group))
        return
    now = stored_plan(plan)
    if now.previewed != content:
        raise ShownMeanwhile(now)


@transaction.atomic
def hide_you_said(plan: ActionPlan, *, by: User) -> None:
    """Show the plan's readers nothing any more. What is published stays."""
    shown = ActionPlan.objects.filter(pk=plan.pk, previewed_at__isnull=False)
    if shown.update(previewed=None, previewed_at=None):
        record_event(events.TELLING_HIDDEN, by=by, **event_target(stored_plan(plan).group))


@transaction.atomic
def publish_you_said(plan: ActionPlan, *, by: User, version: str) -> None:
    """Let everybody read exactly what the plan's readers were shown, at its address or a new one.

    `version` is the `publishing_version` that somebody read: ValidationError if something else is
    shown, or it was taken back since, or those are not the present words.
    """
    stored = stored_plan(plan)
    state = state_of(stored)
    shown, _slash, back = version.partition("/")
    if state.shown is None or shown_version(stored) != shown:
        raise ValidationError(_("Read what is shown to the plan’s readers now. Then publish it."))
    if state.has_changed:
        raise ValidationError(
            _("The words have changed since they were shown. Show them again first.")
        )
    if state.is_published_as_shown:
        return
    if back != taken_back_version(stored):
        raise ValidationError(
            _("It was taken back since you read this. If it should be published, publish it again.")
        )
    as_it_was = ActionPlan.objects.filter(
        pk=stored.pk,
        previewed_at=stored.previewed_at,
        published_at=stored.published_at,
        published_token=stored.published_token,
        taken_back_at=stored.taken_back_at,
    )
    if as_it_was.update(
        published=stored.previewed,
        published_at=timezone.now(),
        published_token=stored.published_token or secrets.token_urlsafe(32),
    ):
        record_event(events.TELLING_PUBLISHED, by=by, **event_target(stored.group))
        return
    now = stored_plan(plan)
    if now.published != stored.previewed:
        raise ValidationError(_("Read what is shown to the plan’s readers now. Then publish it."))


@transaction.atomic
def take_back_you_said(plan: ActionPlan, *, by: User, token: str) -> None:
    """End the public page at the address of a token. It leads nowhere again, ever.

    ValidationError if the page is at another address by now.
    """
    published = ActionPlan.objects.filter(pk=plan.pk, published_token=token)
    gone = {"published": None, "published_at": None, "published_token": None}
    if published.update(**gone, taken_back_at=timezone.now()):
        record_event(events.TELLING_TAKEN_BACK, by=by, **event_target(stored_plan(plan).group))
    elif stored_plan(plan).published_token:
        raise ValidationError(_("It was published anew since you read this. Look at it first."))


# --- For everybody ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicPage:
    """What whoever has the address reads: nothing of the plan but what was published of it."""

    telling: YouSaid
    published_at: datetime


def public_page(plan: ActionPlan) -> PublicPage:
    return PublicPage(YouSaid.kept(plan.published), plan.published_at)
