"""Two organisations, their teams and people, and what happened there over two years."""

from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from onestepback.demo.accounts import OPERATOR
from onestepback.demo.deeds import members
from onestepback.demo.stories import people
from organisations.history import EVENTS, sentence_about
from organisations.models import (
    AuditEvent,
    Invitation,
    Membership,
    Organisation,
    System,
    Team,
    TeamMembership,
    User,
)


def sizes(organisation):
    """The number of people in each active team."""
    teams = organisation.teams.active().with_counts().by_name()
    return {team.name: team.people for team in teams}


def in_one_of_them():
    """The people who are in an organisation now."""
    return User.objects.filter(memberships__in=Membership.objects.current()).distinct()


def test_two_organisations_of_one_system_have_eight_teams_and_sixty_people(demo):
    system = System.objects.get()

    teams = {each.name: sizes(each) for each in system.organisations.by_name()}

    assert teams == {
        "Tamsel Homes and Support": {
            "Care at Home": 7,
            "Family Forum": 4,
            "Millrace Court": 6,
            "Quillbrook House": 10,
        },
        "Tamsel Valley Community Health Trust": {
            "Going Home Together": 6,
            "Memory Service": 7,
            "Peer Panel": 6,
            "Quince Ward": 24,
        },
    }
    assert in_one_of_them().count() == 60


def test_the_organisations_keep_to_other_rules_and_have_every_kind_of_team(demo):
    rules = ["minimum_group", "allows_named_rounds", "safeguarding_contact", "retention_years"]
    homes, trust = Organisation.objects.by_name()

    alike = [rule for rule in rules if getattr(homes, rule) == getattr(trust, rule)]

    assert alike == []
    assert set(Team.objects.active().values_list("kind", flat=True)) == set(Team.Kind.values)
    assert Team.objects.exclude(archived_at=None).count() == 1


def test_there_is_somebody_of_every_role(demo):
    memberships = Membership.objects.current()
    conveners = System.objects.get().conveners
    facilitators = TeamMembership.objects.current().facilitators()

    without_facilitator = Team.objects.active().exclude(memberships__in=facilitators)

    assert [o.memberships.administrators().count() for o in Organisation.objects.all()] == [2, 2]
    assert not without_facilitator.exists()
    assert memberships.wanted(role="no_team").count() == 3
    assert in_one_of_them().alias(n=Count("memberships")).filter(n=2).count() == 4
    assert conveners.filter(memberships=None).exists()
    assert conveners.exclude(memberships=None).exists()
    assert Membership.objects.exclude(ended_at=None).count() == 1


def test_the_eight_are_where_their_stories_say(demo):
    places = {
        person.email.split("@")[0]: sorted(
            f"{place.role} of {place.team}"
            for place in TeamMembership.objects.filter(membership__user__email=person.email)
            if not place.team.is_archived
        )
        for person in people()
    }

    assert places == {
        "maya": ["facilitator of Quillbrook House"],
        "tom": ["facilitator of Quince Ward", "member of Going Home Together"],
        "siobhan": ["facilitator of Going Home Together", "member of Millrace Court"],
        "harpreet": ["member of Going Home Together"],
        "derek": ["member of Going Home Together", "member of Memory Service"],
        "zoe": ["member of Peer Panel"],
        "mina": ["member of Family Forum", "member of Millrace Court"],
        "nasreen": [],
    }
    assert Membership.objects.administrators().filter(user__email="maya@example.org").exists()
    assert in_one_of_them().filter(email="nasreen@example.org").exists()
    assert not Membership.objects.filter(user__email=OPERATOR).exists()


def test_half_of_the_people_are_partners_and_some_have_no_name(demo):
    here = set(in_one_of_them().values_list("email", flat=True))

    told = [each for each in [*people(), *members()] if each.email in here]

    assert len(told) == 60
    assert 25 <= sum(each.perspective == "partner" for each in told) <= 35
    assert {each.perspective for each in told} == {"staff", "partner"}
    assert 3 <= in_one_of_them().filter(name="").count() <= 5


def test_invitations_are_open_run_out_cancelled_and_not_reached(demo):
    pending = Invitation.objects.pending()

    for organisation in Organisation.objects.all():
        states = {each.is_open for each in pending.filter(organisation=organisation)}
        assert states == {True, False}
    assert pending.for_list().filter(is_not_reached=True).count() == 1
    assert Invitation.objects.exclude(cancelled_at=None).count() == 1
    assert pending.filter(times_sent__gt=1).exists()


def test_invitations_last_two_weeks_and_are_accepted_within_them(demo):
    accepted = Invitation.objects.exclude(accepted_at=None)
    lasts = {each.expires_at - each.sent_at for each in Invitation.objects.all()}

    assert lasts == {timedelta(days=14)}
    assert accepted.exists()
    assert not accepted.exclude(accepted_at__range=(F("sent_at"), F("expires_at"))).exists()


def test_the_history_runs_forward_over_two_years(demo, today):
    for organisation in Organisation.objects.all():
        events = list(organisation.events.order_by("pk"))
        moments_of_it = [event.at for event in events]

        assert moments_of_it == sorted(moments_of_it)
        assert events[0].kind == "organisation_created"
        assert events[0].at == organisation.created_at
        assert (today - events[0].at.date()).days > 600
        assert (today - events[-1].at.date()).days < 7


def test_the_history_has_every_kind_of_event_but_the_rarest(demo):
    happened = set(AuditEvent.objects.values_list("kind", flat=True))

    assert set(EVENTS) - happened == {
        "account_changed",
        "convener_removed",
        "escalation_withdrawn",
        "organisation_archived",
        "organisation_restored",
        "team_restored",
        "telling_hidden",
        "telling_taken_back",
    }


def test_nobody_does_anything_before_joining_or_after_leaving(demo):
    theirs = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=OuterRef("at")),
        user=OuterRef("actor"),
        organisation=OuterRef("organisation"),
        joined_at__lte=OuterRef("at"),
    )
    events = AuditEvent.objects.exclude(organisation=None).exclude(actor__email=OPERATOR)
    conveners = System.objects.get().conveners.all()
    events = events.exclude(kind="escalation_answered", team=None, actor__in=conveners)

    # Whoever creates an organisation joins it by that.
    out_of_turn = [sentence_about(event) for event in events.exclude(Exists(theirs))]

    assert out_of_turn == []
    assert not Membership.objects.filter(joined_at__lt=F("user__date_joined")).exists()
