"""When a round no longer says whose answers they are."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from organisations.models import KEPT_YEARS, Organisation, User
from organisations.services import years_before
from reflections.models import Answer, Barrier, Participation, Reflection, Round


def forget_author(user: User) -> None:
    """Take somebody who deletes their account out of their rounds.

    What they finished stays without an author, and the texts that they shared. The rest goes.
    """
    in_rounds = Participation.objects.in_rounds().filter(user=user)
    in_rounds.unfinished().delete()
    forget_authors_of(in_rounds)


def forget_old_authors() -> None:
    """Take people out of rounds that are older than their organisation keeps names."""
    now = timezone.now()
    years = {KEPT_YEARS, *Organisation.objects.values_list("retention_years", flat=True)}
    for each in years:
        old = (
            Round.objects.closed().keeping_names(each).filter(closed_at__lt=years_before(now, each))
        )
        forget_authors_of(Participation.objects.filter(round__in=old).exclude(user=None))


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
