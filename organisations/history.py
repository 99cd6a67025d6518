"""The history (an audit trail): events, written in the transaction of a change, told as sentences.

It lists no kinds of event. Each app registers its own in its module `events.py`: the sentence of
each kind, and the labels of the fields that events change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NewType, TypedDict, Unpack

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from organisations.groups import Group
from organisations.models import AuditEvent, Invitation, Organisation, System, Team, User

EventKind = NewType("EventKind", str)
Phrase = str | Promise  # what gettext_lazy gives


class UnknownEvent(LookupError):
    """No app has registered an event of this kind, so nobody could read what it means."""


@dataclass(frozen=True)
class Sentences:
    """The sentences for one kind of event: done by somebody else, and done to oneself."""

    says: Phrase
    says_of_oneself: Phrase


@dataclass(frozen=True)
class ChangedField:
    """The label of a field in an event's changes, and words for its stored values."""

    label: Phrase
    values: Mapping[Any, Phrase] = field(default_factory=dict)


EVENTS: dict[EventKind, Sentences] = {}
CHANGED_FIELDS: dict[str, ChangedField] = {}


class EventFields(TypedDict, total=False):
    """The fields that a service gives an event, besides its kind and its actor."""

    subject: User | None
    organisation: Organisation | None
    team: Team | None
    system: System | None
    invitation: Invitation | None
    changes: Mapping[str, Sequence[object]]  # {field: [from, to]}


# --- Registering, in the `events.py` of each app --------------------------------------------------


def event(kind: str, *, says: Phrase, says_of_oneself: Phrase = "") -> EventKind:
    """Register an event. `kind` is stored, so it stays as it is; the words may change.

    The words may name %(actor)s, %(subject)s, %(organisation)s, %(team)s, %(group)s, %(address)s.
    """
    registered = EventKind(kind)
    if registered in EVENTS:
        raise ValueError(f"There are two events of the kind {kind!r}.")
    EVENTS[registered] = Sentences(says, says_of_oneself or says)
    return registered


def changed_field(name: str, *, label: Phrase, values: Mapping[Any, Phrase] | None = None) -> None:
    """Register the label of a field that events change, and of its values if they are keys."""
    if name in CHANGED_FIELDS:
        raise ValueError(f"There are two labels for the field {name!r}.")
    CHANGED_FIELDS[name] = ChangedField(label, values or {})


# --- Writing --------------------------------------------------------------------------------------


def new_event(kind: EventKind, *, by: User | None, **fields: Unpack[EventFields]) -> AuditEvent:
    """An event to be stored by `record_events`; UnknownEvent if no app has registered its kind."""
    if kind not in EVENTS:
        raise UnknownEvent(kind)
    return AuditEvent(kind=kind, actor=by, **fields)


def record_event(kind: EventKind, *, by: User | None, **fields: Unpack[EventFields]) -> AuditEvent:
    """Make an event and store it."""
    recorded = new_event(kind, by=by, **fields)
    recorded.save()
    return recorded


def record_events(events: Iterable[AuditEvent]) -> None:
    """Store many events, with few queries."""
    AuditEvent.objects.bulk_create(events, batch_size=500)


def changes_of(
    row: Group | User, fields: Mapping[str, object], *, unsaid: Iterable[str] = ()
) -> dict[str, list[object]]:
    """The changes that `fields` would make to a row: {field: [from, to]}.

    Fields that are `unsaid` have an empty list: that they changed is told, their values are not.
    """
    return {
        name: [] if name in unsaid else [getattr(row, name), value]
        for name, value in fields.items()
        if getattr(row, name) != value
    }


# --- Reading --------------------------------------------------------------------------------------


def sentence_about(event: AuditEvent) -> str:
    """An event as a sentence, with the names people have now. Deleted people have no name."""
    nobody = _("somebody whose name is not kept")
    return str(phrase_for(event)) % {
        "actor": event.actor or nobody.capitalize(),
        "subject": event.subject or nobody,
        "organisation": event.organisation,
        "team": event.team,
        "group": event.team or event.organisation or event.system,
        "address": event.invitation or _("an address that is no longer kept"),
    }


def phrase_for(event: AuditEvent) -> Phrase:
    """The sentence for an event; a general one for a kind that is no longer registered.

    Rows outlive code: an event that an older version wrote must not break the page.
    """
    sentences = EVENTS.get(EventKind(event.kind))
    if sentences is None:
        return _("%(actor)s did something that there are no words for any more.")
    is_own = event.actor_id is not None and event.actor_id == event.subject_id
    return sentences.says_of_oneself if is_own else sentences.says


def details_of(event: AuditEvent) -> list[str]:
    """The changes of an event, one sentence for each field."""
    return [change_in_words(name, change) for name, change in event.changes.items()]


def change_in_words(name: str, change: Sequence[object]) -> str:
    changed = CHANGED_FIELDS.get(name, ChangedField(name))
    if not change:
        return _("%(field)s was changed") % {"field": changed.label}
    was, now = (shown(changed, value) for value in change)
    return _("%(field)s: from “%(was)s” to “%(now)s”") % {
        "field": changed.label,
        "was": was,
        "now": now,
    }


def shown(changed: ChangedField, value: object) -> str:
    if value in (None, ""):
        return _("nothing")
    return str(changed.values.get(value, value))
