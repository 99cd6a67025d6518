"""Words that people share in a round, and their copies in the plans of groups."""

import uuid
from collections.abc import Iterable

from django.db import transaction

from actionplans.models import Action, ActionBarrier
from reflections.models import Reflection, Round
from reflections.rounds import hide_from_results, mark_sharing
from reflections.summaries import key_of


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
