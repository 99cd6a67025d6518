"""What happened to an action, in sentences."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from actionplans.models import Action
from actionplans.raising import TOLD
from actionplans.services.proposals import WITHDRAWN
from organisations.dates import long_date

MOST_OF_BEFORE = 500  # letters of a text that was changed, in the story


@dataclass(frozen=True)
class StoryEntry:
    """Something that happened to an action, in sentences; and who did it, in a group's plan."""

    made_at: datetime
    sentences: list[str]
    note: str
    author: str


def story_of(action: Action) -> list[StoryEntry]:
    """What changed in an action, the latest first."""
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


def sentences_about(changes: dict[str, list[str]]) -> list[str]:
    """Recorded changes as people read them; who does it is named by role, never by a kept name."""
    sentences = []
    for name, (was, now) in changes.items():
        if name == WITHDRAWN:
            continue  # its status says so
        if name in TOLD:
            sentences.append(str(TOLD[name][now]))
        elif name == "status" and not was:
            sentences.append(_("Added to the plan"))
        elif name == "status" and was == Action.Status.PROPOSED:
            sentences.append(answer_to_proposal(now, changes))
        elif name == "status":
            labels = dict(Action.Status.choices)
            sentences.append(
                _("Status: from “%(was)s” to “%(now)s”") % {"was": labels[was], "now": labels[now]}
            )
        elif name == "due_on":
            sentences.append(
                _("By when: from %(was)s to %(now)s") % {"was": day(was), "now": day(now)}
            )
        elif name == "owner":
            sentences.append(_("Who does it was changed"))
        elif name == "owner_name":
            if "owner" not in changes:
                sentences.append(_("Who does it was changed"))
        elif name in ("you_said", "we_did"):  # whose drafts are for those who write them
            sentences.append(_("Changed: %(field)s") % {"field": field_name(name)})
        elif was:
            changed = {"field": field_name(name), "was": Truncator(was).chars(MOST_OF_BEFORE)}
            sentences.append(_("Changed: %(field)s. Before: “%(was)s”") % changed)
        else:
            sentences.append(_("Added: %(field)s") % {"field": field_name(name)})
    return sentences


def answer_to_proposal(status: str, changes: dict[str, list[str]]) -> str:
    """What became of a proposal, in the words of its story."""
    if WITHDRAWN in changes:
        return _("Taken back, before it was answered")
    return _("Declined") if status == Action.Status.DROPPED else _("Accepted from a proposal")


def day(iso: str) -> str:
    return long_date(date.fromisoformat(iso)) if iso else _("no date")


def field_name(name: str) -> str:
    return str(Action._meta.get_field(name).verbose_name)
