"""Access rules for participations and rounds: who holds, joins, runs or reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from organisations.groups import Group
from organisations.models import Organisation, System, Team, User
from organisations.statements import CompiledOnce, compiled_once

if TYPE_CHECKING:  # the models are made with these querysets, so they import this module
    from reflections.models import Participation, Round


class SignedInRequest(Protocol):
    """A request of somebody who is signed in, as far as these rules read it."""

    user: User


class ParticipationQuerySet(CompiledOnce["Participation"]):
    """Access to participations: their author reaches them, and nobody else ever does."""

    def held_by(self, request: SignedInRequest) -> Self:
        """Participations of the person who is signed in. All pages that reflect begin here."""
        return self.filter(user=request.user).select_related(
            "round__team", "round__organisation", "round__system"
        )

    def for_oneself(self) -> Self:
        return self.filter(round=None)

    def in_rounds(self) -> Self:
        return self.exclude(round=None)

    def in_round(self, round_: Round) -> Self:
        return self.filter(round=round_)

    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def finished(self) -> Self:
        return self.exclude(finished_at=None).order_by("-finished_at")

    def last_perspective(self) -> str | None:
        """The perspective that this person chose last; None if they never finished."""
        return self.finished().values_list("perspective", flat=True).first()

    @compiled_once
    def latest_first(self) -> Self:
        """The unfinished participation first, then the finished ones, latest first."""
        return self.order_by(F("finished_at").desc(nulls_first=True))

    def with_levels(self) -> Self:
        return self.prefetch_related("reflections")

    def with_reading_preference(self) -> Self:
        """Marks each with the `one_question_a_page` of its author, in the query that fetches it."""
        preferences = apps.get_model("reflections", "ReadingPreference").objects
        chosen = preferences.filter(user=OuterRef("user"), one_question_a_page=True)
        return self.annotate(one_question_a_page=Exists(chosen))


def asks(user: User) -> Q:
    """A condition on rounds: the user belongs to the group of the round, and is asked to it."""
    organisations = Organisation.objects.visible_to(user).active()
    return (
        Q(team__in=Team.objects.with_member(user).values("pk"))
        | Q(organisation__in=organisations.values("pk"))
        | Q(system__in=organisations.values("system"))
    )


def is_run_by(user: User) -> Q:
    """A condition on rounds: the user runs the round."""
    return (
        Q(team__in=Team.objects.managed_by(user).values("pk"))
        | Q(organisation__in=Organisation.objects.editable_by(user).values("pk"))
        | Q(system__in=System.objects.editable_by(user).values("pk"))
    )


def overseen_by(user: User) -> Q:
    """A condition on rounds: the user runs the round, or did until its group was archived."""
    return (
        is_run_by(user)
        | Q(team__in=Team.objects.administered_by(user).values("pk"))
        | Q(organisation__in=Organisation.objects.administered_by(user).values("pk"))
    )


def sittings_of(user: User) -> ParticipationQuerySet:
    """The user's participations in the round of an outer query."""
    participations: ParticipationQuerySet = apps.get_model(
        "reflections", "Participation"
    ).objects.all()
    return participations.filter(round=OuterRef("pk"), user=user)


class RoundQuerySet(CompiledOnce["Round"]):
    """Access to rounds: people are asked to them, run them, and read their results."""

    def scheduled(self) -> Self:
        return self.filter(opened_at=None, closed_at=None)

    def under_way(self) -> Self:
        """Rounds that are opened and not closed; `tick` closes those whose last day is over."""
        return self.exclude(opened_at=None).filter(closed_at=None)

    def closed(self) -> Self:
        return self.exclude(closed_at=None)

    def to_announce(self) -> Self:
        """Closed rounds whose letters about the results are not all written yet."""
        # In the words of the index `rounds_still_to_announce`, so that it is used.
        return self.filter(closed_at__isnull=False, announced_at=None)

    @compiled_once
    def asking(self, user: User) -> Self:
        """Rounds of groups that the user belongs to now."""
        return self.filter(asks(user))

    @compiled_once
    def for_home(self, user: User) -> Self:
        """Open rounds that ask the user, marked `is_begun` and `is_finished` by the user."""
        own = sittings_of(user)
        return (
            self.asking(user)
            .under_way()
            .with_group()
            .annotate(
                is_begun=Exists(own), is_finished=Exists(own.filter(finished_at__isnull=False))
            )
            .order_by("closes_on", "pk")
        )

    @compiled_once
    def managed_by(self, user: User) -> Self:
        """Rounds that the user runs: may open, extend, send reminders of, and close."""
        return self.filter(is_run_by(user))

    @compiled_once
    def with_rights(self, user: User) -> Self:
        """Marks each `can_manage` and `can_read_plan`, in the query that fetches it."""
        rounds = apps.get_model("reflections", "Round").objects.filter(pk=OuterRef("pk"))
        belongs = asks(user) | overseen_by(user)
        return self.annotate(
            can_manage=Exists(rounds.managed_by(user)),
            can_read_plan=Exists(rounds.filter(belongs)),
        )

    @compiled_once
    def with_earlier_figures(self) -> Self:
        """Marks each with `earlier_figures`: the figures of the round of its group before it.

        Named rounds are left out. The figures are plain JSON; None before the first round.
        """
        earlier = (
            apps.get_model("reflections", "Round")
            .objects.closed()
            .filter(
                Q(team=OuterRef("team"))
                | Q(organisation=OuterRef("organisation"))
                | Q(system=OuterRef("system")),
                sharing="confidential",
                closed_at__lt=OuterRef("closed_at"),
            )
        )
        return self.annotate(
            earlier_figures=Subquery(earlier.order_by("-closed_at").values("figures")[:1])
        )

    @compiled_once
    def visible_to(self, user: User) -> Self:
        """Rounds that ask the user, that the user runs, or in which the user takes part.

        Whoever takes part keeps their round, even if they have left the group since.
        """
        opened = Q(opened_at__isnull=False)
        takes_part = Q(Exists(sittings_of(user)))
        return self.filter(asks(user) & opened | overseen_by(user) | takes_part)

    @compiled_once
    def results_for(self, user: User) -> Self:
        """Closed rounds whose results the user may read, having finished them or running them.

        Those who take part see the results at the same moment as those who run the round. Results
        of a named round are not for administrators.
        """
        took_part = Q(Exists(sittings_of(user).filter(finished_at__isnull=False)))
        facilitated = Team.objects.facilitated_by(user).values("pk")
        return self.closed().filter(
            took_part
            | overseen_by(user) & Q(sharing="confidential")
            | Q(team__in=facilitated, sharing="named")
        )

    def before(self, round_: Round) -> Self:
        """The closed rounds of the same group before this one."""
        return self.closed().filter(
            team=round_.team_id,
            organisation=round_.organisation_id,
            system=round_.system_id,
            closed_at__lt=round_.closed_at or timezone.now(),
        )

    def of_group(self, group: Group) -> Self:
        """Rounds of a team, an organisation or a system, the latest first."""
        return self.filter(**{str(group._meta.model_name): group}).order_by("-opens_on", "-pk")

    def with_group(self) -> Self:
        return self.select_related("team__organisation", "organisation", "system")
