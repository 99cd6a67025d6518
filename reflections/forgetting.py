"""The names of authors leave their rounds: on deletion of an account, or after some years."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from organisations.forgetting import keys_of, names_go_before
from organisations.models import User
from reflections.models import Answer, Barrier, Participation, Reflection, Round, TakenOut


def forget_author(user: User) -> None:
    """Take somebody who deletes their account out of their rounds.

    Finished answers and shared texts stay without an author. Everything else is deleted.
    """
    in_rounds = Participation.objects.in_rounds().filter(user=user)
    in_rounds.unfinished().delete()
    forget_authors_of(in_rounds)


def forget_old_authors() -> None:
    """Take people out of rounds that are older than their organisation keeps names."""
    for kept_alike, before in names_go_before():
        for old in keys_of(Round.objects.closed().filter(kept_alike, closed_at__lt=before)):
            forget_authors_of(Participation.objects.filter(round__in=old).exclude(user=None))
            taken_out = TakenOut.objects.filter(round__in=old, taken_out_at__lt=before)
            taken_out.exclude(taken_out_by=None).update(taken_out_by=None)
            Round.objects.filter(pk__in=old).exclude(created_by=None).update(created_by=None)


def forget_authors_of(participations: QuerySet[Participation]) -> None:
    """Take the author out of participations, and delete the texts that nobody else may read."""
    for sittings in keys_of(participations):
        for written in keys_of(Reflection.objects.filter(participation__in=sittings)):
            forget_unshared(written)
        Participation.objects.filter(pk__in=sittings).update(user=None)


def forget_unshared(reflections: Collection[UUID]) -> None:
    """Delete the texts of these reflections that their authors did not share."""
    Barrier.objects.filter(unsaid("shared"), reflection__in=reflections).delete()
    answers = Answer.objects.filter(unsaid("comment_shared"), reflection__in=reflections)
    answers.exclude(comment="").update(comment="")
    for kind in ("vision", "idea"):
        written = Reflection.objects.filter(unsaid(f"{kind}_shared"), pk__in=reflections)
        written.exclude(**{kind: ""}).update(**{kind: ""})


def unsaid(shared: str) -> Q:
    """A condition: a text is not shared, as its field `shared` says."""
    return Q(**{shared: None}) | Q(**{shared: False})
