"""Sharing changes here: a text that is taken back or out leaves the plans of groups too."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from actionplans.models import Action, ActionBarrier
from reflections.models import Reflection, Round
from reflections.rounds import hide_from_results, mark_sharing
from reflections.summaries import key_of


@transaction.atomic
def share_words(
    reflection: Reflection, *, texts: dict[tuple[str, str], bool], counted: bool | None = None
) -> None:
    """Save the author's choices to share or not, and delete copies of texts they take back."""
    mark_sharing(reflection, texts=texts, counted=counted)
    forget_words(key_of(reflection, *text) for text, yes in texts.items() if not yes)


@transaction.atomic
def take_out_words(round_: Round, *, kind: str, pk: str, **taken_out: Any) -> None:
    """Take a shared text out of the results, and out of the group's plan."""
    hide_from_results(round_, kind=kind, pk=pk, **taken_out)
    forget_words([pk])


def forget_words(keys: Iterable[str]) -> None:
    """Delete the copies of shared texts in the plans of groups. `keys` are those of the results."""
    ids = [uuid.UUID(key) for key in keys]
    copies = ActionBarrier.objects.filter(action__plan__user=None, barrier__in=ids)
    copies.update(text="")
    Action.objects.filter(plan__user=None, idea_key__in=ids).update(idea="")
