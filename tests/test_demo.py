from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import chain, pairwise

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.contents import personal_plan_contents
from actionplans.models import Action, ActionBarrier, ActionPlan, ActionUpdate, Escalation
from onestepback.demo.accounts import OPERATOR
from onestepback.demo.answering import round_story
from onestepback.demo.belonging import in_order
from onestepback.demo.build import build_demo
from onestepback.demo.days import LONDON, Calendar
from onestepback.demo.deeds import members, partnership
from onestepback.demo.stories import people
from onestepback.personal_data import everything_of
from organisations.history import details_of, sentence_about
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
from reflections.models import (
    Answer,
    Barrier,
    Level,
    Participation,
    Reflection,
    Round,
    TakenOut,
)
from reflections.summaries import Figures, shared_texts

PASSWORD = "a kettle and a jigsaw"

# Yes, no or not yet chosen, and what changed, if anything: no form of a model asks for these.
NOT_IN_FORMS = [
    "changes",
    "comment_shared",
    "counted",
    "has_barrier",
    "idea_shared",
    "shared",
    "vision_shared",
]


@pytest.fixture
def today():
    return timezone.localdate(timezone=LONDON)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The demo, made once for all tests that ask for `demo`.

    pytest-django runs tests without `db` after those with it, so no other test of this module
    finds it there.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        build_demo(today=timezone.localdate(timezone=LONDON), password=PASSWORD)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(built):
    """Whatever a test does to the demo is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def run_demo(**options):
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def everything():
    """All that anybody wrote and did and when, without a key."""
    kept = [everything_of(user) for user in User.objects.order_by("email")]
    for each in kept:
        del each["made_at"]
    return {
        "people": kept,
        "places": places(),
        "history": history(),
        "letters": letters(),
        "rounds": rounds(),
        "plans": plans(),
    }


def plans():
    """All shared plans with their actions, what was raised, and what is told of them."""
    actions = Action.objects.filter(plan__user=None).order_by("pk")
    barriers = ActionBarrier.objects.filter(action__plan__user=None).order_by("pk")
    return [
        *ActionPlan.objects.shared().values_list("visions", "previewed_at", "published"),
        *actions.values_list("title", "status", "owner__email", "due_on", "idea", "we_did"),
        *ActionUpdate.objects.filter(action__in=actions).values_list("made_at", "note"),
        *barriers.values_list("action__title", "text"),
        *Escalation.objects.values_list("title", "status", "reply", "raised_at", "answered_at"),
    ]


def rounds():
    """All rounds with their figures; of a named one without the keys of those who took part."""
    kept = []
    for round_ in Round.objects.order_by("pk").values():
        if round_["figures"]:
            people = [each["answers"] for each in round_["figures"].pop("people", [])]
            round_["people"] = sorted(sorted(each.items()) for each in people)
        kept.append({name: value for name, value in round_.items() if not name.endswith("id")})
    taken_out = TakenOut.objects.values_list("kind", "level", "reason", "taken_out_at")
    return [*kept, *taken_out]


def places():
    systems = System.objects.values_list("name", "minimum_group", "conveners__email")
    organisations = [
        {name: value for name, value in row.items() if name not in ("id", "system_id")}
        for row in Organisation.objects.order_by("slug").values()
    ]
    teams = Team.objects.values_list("organisation__name", "name", "kind", "archived_at")
    return [*systems.order_by("conveners__email"), *organisations, *teams.order_by("name")]


def history():
    events = AuditEvent.objects.order_by("pk").for_history()
    return [(event.at, sentence_about(event), details_of(event)) for event in events]


def letters():
    """All invitations that are kept, and all letters."""
    invitations = Invitation.objects.order_by("pk", "places__pk").values_list(
        *("email", "role", "places__team__name", "times_sent", "sent_at", "expires_at"),
        *("accepted_at", "cancelled_at"),
    )
    written = Letter.objects.order_by("pk").values_list(
        "kind", "address", "written_at", "attempts", "error", "sent_at"
    )
    return [*invitations, *written]


def content_built_on(day):
    with transaction.atomic():
        build_demo(today=day, password=PASSWORD)
        content = in_one_order(everything())
        transaction.set_rollback(True)
    return content


def in_one_order(value):
    """The same with its lists sorted: what happened at one moment has no order of its own."""
    if isinstance(value, dict):
        return {name: in_one_order(each) for name, each in value.items()}
    if isinstance(value, list):
        return sorted((in_one_order(each) for each in value), key=repr)
    return value


def can_sign_in(email):
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return "_auth_user_id" in client.session


def moments():
    """Every moment that the demo keeps, but those at which nothing has happened."""
    for rows, name in [
        (User.objects, "date_joined"),
        (Organisation.objects, "created_at"),
        (Team.objects, "archived_at"),
        (Membership.objects, "joined_at"),
        (Membership.objects, "ended_at"),
        (Invitation.objects, "sent_at"),
        (Invitation.objects, "accepted_at"),
        (Invitation.objects, "cancelled_at"),
        (Letter.objects, "written_at"),
        (Letter.objects, "not_before"),
        (Letter.objects, "sent_at"),
        (AuditEvent.objects, "at"),
        (Participation.objects, "finished_at"),
        (Reflection.objects, "submitted_at"),
        (Round.objects, "created_at"),
        (Round.objects, "opened_at"),
        (Round.objects, "closed_at"),
        (Round.objects, "announced_at"),
        (TakenOut.objects, "taken_out_at"),
        (Action.objects, "created_at"),
        (Action.objects, "completed_at"),
        (ActionUpdate.objects, "made_at"),
        (Escalation.objects, "raised_at"),
        (Escalation.objects, "answered_at"),
        (ActionPlan.objects, "previewed_at"),
        (ActionPlan.objects, "published_at"),
    ]:
        yield from rows.exclude(**{name: None}).values_list(name, flat=True)


def test_a_database_with_anybody_in_it_is_refused_and_left_alone(person):
    before = everything()

    with pytest.raises(CommandError, match="Somebody has an account here already"):
        run_demo(password=PASSWORD)

    assert everything() == before


def test_if_empty_fills_an_empty_database_once_and_is_quiet_after(db, settings):
    settings.DEBUG = True
    run_demo(if_empty=True)
    before = everything()

    said_again = run_demo(if_empty=True)

    assert len(before["people"]) == len(people()) + len(members()) + 1
    assert (said_again, everything()) == ("", before)


def test_outside_of_development_a_password_is_asked_for(db):
    with pytest.raises(CommandError, match="add --password"):
        run_demo()

    assert not User.objects.exists()


def test_a_password_that_is_easy_to_guess_is_refused(db):
    with pytest.raises(CommandError, match="too short"):
        run_demo(password="demo")

    assert not User.objects.exists()


def test_the_same_day_gives_the_same_content(db, time_machine):
    day = date(2026, 3, 31)  # with a change of the clocks behind it

    time_machine.move_to(datetime(2026, 3, 31, 9, 5, tzinfo=LONDON))
    in_the_morning = content_built_on(day)
    time_machine.move_to(datetime(2026, 3, 31, 17, 45, tzinfo=LONDON))

    assert content_built_on(day) == in_the_morning


def test_who_is_worth_signing_in_as_is_announced_with_the_password(db):
    said = run_demo(password=PASSWORD)

    worth_it = [*people(), *(member for member in members() if member.about)]
    accounts = [*worth_it, User(email=OPERATOR, name="Site operator")]
    missing = [a.email for a in accounts if a.email not in said or a.name not in said]
    assert missing == []
    assert said.count("@example.org") == len(accounts) < 20
    assert f"Password of each: {PASSWORD}\nIt is that of everybody else" in said


def test_everybody_can_sign_in_with_the_password(demo):
    emails = User.objects.values_list("email", flat=True)

    refused = [email for email in emails if not can_sign_in(email)]

    assert len(emails) == len(people()) + len(members()) + 1
    assert refused == []


def test_only_the_operator_reaches_the_admin(demo):
    staff = User.objects.filter(is_staff=True, is_superuser=True)

    assert [user.email for user in staff] == [OPERATOR]


def test_actions_are_in_every_status_late_soon_and_of_somebody_else(demo, today):
    actions = Action.objects
    statuses = set(actions.values_list("status", flat=True))
    days = [(action.due_on - today).days for action in actions.open()]

    assert statuses == set(Action.Status.values)
    assert actions.overdue(today).count() >= 3
    assert sum(0 <= day <= 21 for day in days) >= 5
    assert actions.exclude(owner_name="").count() >= 5


def test_most_actions_answer_a_barrier_some_a_question_and_some_neither(demo):
    of_barriers = Action.objects.filter(action_barriers__isnull=False).distinct().count()
    of_questions = Action.objects.filter(question__isnull=False).count()
    of_neither = Action.objects.filter(action_barriers=None, question=None).count()

    assert of_barriers > Action.objects.count() / 2
    assert of_questions >= 3
    assert of_neither >= 3


def test_people_have_three_reflections_or_fewer_one_under_way_or_none_at_all(demo):
    sittings = {
        user.name.split()[0]: (
            user.participations.for_oneself().finished().count(),
            user.participations.for_oneself().unfinished().count(),
        )
        for user in User.objects.filter(email__in=[person.email for person in people()])
    }

    assert sittings == {
        "Maya": (3, 0),
        "Tom": (3, 0),
        "Siobhán": (2, 1),
        "Harpreet": (1, 0),
        "Derek": (3, 0),
        "Zoë": (2, 0),
        "Dr": (2, 0),
        "Nasreen": (0, 0),
    }


def test_harpreet_left_the_system_level_out(demo):
    [only] = Participation.objects.for_oneself().filter(user__email="harpreet@example.org")

    assert only.finished_levels == ["individual", "team", "organisation"]


def test_nothing_is_dated_in_the_future_or_at_night(demo, today):
    kept = [timezone.localtime(moment, LONDON) for moment in moments()]

    assert max(kept).date() < today
    assert [moment for moment in kept if not 7 <= moment.hour < 23] == []


def test_every_story_runs_forward_and_ends_in_its_status(demo):
    wrong = []
    for action in Action.objects.prefetch_related("updates"):
        story = list(reversed(action.updates.all()))
        times = [update.made_at for update in story]
        [*_others, last] = [each for each in story if "status" in each.changes]
        ended = action.completed_at == (last.made_at if action.status == "done" else None)
        in_time = action.due_on is None or action.created_at.date() <= action.due_on
        begun = times[0] == action.created_at and in_time
        if (
            times != sorted(times)
            or last.changes["status"][1] != action.status
            or not (begun and ended)
        ):
            wrong.append(str(action))

    assert wrong == []


def test_what_is_stuck_or_dropped_says_why(demo):
    changes = ActionUpdate.objects.filter(changes__status__1__in=["stuck", "dropped"])

    assert changes.exists()
    assert not changes.filter(note="").exists()


def test_every_row_keeps_the_rules_of_its_model(demo):
    models = [User, Participation, Reflection, Answer, Barrier, Action, ActionBarrier, ActionUpdate]
    models += [System, Organisation, Team, Membership, TeamMembership, ActionPlan, Escalation]
    models += [Invitation, InvitedPlace, Letter, AuditEvent, Round, TakenOut]

    rows = {model: list(model.objects.all()) for model in models}

    assert [model for model in models if not rows[model]] == []
    for row in chain.from_iterable(rows.values()):
        row.full_clean(exclude=NOT_IN_FORMS)


def test_a_reflection_moves_up_and_down_and_from_not_knowing_to_an_answer(demo):
    answers = Answer.objects.exclude(rating=None).order_by("reflection__participation__finished_at")
    of_each: dict = {}
    for answer in answers.select_related("reflection__participation"):
        whose = (answer.reflection.participation.user_id, answer.question_id)
        of_each.setdefault(whose, []).append(answer.rating)
    steps = [pair for ratings in of_each.values() for pair in pairwise(ratings)]

    assert any(0 < was < now for was, now in steps)
    assert any(was > now > 0 for was, now in steps)
    assert any(was == 0 < now for was, now in steps)


def test_mayas_plan_has_something_at_every_level(demo):
    contents = personal_plan_contents(User.objects.get(email="maya@example.org"))

    assert [
        level.name for level in contents.levels if not level.actions or not level.barriers
    ] == []


# --- The partnership ------------------------------------------------------------------------------


def sizes(organisation):
    """How many people are in each team that is in use."""
    teams = organisation.teams.active().with_counts().by_name()
    return {team.name: team.people for team in teams}


def in_one_of_them():
    """Who is in an organisation now."""
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
        assert events[0].kind == AuditEvent.Kind.ORGANISATION_CREATED
        assert events[0].at == organisation.created_at
        assert (today - events[0].at.date()).days > 600
        assert (today - events[-1].at.date()).days < 7


def test_the_history_has_every_kind_of_event_but_the_rarest(demo):
    happened = set(AuditEvent.objects.values_list("kind", flat=True))

    assert set(AuditEvent.Kind.values) - happened == {
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


# --- Rounds ---------------------------------------------------------------------------------------


def rounds_of(team):
    return Round.objects.filter(team__name=team).order_by("opened_at")


def groups_in(round_):
    """Every group of which something is shown."""
    for shown in Figures.of(round_).levels.values():
        if shown:
            yield from [shown.everybody, *(shown.parts or {}).values()]


def taking_part(round_):
    return {
        participation.user.email.split("@")[0]: participation.is_finished
        for participation in round_.participations.select_related("user")
    }


def test_a_large_ward_has_closed_three_yearly_rounds(demo, today):
    ward = rounds_of("Quince Ward")

    years = [round((today - each.closed_at.date()).days / 365) for each in ward]
    finished = [each.participations.finished().count() for each in ward]

    assert years == [2, 1, 0]
    assert all(20 <= people <= 22 for people in finished)
    for each in ward:
        levels = Figures.of(each).levels
        assert list(levels) == list(Level)
        assert all(level.parts for level in levels.values())


def test_the_rounds_of_the_ward_show_movement_disagreement_and_a_gap(demo):
    first, _second, last = (Figures.of(each).levels for each in rounds_of("Quince Ward"))
    involved = [
        shown[Level.TEAM].everybody.questions["team-involve"].now for shown in (first, last)
    ]
    parts = last[Level.TEAM].parts
    mostly_or_fully = {
        name: sum(group.questions["team-equal-weight"].now[3:]) for name, group in parts.items()
    }

    assert sum(involved[1][3:]) >= sum(involved[0][3:]) + 5
    assert last[Level.ORGANISATION].everybody.questions["organisation-support"].disagreement >= 5
    assert mostly_or_fully["staff"] >= mostly_or_fully["partner"] + 3


def test_every_figure_that_is_shown_reaches_the_minimum(demo):
    confidential = Round.objects.closed().filter(sharing="confidential")

    sizes_shown = [
        (group.size, each.minimum_group) for each in confidential for group in groups_in(each)
    ]

    assert sizes_shown
    assert all(size >= minimum for size, minimum in sizes_shown)


def test_some_of_what_people_wrote_in_rounds_is_shared_and_some_is_not(demo):
    for each in rounds_of("Quince Ward"):
        written = everything_written(each)
        shown = shared_texts(each, Figures.of(each))

        assert 25 <= len(written) <= 40
        assert 20 <= len(shown) < len(written) - 3
        assert {text.kind for text in shown} == {"comment", "barrier", "vision", "idea"}


def everything_written(round_):
    reflections = Reflection.objects.filter(participation__round=round_)
    answers = Answer.objects.filter(reflection__in=reflections).exclude(comment="")
    return [
        *answers.values_list("comment", flat=True),
        *Barrier.objects.filter(reflection__in=reflections).values_list("text", flat=True),
        *reflections.exclude(vision="").values_list("vision", flat=True),
        *reflections.exclude(idea="").values_list("idea", flat=True),
    ]


def test_one_text_was_taken_out_with_a_reason_and_is_still_its_authors(demo):
    taken = TakenOut.objects.get()
    answer = Answer.objects.get(pk=taken.text_id)
    shown = shared_texts(taken.round, Figures.of(taken.round))

    assert taken.reason
    assert answer.comment
    assert answer.comment_shared
    assert answer.comment not in [text.text for text in shown]


def test_every_text_of_a_round_is_written_by_somebody_who_takes_part(demo):
    told = [text for title in titles() for text in round_story(title).texts]

    written = [words for each in Round.objects.all() for words in everything_written(each)]
    own = Barrier.objects.filter(reflection__participation__round=None)

    given_back = [text for text in told if own.filter(text=text.words).exists()]
    assert len(written) == len(told) - len(given_back)
    assert [text.author for text in given_back] == ["seamus.deeney@example.org"]
    assert len({text.words for text in told}) == len(told) > 100


def titles():
    return Round.objects.exclude(opened_at=None).values_list("title", flat=True)


def test_a_team_of_four_has_closed_a_named_round(demo):
    forum = rounds_of("Family Forum").get()

    assert forum.is_closed
    assert forum.is_named
    assert len(Figures.of(forum).people) == 4
    assert {text.author for text in shared_texts(forum, Figures.of(forum))} >= {"Gordon Askew"}


def test_a_round_with_too_few_says_only_that(demo):
    panel = rounds_of("Peer Panel").get()

    assert panel.is_closed
    assert 0 < panel.participations.finished().count() < panel.minimum_group
    assert Figures.of(panel).are_too_few
    assert shared_texts(panel, Figures.of(panel)) == []


def test_one_round_is_open_and_siobhan_has_not_begun_it(demo, today):
    is_open = Round.objects.under_way().get()
    siobhan = User.objects.get(email="siobhan@example.org")

    assert is_open.team.name == "Going Home Together"
    assert 6 <= (today - is_open.opens_on).days <= 14
    assert 5 <= (is_open.closes_on - today).days <= 11
    assert taking_part(is_open) == {
        "harpreet": True,
        "chidinma": True,
        "yvonne": True,
        "derek": False,
    }
    assert list(Round.objects.for_home(siobhan).values_list("is_begun", flat=True)) == [False]


def test_a_round_of_the_trust_is_planned_for_next_month(demo, today):
    planned = Round.objects.scheduled().get()

    assert planned.organisation.name == "Tamsel Valley Community Health Trust"
    assert 28 <= (planned.opens_on - today).days <= 35
    assert not planned.participations.exists()


def test_nobody_answers_a_round_before_it_opens_or_after_it_closes(demo):
    in_rounds = Participation.objects.in_rounds().finished()
    in_time = Q(round__closed_at=None) | Q(finished_at__lte=F("round__closed_at"))

    late = in_rounds.exclude(in_time, finished_at__gte=F("round__opened_at"))
    begun_early = Reflection.objects.filter(submitted_at__lt=F("participation__round__opened_at"))

    assert in_rounds.count() > 60
    assert not late.exists()
    assert not begun_early.exists()


def test_a_facilitator_and_a_partner_see_the_three_years_of_the_ward(demo):
    seen = {
        name: Round.objects.results_for(User.objects.get(email=f"{name}@example.org"))
        .filter(team__name="Quince Ward")
        .count()
        for name in ("tom", "moira", "gordon")
    }

    assert seen == {"tom": 3, "moira": 3, "gordon": 0}


# --- Shared plans ---------------------------------------------------------------------------------


@pytest.fixture
def wards_plan(demo):
    return ActionPlan.objects.get(team__name="Quince Ward")


def test_the_plan_of_the_ward_has_actions_of_every_kind_and_a_vision_at_each_level(
    wards_plan, today
):
    actions = wards_plan.actions
    dropped = actions.filter(status="dropped")

    assert set(wards_plan.visions) == set(Level.values)
    assert set(actions.values_list("status", flat=True)) == set(Action.Status.values)
    assert set(actions.values_list("level", flat=True)) == set(Level.values)
    assert actions.overdue(today).count() >= 2
    assert actions.needing_owner().count() == 1
    assert actions.exclude(owner=None).exists()
    assert actions.exclude(owner_name="").exists()
    assert actions.filter(status="proposed").count() == 1
    assert dropped.exclude(proposed_by=None).count() == 1
    assert dropped.filter(proposed_by=None).exists()


def test_what_the_plan_answers_is_what_people_shared_in_a_round(wards_plan):
    [*_earlier, latest] = rounds_of("Quince Ward")
    shared = {text.pk: text.text for text in shared_texts(latest, Figures.of(latest))}
    answered = ActionBarrier.objects.filter(action__plan=wards_plan)
    of_latest = answered.filter(barrier__reflection__participation__round=latest)

    assert of_latest.count() >= 8
    assert [link.text for link in of_latest if shared.get(str(link.barrier_id)) != link.text] == []
    [with_idea] = wards_plan.actions.exclude(idea="")
    assert shared[str(with_idea.idea_key)] == with_idea.idea


def test_what_was_raised_waits_is_under_way_and_was_declined_with_a_reason(wards_plan):
    raised = {each.status: each for each in Escalation.objects.filter(action__plan=wards_plan)}
    to_system = Escalation.objects.exclude(plan__system=None).get()

    assert set(raised) == {"raised", "accepted", "declined"}
    assert raised["accepted"].became.status == "under_way"
    assert raised["accepted"].became.plan == raised["declined"].plan
    assert raised["declined"].reply
    assert to_system.became.plan.system == System.objects.get()


def test_one_team_publishes_what_came_of_it_and_another_shows_its_readers_only(wards_plan):
    home = ActionPlan.objects.get(team__name="Quillbrook House")

    assert len(wards_plan.published["entries"]) == 3
    assert ActionPlan.objects.published().get() == wards_plan
    assert home.previewed["entries"]


@pytest.mark.parametrize("after", range(7))
def test_whatever_weekday_it_is_all_happens_in_the_same_order(after):
    day = date(2026, 3, 23) + timedelta(days=after)
    deeds = in_order(partnership(), day)
    first: dict = {}
    for at, _name, deed in deeds:
        first.setdefault(deed.by, at)

    too_early = [
        person.email
        for person in people()
        if first[person.email] < Calendar(day, person.perspective).moment(person.joined, "12:10")
    ]

    assert [deed for *_when, deed in deeds] == [
        deed for *_when, deed in in_order(partnership(), date(2025, 6, 4))
    ]
    assert too_early == []
    assert deeds[-1][0].date() < day


def test_no_letter_is_sent_and_nothing_is_due(
    db, today, settings, time_machine, django_capture_on_commit_callbacks
):
    time_machine.move_to(datetime.combine(today, time(10, 30), tzinfo=LONDON))  # all are awake
    settings.DELIVER_LETTERS_AT_ONCE = True
    with django_capture_on_commit_callbacks(execute=True) as delivering:
        build_demo(today=today, password=PASSWORD)
    before = everything()

    call_command("tick")

    assert delivering
    assert mail.outbox == []
    assert everything() == before
    assert Letter.objects.get(sent_at=None) == Letter.objects.undelivered().get()
