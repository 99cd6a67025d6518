"""The kept statements, and the parts of Django on which they rely. See decision 20."""

import gc
import weakref
from datetime import UTC, date, datetime, timedelta

import django
import pytest
import time_machine
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext

from actionplans.models import Action, ActionPlan
from organisations import statements
from organisations.models import Membership, Organisation, Team, TeamMembership, User
from organisations.statements import CompiledOnce, compiled_once
from reflections.models import Barrier, Participation, Round
from tests.factories import (
    make_action,
    make_barrier,
    make_finished,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)
from tests.threads import at_once

LOOK = "organisations/statements.py leans on this: look whether it still does what it says."


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(statements, "kept_statements", {})


def plainly(queryset):
    """The rows of the same calls as Django composes them, without a kept statement."""
    return statements.composed(queryset._calls, queryset._given, queryset._db, {})


def is_kept(queryset, asked="rows"):
    assert queryset._calls, "nothing was written down"
    return statements.statement_of(queryset._calls, queryset.db, asked) is not None


def fresh(queryset):
    sql, parameters = plainly(queryset).query.get_compiler("default").as_sql()
    return sql, tuple(parameters)


def replayed(queryset):
    statement = statements.statement_of(queryset._calls, queryset.db, "rows")
    return statement.answer(queryset)


# --- What is kept ---------------------------------------------------------------------------------


def test_a_statement_is_made_once_and_asked_with_other_keys(person, stranger):
    mine, theirs = make_action(person), make_action(stranger)

    def ask(user):
        return Action.objects.of(user).open().with_plans().sorted_by("due")[:5]

    assert list(ask(person)) == [mine]
    known = dict(statements.kept_statements)
    assert list(ask(stranger)) == [theirs]
    assert statements.kept_statements == known


def test_a_kept_statement_is_the_one_that_django_compiles(person):
    asked = [
        Action.objects.of(person).open().with_plans().sorted_by("due")[:5],
        Action.objects.filter(due_on__lt=date(2026, 12, 1), plan__user=person),
        Action.objects.filter(created_at__gte=datetime(2026, 12, 1, tzinfo=UTC)).order_by("pk"),
        Participation.objects.filter(user=person).exclude(finished_at=None).values_list("pk"),
        Team.objects.visible_to(person).filter(name="100% of_us\\'"),
        Membership.objects.filter(user__in=[person, person.pk + 1][:1], organisation_id=person.pk),
        Barrier.objects.filter(
            reflection__participation__in=Participation.objects.filter(user=person)
        ),
        plan_of(person).actions.filter(status__in=["planned", "stuck"]),
    ]
    for queryset in asked:
        assert is_kept(queryset), queryset._calls
        assert replayed(queryset) == fresh(queryset)


def plan_of(person):
    return ActionPlan.objects.get_or_create(user=person)[0]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 9])
def test_a_list_is_filled_up_and_finds_the_same(person, size):
    actions = [make_action(person, title=str(number)) for number in range(size + 1)]
    keys = [action.pk for action in actions[:size]]

    found = Action.objects.filter(pk__in=keys).order_by("pk")

    assert is_kept(found)
    assert list(found) == actions[:size]


def test_few_lengths_of_lists_are_kept(person):
    for size in range(1, 33):
        list(Action.objects.filter(pk__in=range(1, 1 + size)))  # a range is composed
        list(Action.objects.filter(pk__in=list(range(1, 1 + size))))

    assert len(statements.kept_statements) == 7  # of 1, 2, 3, 4, 8, 16 and 32


def test_numbers_and_whether_there_are_any_are_asked_too(person, stranger):
    action = make_action(person)

    for user, number in ((person, 1), (stranger, 0)):
        found = Action.objects.of(user)
        assert is_kept(found, "count")
        assert is_kept(found, "exists")
        assert (found.count(), found.exists(), found.contains(action)) == (number, number, number)
        assert len(found) == found.count() == number


def test_what_is_sliced_or_distinct_is_counted_by_django(person):
    for number in range(3):
        make_action(person, title=str(number))

    assert Action.objects.filter(owner=person)[:2].count() == 2
    assert Action.objects.filter(owner=person).values("level").distinct().count() == 1


def test_one_is_got_none_and_too_many(person, stranger):
    action = make_action(person)
    assert Action.objects.editable_by(person).get(pk=action.pk) == action

    with pytest.raises(Action.DoesNotExist, match="Action matching query does not exist"):
        Action.objects.editable_by(stranger).get(pk=action.pk)
    make_action(person)
    with pytest.raises(Action.MultipleObjectsReturned):
        Action.objects.of(person).get()


def test_the_first_is_the_first_by_key_if_there_is_no_order(person):
    first = make_action(person)
    make_action(person)

    assert Action.objects.filter(owner=person).first() == first
    assert Action.objects.filter(owner=person).order_by("-pk").first() != first
    assert Action.objects.filter(owner=person, title="None").first() is None


def test_rows_know_what_they_were_asked_from(person, django_assert_num_queries):
    plan = make_action(person).plan
    list(plan.actions.open())
    plan = ActionPlan.objects.get(pk=plan.pk)

    with django_assert_num_queries(1):
        [action] = plan.actions.open()
        assert action.plan is plan


def test_what_is_fetched_beside_the_rows_is_fetched_for_each_anew(db):
    organisation = make_organisation()
    team = make_team(organisation)
    names = {make_member(organisation, make_user(), team=team).pk for _each in range(2)}

    for _time in range(2):
        found = Membership.objects.current().of_group(team).for_list()
        assert is_kept(found)
        assert {each.pk: [p.team for p in each.places] for each in found} == {
            key: [team] for key in names
        }
        TeamMembership.objects.filter(membership=min(names)).delete()
        names.discard(min(names))


# --- What is not ----------------------------------------------------------------------------------


class Doubtful(CompiledOnce):
    @compiled_once
    def named_like(self, user):
        return self.filter(owner_name=user.name)

    @compiled_once
    def of_staff(self, user):
        return self.filter(owner=user) if user.is_staff else self.none()

    @compiled_once
    def late(self, user):
        return self.filter(owner=user, due_on__lt=timezone.localdate())

    @compiled_once
    def lately(self, user):
        return self.filter(owner=user, created_at__lt=timezone.now())

    @compiled_once
    def with_a_key_beside(self, user):
        return self.filter(pk__gt=user.pk - 1)


@pytest.mark.parametrize("rule", ["named_like", "of_staff", "late", "lately", "with_a_key_beside"])
def test_a_rule_that_asks_more_than_a_key_is_composed_each_time(person, rule):
    for user in (person, User.objects.create_user("staff@example.org", is_staff=True)):
        make_action(user, due_on=date(2020, 1, 1))
        found = getattr(Doubtful(Action), rule)(user)

        assert not is_kept(found)
        assert list(plainly(found)) == list(found)


def test_text_that_a_database_wants_escaped_finds_what_it_says(person):
    """PostgreSQL compares by UPPER, which wants nothing escaped: there it may be kept."""
    User.objects.create_user("percent@example.org", name="Percent")

    for lookup in ("email__iexact", "email__icontains", "email__startswith"):
        found = User.objects.filter(**{lookup: "p%t_\\@example.org"})
        assert not is_kept(found) or replayed(found) == fresh(found)
        assert list(found) == []
        assert list(User.objects.filter(**{lookup: "percent@example.org"})) != []


@pytest.mark.parametrize(
    "given",
    [
        {"pk__in": range(3)},
        {"pk__in": []},
        {"pk": 2**31},
        {"pk": 0},
        {"pk": -1},
        {"pk": F("plan")},
        {"due_on__range": (date(2026, 1, 1), date(2026, 2, 1))},
        {"created_at__lt": datetime(2026, 1, 1)},  # noqa: DTZ001 - which Django warns of
    ],
)
def test_what_may_change_the_statement_is_not_written_down(given):
    with pytest.warns() if "created_at__lt" in given else pytest.MonkeyPatch.context():
        assert not Action.objects.filter(**given)._calls


def test_conditions_of_expressions_are_not_written_down(db):
    for condition in (Q(pk=1) | Q(pk=2), ~Q(pk=1), Exists(Team.objects.filter(pk=OuterRef("pk")))):
        assert not Action.objects.filter(condition)._calls
    assert Action.objects.filter(Q(pk=1, level="team"))._calls


def test_a_mapping_is_a_value_of_json_and_not_a_list(person):
    plan = plan_of(person)
    ActionPlan.objects.filter(pk=plan.pk).update(visions={"team": "We decide"})

    assert ActionPlan.objects.filter(pk=plan.pk, visions={"team": "We decide"}).exists()
    assert not ActionPlan.objects.filter(pk=plan.pk, visions={"team": "They decide"}).exists()


def test_changes_and_locks_are_composed_by_django(person):
    action = make_action(person)
    mine = Action.objects.of(person)

    assert not mine.select_for_update()._calls
    assert mine.update(title="Another") == 1
    with transaction.atomic():
        assert mine.select_for_update().get(pk=action.pk).title == "Another"
    assert mine.delete()[1]["actionplans.Action"] == 1
    assert statements.kept_statements == {}


def test_whoever_reads_the_query_may_change_it(person):
    make_action(person)
    found = Action.objects.filter(owner=person)

    found.query.add_q(Q(title="None"))

    assert list(found) == []


def test_a_wrong_call_says_what_is_wrong(person):
    with pytest.raises(django.core.exceptions.FieldError):
        list(Action.objects.filter(nothing=1))
    with pytest.raises(ValueError, match="instance"):
        list(Action.objects.filter(owner=make_organisation()))


@pytest.mark.parametrize("is_known", [True, False])
def test_rows_of_somebody_who_was_deleted_meanwhile_are_not_asked_for(person, is_known):
    found = Action.objects.of(person)
    if is_known:
        assert not found.all().exists()
        list(found.all())

    person.delete()

    with pytest.raises(ValueError, match="deleted|primary key|Unsaved|unsaved"):
        list(found)


def test_no_more_is_kept_than_there_is_room_for(person, monkeypatch):
    monkeypatch.setattr(statements, "MOST_STATEMENTS", 1)
    action = make_action(person)

    for _time in range(2):
        assert list(Action.objects.of(person)) == [action]
        assert list(Action.objects.owned_by(person)) == [action]

    assert len(statements.kept_statements) == 1


# --- Nobody's, of no day and in no language -------------------------------------------------------


def test_no_person_is_kept():
    reader = User(pk=1, name="Maya")
    found = Round.objects.results_for(reader).with_rights(reader).with_group()
    assert is_kept(found)
    gone = weakref.ref(reader)

    del reader, found
    gc.collect()

    assert gone() is None


def test_what_stands_in_for_a_person_has_a_key_and_nothing_else():
    row = statements.stand_in(statements.Slot(User), 1, 0)

    assert row.pk
    with pytest.raises(django.core.exceptions.FieldFetchBlocked):
        _name = row.name
    with pytest.raises(django.core.exceptions.FieldFetchBlocked):
        _today = row.today


def rules():
    """Every marked rule with arguments to call it with: (queryset, name, function of a person)."""
    group = lambda person: make_team(make_organisation())  # noqa: E731
    known = {
        "user": lambda person: person,
        "organisation": lambda person: Organisation(pk=7),
        "sort": lambda person: "due",
        "today": lambda person: date(2026, 12, 1),
        "group": group,
    }
    for model in django.apps.apps.get_models():
        kind = type(model._default_manager.get_queryset())
        for name in dir(kind) if issubclass(kind, CompiledOnce) else ():
            method = getattr(kind, name)
            if getattr(method, "is_compiled_once", False):
                code = method.__wrapped__.__code__
                wanted = code.co_varnames[1 : code.co_argcount]
                yield pytest.param(
                    model, name, [known[each] for each in wanted], id=f"{kind.__name__}.{name}"
                )


RULES = list(rules())


@pytest.mark.parametrize(("model", "name", "wanted"), RULES)
def test_every_marked_rule_is_kept_and_the_same_at_all_times(
    person, monkeypatch, model, name, wanted
):
    found = getattr(model.objects.all(), name)(*(make(person) for make in wanted))
    assert is_kept(found), f"{name} is marked, and depends on more than it is given."
    kept = statements.statement_of(found._calls, "default", "rows")

    monkeypatch.setattr(statements, "kept_statements", {})
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda text: f"<{text}>")
    with (
        time_machine.travel(timezone.now() + timedelta(days=400, hours=7)),
        timezone.override("Pacific/Kiritimati"),
        translation.override("de"),
    ):
        assert gettext("Team") == "<Team>"
        later = statements.statement_of(found._calls, "default", "rows")

    assert later.sql == kept.sql
    assert constants_of(later) == constants_of(kept)


def constants_of(statement):
    return [(number, each if number is None else "") for number, each in statement.parameters]


# --- At the same time -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_people_who_ask_at_the_same_moment_get_their_own_rows():
    people = [make_user() for _each in range(6)]
    own = {person.pk: make_shared_action(person, team=a_team_of(person)).pk for person in people}

    def ask(person):
        return [
            (person.pk, action.pk)
            for _time in range(20)
            for action in Action.objects.editable_by(person).with_plans().sorted_by("due")
        ]

    for _round in range(3):
        statements.kept_statements.clear()
        found = at_once(*(lambda person=person: ask(person) for person in people))
        assert [set(each) for each in found] == [{(p.pk, own[p.pk])} for p in people]


def a_team_of(person):
    team = make_team(make_organisation())
    make_member(team.organisation, person, team=team, team_role="facilitator")
    return team


# --- What of Django it leans on -------------------------------------------------------------------


def test_the_version_of_django_is_one_that_was_looked_at():
    assert django.VERSION[:2] == (6, 1), LOOK


def test_a_queryset_is_made_of_what_is_carried_on():
    assert set(vars(models.QuerySet(User))) == {
        "model",
        "_db",
        "_hints",
        "_query",
        "_result_cache",
        "_sticky_filter",
        "_for_write",
        "_prefetch_related_lookups",
        "_prefetch_done",
        "_known_related_objects",
        "_iterable_class",
        "_fetch_mode",
        "_fields",
        "_defer_next_filter",
        "_deferred_filter",
        "_cloning_enabled",
    }, LOOK


def test_a_compiler_executes_what_as_sql_says(person):
    query = User.objects.order_by("pk").query
    compiler = query.get_compiler("default")
    compiler.as_sql()
    compiler.as_sql = lambda *args, **kwargs: ("SELECT 1 WHERE 1 = %s", (1,))

    assert list(compiler.execute_sql()) == [[(1,)]], LOOK
    assert {"select", "klass_info", "annotation_col_map", "col_count"} <= set(vars(compiler)), LOOK


@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: rows,
        lambda rows: rows.select_related("plan__user"),
        lambda rows: rows.values("pk", "plan__user"),
        lambda rows: rows.values_list("pk", "title"),
        lambda rows: rows.values_list("pk", flat=True),
        lambda rows: rows.values_list("pk", "title", named=True),
        lambda rows: rows.tally(date(2026, 12, 1)),
        lambda rows: rows.for_plan(),
    ],
)
def test_rows_of_every_kind_are_read_from_a_kept_statement(person, ask):
    make_barrier(make_finished(person), level="team")
    make_action(person)
    found = ask(Action.objects.filter(owner=person))

    assert is_kept(found)
    assert [whole(row) for row in found] == [whole(row) for row in plainly(found)] != [], LOOK
    assert [whole(row) for row in found.all().iterator()] == [whole(row) for row in plainly(found)]


def whole(row):
    if isinstance(row, models.Model):
        return {name: value for name, value in vars(row).items() if not name.startswith("_")}
    return row


def test_what_django_does_to_the_query_of_a_queryset_is_done(person):
    """It adds conditions in place to what is fetched beside other rows."""
    action = make_action(person)
    make_action(person)
    plans = ActionPlan.objects.filter(user=person).prefetch_related(
        models.Prefetch("actions", Action.objects.filter(pk=action.pk))
    )

    assert [list(plan.actions.all()) for plan in plans] == [[action]], LOOK


def test_queries_are_counted_as_ever(person, django_assert_num_queries):
    make_action(person)

    for _time in range(2):
        with django_assert_num_queries(1):
            list(Action.objects.of(person))
    assert connection.vendor in ("sqlite", "postgresql")
