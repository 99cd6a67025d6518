"""Who may see or change organisations, teams and people: the root of all access. And letters due.

Every rule leans on a current membership: of an organisation, of a team in it, or as convener of a
system. A rule is one query, so that what may be fetched and what is allowed never differ.
"""

from datetime import timedelta

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Lower
from django.utils import timezone

from organisations.statements import CompiledOnce, compiled_once

ADMINISTRATOR, FACILITATOR = "administrator", "facilitator"


def rows_of(model):
    """All rows of a model of this app; by its name, because the models import this module."""
    return apps.get_model("organisations", model).objects.all()


def any_of(*querysets):
    """The condition of being in one of these, which never names a row twice."""
    either = Q()
    for queryset in querysets:
        either |= Q(pk__in=queryset.values("pk"))
    return either


class SystemQuerySet(CompiledOnce):
    """Which systems somebody convenes."""

    def visible_to(self, user):
        return self.filter(conveners=user)

    @compiled_once
    def planned_by(self, user):
        """Those whose plan somebody reads: conveners, and the people of its organisations."""
        organisations = rows_of("Organisation").visible_to(user).active()
        systems = rows_of("System")
        within = systems.filter(organisations__in=organisations)
        return self.filter(any_of(systems.visible_to(user), within))

    def editable_by(self, user):
        return self.filter(conveners=user)


class OrganisationQuerySet(CompiledOnce):
    """Which organisations somebody belongs to, and which they run."""

    def active(self):
        return self.filter(archived_at=None)

    @compiled_once
    def visible_to(self, user):
        """Those a person is in; an archived one only for its administrators."""
        return self.filter(
            Q(archived_at=None) | Q(memberships__role=ADMINISTRATOR),
            memberships__user=user,
            memberships__ended_at=None,
        )

    def administered_by(self, user):
        return self.filter(
            memberships__user=user,
            memberships__role=ADMINISTRATOR,
            memberships__ended_at=None,
        )

    def editable_by(self, user):
        """Those a person may change something in now: an archived one stays as it is."""
        return self.active().administered_by(user)

    @compiled_once
    def by_name(self):
        return self.order_by(Lower("name"), "pk")

    @compiled_once
    def administered_only_by(self, user):
        """Those in use that would have no administrator without this person."""
        others = rows_of("Membership").administrators().exclude(user=user)
        return self.editable_by(user).exclude(Exists(others.filter(organisation=OuterRef("pk"))))


class TeamQuerySet(CompiledOnce):
    """Which teams somebody is in, and which they look after."""

    def active(self):
        return self.filter(archived_at=None, organisation__archived_at=None)

    def with_member(self, user):
        return self.active().filter(
            memberships__membership__user=user, memberships__membership__ended_at=None
        )

    def facilitated_by(self, user):
        return self.active().filter(
            memberships__role=FACILITATOR,
            memberships__membership__user=user,
            memberships__membership__ended_at=None,
        )

    def administered_by(self, user):
        """All teams of an organisation, for its administrators: archived ones too."""
        return self.filter(
            organisation__memberships__user=user,
            organisation__memberships__role=ADMINISTRATOR,
            organisation__memberships__ended_at=None,
        )

    def editable_by(self, user):
        """Those a person may rename or archive."""
        return self.administered_by(user).filter(organisation__archived_at=None)

    @compiled_once
    def without_facilitator(self):
        """Those in use that have nobody to look after them but their administrators."""
        places = rows_of("TeamMembership").current().filter(role=FACILITATOR)
        there = places.filter(team=OuterRef("pk"), membership__user__is_active=True)
        return self.active().exclude(Exists(there))

    @compiled_once
    def visible_to(self, user):
        teams = rows_of("Team")
        return self.filter(any_of(teams.with_member(user), teams.administered_by(user)))

    @compiled_once
    def managed_by(self, user):
        """Those a person may add people to: active ones that they facilitate or administer."""
        teams = rows_of("Team")
        either = any_of(teams.facilitated_by(user), teams.administered_by(user))
        return self.active().filter(either)

    @compiled_once
    def with_rights(self, user):
        """Marks each `can_administer`, `can_manage` and `is_mine`, in the query that fetches it."""
        here = {"pk": OuterRef("pk")}
        return self.annotate(
            can_administer=Exists(rows_of("Team").administered_by(user).filter(**here)),
            can_manage=Exists(rows_of("Team").managed_by(user).filter(**here)),
            is_mine=Exists(rows_of("Team").with_member(user).filter(**here)),
        )

    def without(self, membership):
        """Those that somebody is not in."""
        return self.exclude(memberships__membership=membership)

    @compiled_once
    def in_use_first(self):
        return self.order_by(F("archived_at").desc(nulls_first=True), Lower("name"), "pk")

    @compiled_once
    def with_counts(self):
        """Marks each team with the number of its people, as `people`."""
        current = Q(memberships__membership__ended_at=None)
        return self.annotate(people=Count("memberships", filter=current))

    @compiled_once
    def by_name(self):
        return self.order_by(Lower("name"), "pk")


class MembershipQuerySet(CompiledOnce):
    """Who is in an organisation now."""

    def current(self):
        return self.filter(ended_at=None)

    @compiled_once
    def of(self, user):
        """A person's own, each with its organisation: the fetch of most pages about one."""
        visible = Q(organisation__archived_at=None) | Q(role=ADMINISTRATOR)
        return self.current().filter(visible, user=user).select_related("organisation__system")

    def of_group(self, group):
        """The people of a team, an organisation or a system now; of a system, perhaps twice."""
        of = {
            "team": {"team_memberships__team": group},
            "organisation": {"organisation": group},
            "system": {"organisation__system": group, "organisation__archived_at": None},
        }
        return self.current().filter(**of[group._meta.model_name])

    @compiled_once
    def elsewhere(self, organisation):
        return self.exclude(organisation=organisation).order_by(Lower("organisation__name"))

    def administrators(self):
        return self.current().filter(role=ADMINISTRATOR, user__is_active=True)

    def administered_by(self, user):
        """The people of the organisations that somebody runs."""
        return self.current().filter(
            organisation__memberships__user=user,
            organisation__memberships__role=ADMINISTRATOR,
            organisation__memberships__ended_at=None,
        )

    def editable_by(self, user):
        """Those whose place somebody may change or end: never their own."""
        return self.administered_by(user).filter(organisation__archived_at=None).exclude(user=user)

    def not_in(self, team):
        return self.exclude(team_memberships__team=team)

    def matching(self, words):
        """Those whose name or address has each of the words in it."""
        found = self
        for word in words.split():
            found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
        return found

    def with_keys(self, keys):
        """Those of the keys that a form sent; what can be no key is left out."""
        possible = [key for key in keys if key.isdecimal() and len(key) < 19]
        return self.filter(pk__in=possible)

    def other_than(self, memberships):
        return self.exclude(pk__in=[each.pk for each in memberships])

    def with_address(self, addresses):
        """Those whose address, in small letters and marked as `address`, is one of these."""
        return self.annotate(address=Lower("user__email")).filter(address__in=addresses)

    @compiled_once
    def by_name(self):
        """By name; people without one by their address, among the others."""
        shown = models.Case(
            models.When(user__name="", then=Lower("user__email")), default=Lower("user__name")
        )
        return self.order_by(shown, "pk")

    def wanted(self, *, q="", team=None, role=""):
        """Those that a list is asked for: by words, by team, and by what they are."""
        found = self.matching(q)
        places = rows_of("TeamMembership").of(OuterRef("pk"))
        if team:
            found = found.filter(team_memberships__team=team)
        if role == ADMINISTRATOR:
            found = found.administrators()
        elif role == FACILITATOR:
            found = found.filter(Exists(places.facilitators()))
        elif role == "no_team":
            found = found.exclude(Exists(places.in_use()))
        elif role == "not_reached":
            found = found.with_reach().filter(is_not_reached=True)
        return found

    @compiled_once
    def with_places(self):
        """Each with its places in teams that are in use."""
        places = Prefetch("team_memberships", queryset=rows_of("TeamMembership").in_use())
        return self.prefetch_related(places).order_by(Lower("organisation__name"), "pk")

    @compiled_once
    def with_reach(self):
        """Marks each `is_not_reached`: whether letters to the address fail; not which letters."""
        failed = rows_of("Letter").undelivered().to_address(OuterRef("user__email"))
        return self.annotate(is_not_reached=Exists(failed))

    @compiled_once
    def for_list(self):
        """Each with its person, and as `places` those in teams that are in use."""
        in_use = rows_of("TeamMembership").in_use()
        places = Prefetch("team_memberships", queryset=in_use, to_attr="places")
        return self.select_related("user").prefetch_related(places)


class TeamMembershipQuerySet(CompiledOnce):
    """Who is in a team now."""

    def current(self):
        return self.filter(membership__ended_at=None)

    def of(self, membership):
        return self.filter(membership=membership)

    def of_person(self, user):
        """In any organisation that is not archived."""
        return self.filter(membership__user=user, team__organisation__archived_at=None)

    @compiled_once
    def facilitators(self):
        return self.in_use().filter(role=FACILITATOR)

    @compiled_once
    def in_use(self):
        """Those in teams that are not archived, by the name of the team."""
        return (
            self.filter(team__archived_at=None)
            .select_related("team")
            .order_by(Lower("team__name"), "pk")
        )

    @compiled_once
    def for_team(self):
        """Facilitators first, then by name."""
        return (
            self.current()
            .select_related("membership__user")
            .order_by(
                models.Case(models.When(role=FACILITATOR, then=0), default=1),
                Lower("membership__user__name"),
                "pk",
            )
        )


class InvitationQuerySet(CompiledOnce):
    """Which invitations wait for an answer, and who looks after them."""

    def pending(self):
        """Neither accepted nor taken back: open, or run out."""
        return self.filter(accepted_at=None, cancelled_at=None)

    def open(self):
        """Those that can be accepted now."""
        return self.pending().filter(expires_at__gt=timezone.now(), organisation__archived_at=None)

    def with_address(self, addresses):
        """Those to one of these addresses, in small letters and marked as `address`."""
        return self.annotate(address=Lower("email")).filter(address__in=addresses)

    @compiled_once
    def manageable_by(self, user):
        """For administrators all; for facilitators those of members, into teams of theirs alone."""
        organisations = rows_of("Organisation").editable_by(user)
        own_teams = rows_of("Team").facilitated_by(user).values("pk")
        places = rows_of("InvitedPlace").filter(invitation=OuterRef("pk"))
        into_own = places.filter(role="member", team__in=own_teams)
        into_others = places.exclude(role="member", team__in=own_teams)
        return self.filter(
            Q(organisation__in=organisations.values("pk"))
            | Q(Exists(into_own), ~Exists(into_others), role="member")
        )

    def over_before(self, moment):
        return self.filter(expires_at__lt=moment, sent_at__lt=moment)

    def to_team(self, team):
        return self.filter(places__team=team)

    def latest_first(self):
        return self.order_by("-sent_at", "-pk")

    @compiled_once
    def for_list(self):
        """Each with its places in teams, and marked `is_not_reached` where its letter failed."""
        failed = rows_of("Letter").undelivered().to_address(OuterRef("email"))
        return (
            self.select_related("invited_by")
            .prefetch_related("places__team")
            .annotate(is_not_reached=Exists(failed))
        )


class AuditEventQuerySet(CompiledOnce):
    """What was done. It is added to, never changed and never taken away."""

    def of(self, organisation):
        return self.filter(organisation=organisation)

    def latest_first(self):
        return self.order_by("-at", "-pk")

    def for_history(self):
        return self.select_related(
            "actor", "subject", "organisation", "team", "invitation__accepted_by"
        )

    def older_than(self, moment):
        return self.filter(at__lt=moment)

    def named(self):
        """Those that still point at somebody."""
        return self.exclude(actor=None, subject=None)

    def update(self, **changes):
        """Only for forgetting who somebody was."""
        if set(changes) - {"actor", "subject"} or any(changes.values()):
            raise TypeError("What was done is not changed afterwards.")
        return super().update(**changes)

    def delete(self):
        raise TypeError("What was done is not taken away.")


class LetterQuerySet(CompiledOnce):
    """Which letters still have to go, when, and whom they do not reach."""

    MOST_ATTEMPTS = 8
    REFUSED = "SMTPRecipientsRefused"  # the server knows no such address

    def due(self):
        return self.filter(
            sent_at=None,
            dropped_at=None,
            not_before__lte=timezone.now(),
            attempts__lt=self.MOST_ATTEMPTS,
        ).order_by("not_before", "pk")

    def claim(self, letter):
        """Whether this process, and no other, is to try this letter now.

        A claim is the next attempt booked ahead: a process killed while delivering leaves a letter
        that comes due again by itself, each time after twice as long.
        """
        wait = timedelta(minutes=2) * 2**letter.attempts
        claimed = self.filter(pk=letter.pk, sent_at=None, attempts=letter.attempts).update(
            attempts=F("attempts") + 1, not_before=timezone.now() + wait
        )
        return bool(claimed)

    def after(self, letter):
        """Those of the same kind, to the same person and about the same, written after it."""
        same = {
            "kind": letter.kind,
            "recipient": letter.recipient_id,
            "about_type": letter.about_type_id,
            "about_id": letter.about_id,
        }
        return self.filter(**same, pk__gt=letter.pk)

    def over_before(self, moment):
        """Sent, dropped or given up, and written before a moment."""
        over = (
            Q(sent_at__isnull=False)
            | Q(dropped_at__isnull=False)
            | Q(attempts__gte=self.MOST_ATTEMPTS)
        )
        return self.filter(over, written_at__lt=moment)

    def to_address(self, address):
        """Those to an address, whatever its case."""
        return self.alias(in_small=Lower("address")).filter(in_small=Lower(address))

    def undelivered(self):
        """Refused by the server, or given up; and no later one to the same address went."""
        later = rows_of("Letter").to_address(OuterRef("address"))
        later = later.filter(sent_at__gt=OuterRef("written_at"))
        return self.filter(
            ~Exists(later),
            Q(error=self.REFUSED) | ~Q(error="") & Q(attempts__gte=self.MOST_ATTEMPTS),
            sent_at=None,
        )
