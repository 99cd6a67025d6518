"""The story of an action, told in sentences from its recorded updates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from actionplans.models import Action
from actionplans.raising import TOLD
from actionplans.services.proposals import WITHDRAWN
from organisations.dates import long_date

MOST_OF_BEFORE = 500  # characters of a text that was changed, in the story

type Changes = dict[str, list[str]]  # {field: [from, to]}, as `ActionUpdate` keeps them


@dataclass(frozen=True)
class StoryEntry:
    """One update in the story of an action. Only the page of a group's plan shows its author."""

    made_at: datetime
    sentences: list[str]
    note: str
    author: str


def story_of(action: Action) -> list[StoryEntry]:
    """The entries of an action's story, the latest first."""
    nobody = _("Somebody whose name is not kept")
    return [
        StoryEntry(
            update.made_at,
            sentences_about(update.changes),
            update.note,
            update.author.public_name if update.author else nobody,
        )
        for update in action.updates.select_related("author")
    ]


def sentences_about(changes: Changes) -> list[str]:
    """The recorded changes in sentences, which never name the person who does the action."""
    sentences = [sentence_of_change(field, changes) for field in changes]
    return [sentence for sentence in sentences if sentence is not None]


def sentence_of_change(field: str, changes: Changes) -> str | None:
    """The sentence about one change; None if the sentence about another field tells it too."""
    if field in TOLD:
        _was, now = changes[field]
        return str(TOLD[field][now])
    sentence = SENTENCES.get(field, text_sentence)
    return sentence(field, changes)


def status_sentence(field: str, changes: Changes) -> str:
    was, now = changes[field]
    if not was:
        return _("Added to the plan")
    if was == Action.Status.PROPOSED:
        return answer_to_proposal(now, changes)
    labels = dict(Action.Status.choices)
    return _("Status: from “%(was)s” to “%(now)s”") % {"was": labels[was], "now": labels[now]}


def date_sentence(field: str, changes: Changes) -> str:
    was, now = changes[field]
    return _("By when: from %(was)s to %(now)s") % {"was": day(was), "now": day(now)}


def owner_sentence(field: str, changes: Changes) -> str | None:
    """The sentence about a change of owner, told once if both the account and the name changed."""
    if field == "owner_name" and "owner" in changes:
        return None
    return _("Who does it was changed")


def draft_sentence(field: str, _changes: Changes) -> str:
    """A sentence without the new words, because a draft is only for those who write it."""
    return _("Changed: %(field)s") % {"field": field_name(field)}


def text_sentence(field: str, changes: Changes) -> str:
    was, _now = changes[field]
    if not was:
        return _("Added: %(field)s") % {"field": field_name(field)}
    before = Truncator(was).chars(MOST_OF_BEFORE)
    return _("Changed: %(field)s. Before: “%(was)s”") % {"field": field_name(field), "was": before}


def no_sentence(_field: str, _changes: Changes) -> None:
    """None, because the sentence about the status tells this change."""


# The fields of an action, and what else its story keeps; all others are texts.
SENTENCES: dict[str, Callable[[str, Changes], str | None]] = {
    WITHDRAWN: no_sentence,
    "status": status_sentence,
    "due_on": date_sentence,
    "owner": owner_sentence,
    "owner_name": owner_sentence,
    "you_said": draft_sentence,
    "we_did": draft_sentence,
}


def answer_to_proposal(status: str, changes: Changes) -> str:
    """The sentence about a proposal that was accepted, declined or taken back."""
    if WITHDRAWN in changes:
        return _("Taken back, before it was answered")
    return _("Declined") if status == Action.Status.DROPPED else _("Accepted from a proposal")


def day(iso: str) -> str:
    return long_date(date.fromisoformat(iso)) if iso else _("no date")


def field_name(name: str) -> str:
    labels = {field.name: field.verbose_name for field in Action._meta.fields}
    return str(labels[name])
