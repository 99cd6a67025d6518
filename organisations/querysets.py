"""Access rules for organisations, teams and people: the root of all access. And due letters.

Every rule leans on a current membership: of an organisation, of a team in it, or as convener of a
system. A rule is one query, so that what may be fetched and what is allowed never differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, overload

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Lower
from django.utils import timezone

from organisations.statements import CompiledOnce, compiled_once

if TYPE_CHECKING:  # the models are made with these querysets, so they import this module
    from organisations.groups import Group
    from organisations.models import (
        AuditEvent,
        Invitation,
        InvitedPlace,
        Letter,
        Membership,
        Organisation,
        System,
        Team,
        TeamMembership,
        User,
    )

ADMINISTRATOR, FACILITATOR = "administrator", "facilitator"


@overload
def rows_of(model: Literal["System"]) -> SystemQuerySet: ...
@overload
def rows_of(model: Literal["Organisation"]) -> OrganisationQuerySet: ...
@overload
def rows_of(model: Literal["Team"]) -> TeamQuerySet: ...
@overload
def rows_of(model: Literal["Membership"]) -> MembershipQuerySet: ...
@overload
def rows_of(model: Literal["TeamMembership"]) -> TeamMembershipQuerySet: ...
@overload
def rows_of(model: Literal["InvitedPlace"]) -> models.QuerySet[InvitedPlace]: ...
@overload
def rows_of(model: Literal["Letter"]) -> LetterQuerySet: ...
def rows_of(model: str) -> models.QuerySet[models.Model]:
    """All rows of a model of this app; by its name, because the models import this module."""
    rows: models.QuerySet[models.Model] = apps.get_model("organisations", model).objects.all()
    return rows


def any_of(*querysets: models.QuerySet[models.Model]) -> Q:
    """A condition: the row is in one of these querysets. Unlike a join, it repeats no row."""
    either = Q()
    for queryset in querysets:
        either |= Q(pk__in=queryset.values("pk"))
    return either


class SystemQuerySet(CompiledOnce["System"]):
    """Access to systems: conveners run them, and people of their organisations read the plan."""

    def visible_to(self, user: User) -> Self:
        return self.filter(conveners=user)

    @compiled_once
    def planned_by(self, user: User) -> Self:
        """Systems whose plan the user may read, as a convener or in one of its organisations."""
        organisations = rows_of("Organisation").visible_to(user).active()
        systems = rows_of("System")
        within = systems.filter(organisations__in=organisations)
        return self.filter(any_of(systems.visible_to(user), within))

    def editable_by(self, user: User) -> Self:
        return self.filter(conveners=user)


class OrganisationQuerySet(CompiledOnce["Organisation"]):
    """Access to organisations: members read them, and administrators run them."""

    def active(self) -> Self:
        return self.filter(archived_at=None)

    @compiled_once
    def visible_to(self, user: User) -> Self:
        """Organisations that the user is a member of; archived ones for administrators only."""
        return self.filter(
            Q(archived_at=None) | Q(memberships__role=ADMINISTRATOR),
            memberships__user=user,
            memberships__ended_at=None,
        )

    def administered_by(self, user: User) -> Self:
        return self.filter(
            memberships__user=user,
            memberships__role=ADMINISTRATOR,
            memberships__ended_at=None,
        )

    def editable_by(self, user: User) -> Self:
        """Organisations that the user administers. An archived one cannot be changed."""
        return self.active().administered_by(user)

    @compiled_once
    def by_name(self) -> Self:
        return self.order_by(Lower("name"), "pk")

    @compiled_once
    def administered_only_by(self, user: User) -> Self:
        """Active organisations that would have no administrator without the user."""
        others = rows_of("Membership").administrators().exclude(user=user)
        return self.editable_by(user).exclude(Exists(others.filter(organisation=OuterRef("pk"))))


class TeamQuerySet(CompiledOnce["Team"]):
    """Access to teams: people have a place in them, facilitators and administrators run them."""

    def active(self) -> Self:
        return self.filter(archived_at=None, organisation__archived_at=None)

    def with_member(self, user: User) -> Self:
        return self.active().filter(
            memberships__membership__user=user, memberships__membership__ended_at=None
        )

    def facilitated_by(self, user: User) -> Self:
        return self.active().filter(
            memberships__role=FACILITATOR,
            memberships__membership__user=user,
            memberships__membership__ended_at=None,
        )

    def administered_by(self, user: User) -> Self:
        """All teams of the organisations that the user administers, archived ones too."""
        return self.filter(
            organisation__memberships__user=user,
            organisation__memberships__role=ADMINISTRATOR,
            organisation__memberships__ended_at=None,
        )

    def editable_by(self, user: User) -> Self:
        """Teams that the user may rename, archive or bring back."""
        return self.administered_by(user).filter(organisation__archived_at=None)

    @compiled_once
    def without_facilitator(self) -> Self:
        """Active teams without a facilitator who can sign in: only administrators run them."""
        places = rows_of("TeamMembership").current().filter(role=FACILITATOR)
        facilitators = places.filter(team=OuterRef("pk"), membership__user__is_active=True)
        return self.active().exclude(Exists(facilitators))

    @compiled_once
    def visible_to(self, user: User) -> Self:
        teams = rows_of("Team")
        return self.filter(any_of(teams.with_member(user), teams.administered_by(user)))

    @compiled_once
    def managed_by(self, user: User) -> Self:
        """Active teams that the user facilitates or administers, and so may add people to."""
        teams = rows_of("Team")
        either = any_of(teams.facilitated_by(user), teams.administered_by(user))
        return self.active().filter(either)

    @compiled_once
    def with_rights(self, user: User) -> Self:
        """Marks each `can_administer`, `can_manage` and `is_mine`, in the query that fetches it."""
        this_team = {"pk": OuterRef("pk")}
        return self.annotate(
            can_administer=Exists(rows_of("Team").administered_by(user).filter(**this_team)),
            can_manage=Exists(rows_of("Team").managed_by(user).filter(**this_team)),
            is_mine=Exists(rows_of("Team").with_member(user).filter(**this_team)),
        )

    def without(self, membership: Membership) -> Self:
        """Teams in which the member has no place."""
        return self.exclude(memberships__membership=membership)

    @compiled_once
    def in_use_first(self) -> Self:
        return self.order_by(F("archived_at").desc(nulls_first=True), Lower("name"), "pk")

    @compiled_once
    def with_counts(self) -> Self:
        """Marks each team with the number of its people, as `people`."""
        current = Q(memberships__membership__ended_at=None)
        return self.annotate(people=Count("memberships", filter=current))

    @compiled_once
    def by_name(self) -> Self:
        return self.order_by(Lower("name"), "pk")


class MembershipQuerySet(CompiledOnce["Membership"]):
    """Memberships of organisations: current ones, their order, and who may change them."""

    def current(self) -> Self:
        return self.filter(ended_at=None)

    @compiled_once
    def of(self, user: User) -> Self:
        """The user's own memberships with their organisations: most pages begin with this query."""
        visible = Q(organisation__archived_at=None) | Q(role=ADMINISTRATOR)
        return self.current().filter(visible, user=user).select_related("organisation__system")

    def of_group(self, group: Group) -> Self:
        """Current memberships of a team, an organisation or a system.

        In a system, one person can have several: one in each organisation.
        """
        conditions = {
            "team": Q(team_memberships__team=group),
            "organisation": Q(organisation=group),
            "system": Q(organisation__system=group, organisation__archived_at=None),
        }
        return self.current().filter(conditions[str(group._meta.model_name)])

    @compiled_once
    def elsewhere(self, organisation: Organisation) -> Self:
        return self.exclude(organisation=organisation).order_by(Lower("organisation__name"))

    def administrators(self) -> Self:
        return self.current().filter(role=ADMINISTRATOR, user__is_active=True)

    def administered_by(self, user: User) -> Self:
        """Current memberships of the organisations that the user administers."""
        return self.current().filter(
            organisation__memberships__user=user,
            organisation__memberships__role=ADMINISTRATOR,
            organisation__memberships__ended_at=None,
        )

    def editable_by(self, user: User) -> Self:
        """Memberships that the user may change or end: everybody's but their own."""
        return self.administered_by(user).filter(organisation__archived_at=None).exclude(user=user)

    def not_in(self, team: Team) -> Self:
        return self.exclude(team_memberships__team=team)

    def matching(self, words: str) -> Self:
        """Memberships of people whose name or e-mail address contains every one of the words."""
        rows = self
        for word in words.split():
            rows = rows.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
        return rows

    def with_keys(self, keys: Iterable[str]) -> Self:
        """Memberships by the primary keys that a form sent; what can be no key is ignored."""
        possible = [key for key in keys if key.isdecimal() and len(key) < 19]
        return self.filter(pk__in=possible)

    def other_than(self, memberships: Iterable[Membership]) -> Self:
        return self.exclude(pk__in=[each.pk for each in memberships])

    def with_address(self, addresses: Iterable[str]) -> Self:
        """Memberships of people with one of these e-mail addresses, given in lower case.

        Marks each with its `address` in lower case.
        """
        return self.annotate(address=Lower("user__email")).filter(address__in=addresses)

    @compiled_once
    def by_name(self) -> Self:
        """In the order of names; somebody without a name is sorted by their e-mail address."""
        shown = models.Case(
            models.When(user__name="", then=Lower("user__email")), default=Lower("user__name")
        )
        return self.order_by(shown, "pk")

    def wanted(self, *, q: str = "", team: Team | None = None, role: str = "") -> Self:
        """The list of people, filtered: by words, by team, and by a role or another mark."""
        rows = self.matching(q)
        places = rows_of("TeamMembership").of(OuterRef("pk"))
        if team:
            rows = rows.filter(team_memberships__team=team)
        if role == ADMINISTRATOR:
            rows = rows.administrators()
        elif role == FACILITATOR:
            rows = rows.filter(Exists(places.facilitators()))
        elif role == "no_team":
            rows = rows.exclude(Exists(places.in_use()))
        elif role == "not_reached":
            rows = rows.with_reach().filter(is_not_reached=True)
        return rows

    @compiled_once
    def with_places(self) -> Self:
        """Loads the places in active teams with each membership (a prefetch)."""
        places = Prefetch("team_memberships", queryset=rows_of("TeamMembership").in_use())
        return self.prefetch_related(places).order_by(Lower("organisation__name"), "pk")

    @compiled_once
    def with_reach(self) -> Self:
        """Marks each `is_not_reached` if letters to the address fail. It tells no letter."""
        failed = rows_of("Letter").undelivered().to_address(OuterRef("user__email"))
        return self.annotate(is_not_reached=Exists(failed))

    def with_people(self) -> Self:
        """Loads the person of each membership."""
        return self.select_related("user")

    @compiled_once
    def for_list(self) -> Self:
        """Loads the person of each membership, and as `places` their places in active teams."""
        in_use = rows_of("TeamMembership").in_use()
        places = Prefetch("team_memberships", queryset=in_use, to_attr="places")
        return self.select_related("user").prefetch_related(places)


class TeamMembershipQuerySet(CompiledOnce["TeamMembership"]):
    """Places in teams."""

    def current(self) -> Self:
        return self.filter(membership__ended_at=None)

    def of(self, membership: Membership | OuterRef) -> Self:
        return self.filter(membership=membership)

    def of_person(self, user: User) -> Self:
        """The user's places in all organisations that are not archived."""
        return self.filter(membership__user=user, team__organisation__archived_at=None)

    @compiled_once
    def facilitators(self) -> Self:
        return self.in_use().filter(role=FACILITATOR)

    def by_membership(self, memberships: Iterable[Membership]) -> dict[int, list[dict[str, Any]]]:
        """The places in teams in use of each membership, by its key: the team's name and the role.

        It takes one query, which is kept. `prefetch_related` composes its query each time.
        """
        places: dict[int, list[dict[str, Any]]] = {each.pk: [] for each in memberships}
        rows = self.in_use().filter(membership__in=[*places])
        for key, team, role in rows.values_list("membership", "team__name", "role"):
            places[key].append({"team": {"name": team}, "role": role})
        return places

    @compiled_once
    def in_use(self) -> Self:
        """Places in teams that are not archived, in the order of the teams' names."""
        return (
            self.filter(team__archived_at=None)
            .select_related("team")
            .order_by(Lower("team__name"), "pk")
        )

    @compiled_once
    def for_team(self) -> Self:
        """Current places with their people, for a team's page: facilitators first, then by name."""
        return (
            self.current()
            .select_related("membership__user")
            .order_by(
                models.Case(models.When(role=FACILITATOR, then=0), default=1),
                Lower("membership__user__name"),
                "pk",
            )
        )


class InvitationQuerySet(CompiledOnce["Invitation"]):
    """Invitations that wait for an answer, and who may manage them."""

    def pending(self) -> Self:
        """Invitations that are neither accepted nor cancelled. They may have expired."""
        return self.filter(accepted_at=None, cancelled_at=None)

    def open(self) -> Self:
        """Invitations that can be accepted now."""
        return self.pending().filter(expires_at__gt=timezone.now(), organisation__archived_at=None)

    def with_address(self, addresses: Iterable[str]) -> Self:
        """Invitations to one of these e-mail addresses, given in lower case.

        Marks each with its `address` in lower case.
        """
        return self.annotate(address=Lower("email")).filter(address__in=addresses)

    @compiled_once
    def manageable_by(self, user: User) -> Self:
        """Invitations that the user may resend or cancel.

        Administrators manage all of their organisation. Facilitators manage those of ordinary
        members, if every team in the invitation is one that they facilitate.
        """
        organisations = rows_of("Organisation").editable_by(user)
        own_teams = rows_of("Team").facilitated_by(user).values("pk")
        places = rows_of("InvitedPlace").filter(invitation=OuterRef("pk"))
        into_own = places.filter(role="member", team__in=own_teams)
        into_others = places.exclude(role="member", team__in=own_teams)
        return self.filter(
            Q(organisation__in=organisations.values("pk"))
            | Q(Exists(into_own), ~Exists(into_others), role="member")
        )

    def over_before(self, moment: datetime) -> Self:
        return self.filter(expires_at__lt=moment, sent_at__lt=moment)

    def to_team(self, team: Team) -> Self:
        return self.filter(places__team=team)

    def latest_first(self) -> Self:
        return self.order_by("-sent_at", "-pk")

    @compiled_once
    def for_list(self) -> Self:
        """Loads the invited places, and marks each `is_not_reached` if letters to it fail."""
        failed = rows_of("Letter").undelivered().to_address(OuterRef("email"))
        return (
            self.select_related("invited_by")
            .prefetch_related("places__team")
            .annotate(is_not_reached=Exists(failed))
        )


class AuditEventQuerySet(CompiledOnce["AuditEvent"]):
    """The history: events are added, never changed and never deleted."""

    def of(self, organisation: Organisation) -> Self:
        return self.filter(organisation=organisation)

    def latest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def for_history(self) -> Self:
        return self.select_related(
            "actor", "subject", "organisation", "team", "invitation__accepted_by"
        )

    def older_than(self, moment: datetime) -> Self:
        return self.filter(at__lt=moment)

    def named(self) -> Self:
        """Events that still name a person, as the actor or the subject."""
        return self.exclude(actor=None, subject=None)

    def update(self, **changes: User | None) -> int:
        """Clears the names of people, and refuses every other change."""
        if set(changes) - {"actor", "subject"} or any(changes.values()):
            raise TypeError("What was done is not changed afterwards.")
        return super().update(**changes)

    def delete(self) -> NoReturn:
        raise TypeError("What was done is not taken away.")


class LetterQuerySet(CompiledOnce["Letter"]):
    """The outbox: letters that are due, and letters that did not arrive."""

    MOST_ATTEMPTS = 8
    REFUSED = "SMTPRecipientsRefused"  # the server knows no such address

    def due(self) -> Self:
        return self.filter(
            sent_at=None,
            dropped_at=None,
            not_before__lte=timezone.now(),
            attempts__lt=self.MOST_ATTEMPTS,
        ).order_by("not_before", "pk")

    def claim(self, letter: Letter) -> bool:
        """Book the next attempt for this process; False if another process was first.

        A claim is one conditional UPDATE that counts the attempt and moves the letter's next date
        ahead. So a process that is killed while delivering leaves a letter that comes due again by
        itself, each time after twice as long (exponential back-off).
        """
        wait = timedelta(minutes=2) * 2**letter.attempts
        claimed = self.filter(pk=letter.pk, sent_at=None, attempts=letter.attempts).update(
            attempts=F("attempts") + 1, not_before=timezone.now() + wait
        )
        return bool(claimed)

    def after(self, letter: Letter) -> Self:
        """Later letters of the same kind, to the same person and about the same thing."""
        return self.filter(
            kind=letter.kind,
            recipient=letter.recipient_id,
            about_type=letter.about_type_id,
            about_id=letter.about_id,
            pk__gt=letter.pk,
        )

    def over_before(self, moment: datetime) -> Self:
        """Letters written before a moment that are sent, dropped or given up."""
        over = (
            Q(sent_at__isnull=False)
            | Q(dropped_at__isnull=False)
            | Q(attempts__gte=self.MOST_ATTEMPTS)
        )
        return self.filter(over, written_at__lt=moment)

    def to_address(self, address: str | OuterRef) -> Self:
        """Letters to an e-mail address, in upper or lower case."""
        return self.alias(in_small=Lower("address")).filter(in_small=Lower(address))

    def undelivered(self) -> Self:
        """Letters refused by the server, or given up, if no later one reached the address."""
        later = rows_of("Letter").to_address(OuterRef("address"))
        later = later.filter(sent_at__gt=OuterRef("written_at"))
        return self.filter(
            ~Exists(later),
            Q(error=self.REFUSED) | ~Q(error="") & Q(attempts__gte=self.MOST_ATTEMPTS),
            sent_at=None,
        )
