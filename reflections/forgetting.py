"""When a round no longer says whose answers they are."""

from django.db.models import Q, QuerySet

from organisations.forgetting import names_go_before
from organisations.models import User
from reflections.models import Answer, Barrier, Participation, Reflection, Round, TakenOut


def forget_author(user: User) -> None:
    """Take somebody who deletes their account out of their rounds.

    What they finished stays without an author, and the texts that they shared. The rest goes.
    """
    in_rounds = Participation.objects.in_rounds().filter(user=user)
    in_rounds.unfinished().delete()
    forget_authors_of(in_rounds)


def forget_old_authors() -> None:
    """Take people out of rounds that are older than their organisation keeps names."""
    for theirs, before in names_go_before():
        old = Round.objects.closed().filter(theirs, closed_at__lt=before)
        forget_authors_of(Participation.objects.filter(round__in=old).exclude(user=None))
        taken_out = TakenOut.objects.filter(round__in=old, taken_out_at__lt=before)
        taken_out.exclude(taken_out_by=None).update(taken_out_by=None)
        old.exclude(created_by=None).update(created_by=None)


def forget_authors_of(participations: QuerySet[Participation]) -> None:
    """Nobody holds these any more, so what nobody else may read goes too."""
    theirs = {"reflection__participation__in": participations.order_by().values("pk")}
    reflections = Reflection.objects.filter(
        participation__in=participations.order_by().values("pk")
    )
    not_shared = Q(shared=None) | Q(shared=False)
    Barrier.objects.filter(not_shared, **theirs).delete()
    unsaid = Q(comment_shared=None) | Q(comment_shared=False)
    Answer.objects.filter(unsaid, **theirs).exclude(comment="").update(comment="")
    for kind in ("vision", "idea"):
        unsaid = Q(**{f"{kind}_shared": None}) | Q(**{f"{kind}_shared": False})
        reflections.filter(unsaid).exclude(**{kind: ""}).update(**{kind: ""})
    participations.update(user=None)
