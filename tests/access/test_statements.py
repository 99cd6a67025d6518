"""The kept statement of a rule is the one that Django composes, for every kind of person.

See decision 20.
"""

from datetime import date

import pytest
from django.apps import apps
from django.db import models, transaction

from actionplans.models import Action, ActionPlan
from organisations import statements
from organisations.models import Membership, Organisation, System, Team
from organisations.statements import CompiledOnce, composed, statement_of
from reflections.models import Round
from tests.access.cast import PEOPLE, SIGNED_OUT

SIGNED_IN = [kind for kind in PEOPLE if kind not in SIGNED_OUT]
GIVEN = {
    "user": lambda cast, person: person,
    "organisation": lambda cast, person: cast.organisation,
    "sort": lambda cast, person: "due",
    "today": lambda cast, person: date(2026, 12, 1),
}


def marked_rules():
    for model in apps.get_models():
        kind = type(model._default_manager.get_queryset())
        for name in sorted(dir(kind)) if issubclass(kind, CompiledOnce) else ():
            method = getattr(kind, name)
            if getattr(method, "is_compiled_once", False):
                code = method.__wrapped__.__code__
                yield model, name, code.co_varnames[1 : code.co_argcount]


RULES = list(marked_rules())
THEN = [  # what pages ask of a rule besides
    lambda rows: rows,
    lambda rows: rows.filter(pk__isnull=False),
    lambda rows: rows.values("pk"),
]


def whole(row):
    if isinstance(row, models.Model):
        return {name: value for name, value in vars(row).items() if not name.startswith("_")}
    return row


RUN_SOMETHING = {"facilitator", "administrator", "convener", "member"}  # the others: make prove


def test_the_rules_of_access_are_marked():
    names = {(model.__name__, name) for model, name, _wanted in RULES}

    assert names >= {
        ("Organisation", "visible_to"),
        ("Team", "visible_to"),
        ("Team", "managed_by"),
        ("Membership", "of"),
        ("Invitation", "manageable_by"),
        ("Round", "visible_to"),
        ("Round", "managed_by"),
        ("Round", "results_for"),
        ("ActionPlan", "visible_to"),
        ("ActionPlan", "editable_by"),
        ("ActionPlan", "run_by"),
        ("Action", "visible_to"),
        ("Action", "editable_by"),
        ("Action", "of"),
        ("Escalation", "answerable_by"),
    }


@pytest.mark.slow  # every rule that there is, for one kind of person
@pytest.mark.parametrize(
    "kind",
    [
        kind if kind in RUN_SOMETHING else pytest.param(kind, marks=pytest.mark.prove)
        for kind in SIGNED_IN
    ],
)
def test_a_kept_rule_says_what_a_composed_one_says(cast, kind):
    person = getattr(cast, kind)
    for model, name, wanted in RULES:
        given = [GIVEN[each](cast, person) for each in wanted]
        for then in THEN[:2] if name == "tally" else THEN:
            rows = then(getattr(model.objects.all(), name)(*given))
            statement = statement_of(rows._calls, "default", "rows")
            plain = composed(rows._calls, rows._given, None, {})
            sql, parameters = plain.query.get_compiler("default").as_sql()

            assert statement, f"{model.__name__}.{name} is marked, and is not kept"
            assert statement.answer(rows) == (sql, tuple(parameters)), (model, name)
            assert rows.all().count() == plain.count(), (model, name)
            assert rows.all().exists() == plain.exists(), (model, name)
            assert [whole(row) for row in rows] == [whole(row) for row in plain], (model, name)


@pytest.mark.slow
def test_nobody_is_answered_for_the_one_who_asked_before(cast):
    rules = [(model, name) for model, name, wanted in RULES if wanted == ("user",)]

    for model, name in rules:
        rule = getattr(model.objects, name)
        first = {kind: keys_of(rule(getattr(cast, kind))) for kind in SIGNED_IN}
        again = {kind: keys_of(rule(getattr(cast, kind))) for kind in reversed(SIGNED_IN)}
        statements.kept_statements.clear()
        anew = {kind: keys_of(rule(getattr(cast, kind))) for kind in reversed(SIGNED_IN)}

        assert first == again == anew, (model, name)


def keys_of(rows):
    return sorted(str(row.pk) for row in rows)


def test_a_right_that_ended_is_gone_when_it_is_asked_for_next(cast):
    person = cast.facilitator

    def rights():
        return {
            "team": Team.objects.managed_by(person).contains(cast.team),
            "organisation": Organisation.objects.visible_to(person).contains(cast.organisation),
            "plan": ActionPlan.objects.editable_by(person).contains(cast.told.plan),
            "action": Action.objects.editable_by(person).contains(cast.told),
            "round": Round.objects.managed_by(person).contains(cast.open_round),
            "own": Membership.objects.of(person).exists(),
        }

    assert set(rights().values()) == {True}
    with transaction.atomic():
        Membership.objects.select_for_update().get(user=person)
        Membership.objects.filter(user=person).update(ended_at=cast.place.joined_at)
        assert set(rights().values()) == {False}
        transaction.set_rollback(True)
    assert set(rights().values()) == {True}

    Team.objects.filter(pk=cast.team.pk).update(archived_at=cast.place.joined_at)
    assert rights()["team"] is rights()["plan"] is rights()["round"] is False


def test_a_convener_who_is_one_no_more_reads_nothing(cast):
    assert System.objects.planned_by(cast.convener).exists()
    assert cast.browser("convener").get(cast.system.get_absolute_url()).status_code == 200

    cast.system.conveners.clear()

    assert not System.objects.planned_by(cast.convener).exists()
    assert cast.browser("convener").get(cast.system.get_absolute_url()).status_code == 404
