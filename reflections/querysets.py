"""Which participations a person holds, and which rounds they take part in, run or read."""

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from organisations.models import Organisation, System, Team
from organisations.statements import CompiledOnce, compiled_once


class ParticipationQuerySet(CompiledOnce):
    """Whose words these are: nobody but their author ever reaches them."""

    def held_by(self, request):
        """The one way in for pages that reflect: a person's own."""
        return self.filter(user=request.user).select_related(
            "round__team", "round__organisation", "round__system"
        )

    def for_oneself(self):
        return self.filter(round=None)

    def in_rounds(self):
        return self.exclude(round=None)

    def in_round(self, round_):
        return self.filter(round=round_)

    def unfinished(self):
        return self.filter(finished_at=None)

    def finished(self):
        return self.exclude(finished_at=None).order_by("-finished_at")

    def last_perspective(self):
        """Which questions fitted this person the last time; None if they never said."""
        return self.finished().values_list("perspective", flat=True).first()

    @compiled_once
    def latest_first(self):
        """The one under way, then the finished ones by date."""
        return self.order_by(F("finished_at").desc(nulls_first=True))

    def with_levels(self):
        return self.prefetch_related("reflections")


def asked_of(user):
    """The condition that a round asks somebody: their teams', organisations' and systems' do."""
    organisations = Organisation.objects.visible_to(user).active()
    return (
        Q(team__in=Team.objects.with_member(user).values("pk"))
        | Q(organisation__in=organisations.values("pk"))
        | Q(system__in=organisations.values("system"))
    )


def run_by(user):
    """The condition that somebody runs a round."""
    return (
        Q(team__in=Team.objects.managed_by(user).values("pk"))
        | Q(organisation__in=Organisation.objects.editable_by(user).values("pk"))
        | Q(system__in=System.objects.editable_by(user).values("pk"))
    )


def overseen_by(user):
    """The condition that somebody runs a round, or did until its group was archived."""
    return (
        run_by(user)
        | Q(team__in=Team.objects.administered_by(user).values("pk"))
        | Q(organisation__in=Organisation.objects.administered_by(user).values("pk"))
    )


def sittings_of(user):
    """Somebody's participations in the round of an outer query."""
    participations = apps.get_model("reflections", "Participation").objects
    return participations.filter(round=OuterRef("pk"), user=user)


class RoundQuerySet(CompiledOnce):
    """Which rounds somebody is asked to, which they run, and whose results they read."""

    def scheduled(self):
        return self.filter(opened_at=None, closed_at=None)

    def under_way(self):
        """Opened, and not closed: the last day may be over, until `tick` comes."""
        return self.exclude(opened_at=None).filter(closed_at=None)

    def closed(self):
        return self.exclude(closed_at=None)

    def to_announce(self):
        """Closed, and not everybody who is to hear of it has a letter yet."""
        return self.filter(closed_at__isnull=False, announced_at=None)  # as its index says

    @compiled_once
    def asking(self, user):
        """Those to which somebody belongs now."""
        return self.filter(asked_of(user))

    @compiled_once
    def for_home(self, user):
        """Open ones that somebody is asked to, marked with how far they are themselves."""
        mine = sittings_of(user)
        return (
            self.asking(user)
            .under_way()
            .with_group()
            .annotate(
                is_begun=Exists(mine), is_finished=Exists(mine.filter(finished_at__isnull=False))
            )
            .order_by("closes_on", "pk")
        )

    @compiled_once
    def managed_by(self, user):
        """Those that somebody may open, extend, remind of and close."""
        return self.filter(run_by(user))

    @compiled_once
    def with_rights(self, user):
        """Marks each `can_manage` and `can_read_plan`, in the query that fetches it."""
        rounds = apps.get_model("reflections", "Round").objects.filter(pk=OuterRef("pk"))
        belongs = asked_of(user) | overseen_by(user)
        return self.annotate(
            can_manage=Exists(rounds.managed_by(user)),
            can_read_plan=Exists(rounds.filter(belongs)),
        )

    @compiled_once
    def with_earlier_figures(self):
        """Marks each with the `earlier_figures` of its group: of its last round, never a named one.

        The marks are as they are stored, for JSON; None before the first round.
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
    def visible_to(self, user):
        """Those they are asked to, run, or take part in, even if they have left since."""
        opened = Q(opened_at__isnull=False)
        takes_part = Q(Exists(sittings_of(user)))
        return self.filter(asked_of(user) & opened | overseen_by(user) | takes_part)

    @compiled_once
    def results_for(self, user):
        """Closed ones that somebody finished, or runs. A named one is not for administrators.

        Whoever takes part sees the results at the same moment as whoever runs the round.
        """
        took_part = Q(Exists(sittings_of(user).filter(finished_at__isnull=False)))
        facilitated = Team.objects.facilitated_by(user).values("pk")
        return self.closed().filter(
            took_part
            | overseen_by(user) & Q(sharing="confidential")
            | Q(team__in=facilitated, sharing="named")
        )

    def before(self, round_):
        """The closed rounds of the same group that came before one."""
        return self.closed().filter(
            team=round_.team_id,
            organisation=round_.organisation_id,
            system=round_.system_id,
            closed_at__lt=round_.closed_at or timezone.now(),
        )

    def of_group(self, group):
        """Those of a team, an organisation or a system, the latest first."""
        return self.filter(**{group._meta.model_name: group}).order_by("-opens_on", "-pk")

    def with_group(self):
        return self.select_related("team__organisation", "organisation", "system")
