"""“You said, we did”: the group's editors tell everybody, in new words, what came of a round.

It has two steps. The plan's readers are shown the words first; what is then published is exactly
what they were shown. Nothing of it leads back to an action or a person.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any, Self

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

# How long readers usually see it before it is published. Advice and not a rule: a team that has
# talked it through need not wait.
USUAL_TIME = timedelta(days=7)


class ShownMeanwhile(Exception):
    """Somebody else showed other words since the editor began; `plan` is as it is now."""

    def __init__(self, plan: ActionPlan) -> None:
        super().__init__(plan.pk)
        self.plan = plan


@dataclass(frozen=True)
class SaidAndDone:
    """An entry of the page, in the editor's words: people said this, and the group did that."""

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
    def kept(cls, stored: dict[str, Any]) -> Self:
        """The page that a plan keeps in its field `previewed` or `published`."""
        entries = [SaidAndDone(Level(level), *words) for level, *words in stored["entries"]]
        return cls(stored["whose"], stored["within"], stored["introduction"], entries)

    def to_keep(self) -> dict[str, Any]:
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
    """The page as it would be shown now: actions with both texts, in the order of being added."""
    actions = plan.actions.tellable().exclude(you_said="").exclude(we_did="").order_by("pk")
    rows = actions.values_list("level", "you_said", "we_did")
    entries = [SaidAndDone(Level(level), *words) for level, *words in rows]
    order = list(Level)
    entries.sort(key=lambda entry: order.index(entry.level))
    within = str(plan.team.organisation) if plan.team else ""
    return YouSaid(str(plan.group), within, introduction, entries)


@dataclass(frozen=True)
class YouSaidState:
    """The state of a plan's page: words in the plan now, words shown, and words published."""

    plan: ActionPlan
    shown: YouSaid | None
    published: YouSaid | None
    present: YouSaid

    @property
    def has_changed(self) -> bool:
        """True if the words in the plan are not those that readers were shown."""
        return self.shown is not None and self.shown != self.present

    @property
    def is_published_as_shown(self) -> bool:
        return self.published is not None and self.published == self.shown

    @property
    def can_publish(self) -> bool:
        return self.shown is not None and not self.has_changed and not self.is_published_as_shown

    @property
    def is_away(self) -> bool:
        """True while nobody can read what is published, as its team or organisation is archived."""
        team, organisation = self.plan.team, self.plan.organisation
        if team:
            return team.is_archived or team.organisation.is_archived
        return organisation is not None and organisation.is_archived

    @property
    def is_new_to_readers(self) -> bool:
        """True while readers have seen it for less than `USUAL_TIME`."""
        at = self.plan.previewed_at
        return at is not None and timezone.now() - at < USUAL_TIME


def state_of(plan: ActionPlan) -> YouSaidState:
    shown = YouSaid.kept(plan.previewed) if plan.previewed else None
    published = YouSaid.kept(plan.published) if plan.published else None
    introduction = shown.introduction if shown else ""
    return YouSaidState(plan, shown, published, present_you_said(plan, introduction=introduction))


def published_address(plan: ActionPlan) -> str:
    """The whole address of the published page."""
    return f"{settings.SITE_URL}{reverse('you_said:public', args=[plan.published_token])}"


# --- Writing ------------------------------------------------------------------------------------


def words_version(action: Action) -> str:
    """A digest of an action's two texts: an optimistic lock that other changes do not touch."""
    return sha256(f"{action.you_said}\0{action.we_did}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class BehindTheWords:
    """Texts that stay in the plan, shown to an editor who finds new words for them."""

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
    """Write both texts of an action; EditConflict if they changed since `version`."""
    stored = Action.objects.tellable().select_for_update().get(pk=action.pk)
    words = (stored.you_said, stored.we_did)
    if words != (you_said, we_did) and words_version(stored) != version:
        raise EditConflict(stored, ["you_said", "we_did"])
    return change_action(stored, by=by, version=stored.version, you_said=you_said, we_did=we_did)


# --- Showing, publishing, taking back -----------------------------------------------------------


def shown_version(plan: ActionPlan) -> str:
    """A version of the words that readers were shown; empty if they were shown none."""
    return plan.previewed_at.isoformat() if plan.previewed_at else ""


def taken_back_version(plan: ActionPlan) -> str:
    """A version that changes when the public page is taken back; empty if it never was."""
    return plan.taken_back_at.isoformat() if plan.taken_back_at else ""


def publishing_version(plan: ActionPlan) -> str:
    """A version of all that an editor reads before publishing (an optimistic lock)."""
    return f"{shown_version(plan)}/{taken_back_version(plan)}"


def stored_plan(plan: ActionPlan) -> ActionPlan:
    return ActionPlan.objects.shared().with_group().get(pk=plan.pk)


@transaction.atomic
def show_you_said(plan: ActionPlan, *, by: User, version: str, introduction: str) -> None:
    """Show the words in the plan now to the plan's readers.

    ShownMeanwhile if other words were shown since `version`.
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
        record_event(events.TELLING_SHOWN, by=by, **event_target(stored.shared_group))
        return
    now = stored_plan(plan)
    if now.previewed != content:
        raise ShownMeanwhile(now)


@transaction.atomic
def hide_you_said(plan: ActionPlan, *, by: User) -> None:
    """Stop showing the words to the plan's readers. A published page stays."""
    shown = ActionPlan.objects.filter(pk=plan.pk, previewed_at__isnull=False)
    if shown.update(previewed=None, previewed_at=None):
        record_event(events.TELLING_HIDDEN, by=by, **event_target(stored_plan(plan).shared_group))


@transaction.atomic
def publish_you_said(plan: ActionPlan, *, by: User, version: str) -> None:
    """Publish exactly what the plan's readers were shown, at its present address or a new one.

    `version` is the `publishing_version` that the editor read. ValidationError if other words are
    shown by now, if the page was taken back since, or if the words in the plan have changed.
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
        record_event(events.TELLING_PUBLISHED, by=by, **event_target(stored.shared_group))
        return
    now = stored_plan(plan)
    if now.published != stored.previewed:
        raise ValidationError(_("Read what is shown to the plan’s readers now. Then publish it."))


@transaction.atomic
def take_back_you_said(plan: ActionPlan, *, by: User, token: str) -> None:
    """Take back the public page at the address of a token, which is never used again.

    ValidationError if the page is at another address by now.
    """
    published = ActionPlan.objects.filter(pk=plan.pk, published_token=token)
    gone = {"published": None, "published_at": None, "published_token": None}
    if published.update(**gone, taken_back_at=timezone.now()):
        group = stored_plan(plan).shared_group
        record_event(events.TELLING_TAKEN_BACK, by=by, **event_target(group))
    elif stored_plan(plan).published_token:
        raise ValidationError(_("It was published anew since you read this. Look at it first."))


# --- For everybody ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicPage:
    """The public page, for anybody who has its address: nothing of the plan but these words."""

    telling: YouSaid
    published_at: datetime


def public_page(plan: ActionPlan) -> PublicPage:
    """The public page of a plan that has one; a constraint keeps its two fields together."""
    if plan.published is None or plan.published_at is None:
        raise ValueError(f"Plan {plan.pk} has no public page.")
    return PublicPage(YouSaid.kept(plan.published), plan.published_at)
