"""The arrows hold: each app imports only what lies to its left, at the top of the file."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from organisations.models import User

MAY_IMPORT = {
    "onestepback.publishing": [],
    "organisations": ["onestepback.publishing"],
    "reflections": ["onestepback.publishing", "organisations"],
    "actionplans": ["onestepback.publishing", "organisations", "reflections"],
}
OURS = ("onestepback", "organisations", "reflections", "actionplans", "tests", "benchmarks")


def files_of(package):
    return sorted(Path(package.replace(".", "/")).rglob("*.py"))


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_an_app_imports_only_to_its_left(package):
    allowed = (package, *MAY_IMPORT[package])
    wrong = [
        f"{path}:{node.lineno} {name}"
        for path in files_of(package)
        for node, name in imports_of(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] in OURS
        and not any(name == left or name.startswith(f"{left}.") for left in allowed)
    ]

    assert wrong == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_stand_at_the_top(package):
    inside = [
        f"{path}:{node.lineno}"
        for path in files_of(package)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node, _name in imports_of(function)
    ]

    assert inside == []


# Each is one part of a change. The service that makes the whole of it calls it, and nobody else:
# else actions keep an owner who has left, and plans keep words that were taken back.
INCOMPLETE = {
    "end_membership_alone": ("organisations/services", "actionplans/services"),
    "place_in_team": ("organisations/services",),
    "mark_sharing": ("reflections/rounds", "actionplans/services"),
    "hide_from_results": ("reflections/rounds", "actionplans/services"),
}


def names_in(tree):
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield node, name


def test_only_the_whole_service_calls_the_lower_one_that_is_incomplete():
    wrong = [
        f"{path}:{node.lineno} {name}"
        for package in ("onestepback", "organisations", "reflections", "actionplans")
        for path in files_of(package)
        for node, name in names_in(ast.parse(path.read_text(encoding="utf-8")))
        if name in INCOMPLETE and not path.as_posix().startswith(INCOMPLETE[name])
    ]

    assert wrong == []


def test_no_form_of_a_model_takes_fields_that_it_does_not_list():  # A8
    sources = [path.read_text(encoding="utf-8") for app in MAY_IMPORT for path in files_of(app)]

    assert not any('"__all__"' in source or "exclude = [" in source for source in sources)


def test_no_row_of_anybody_elses_goes_with_a_deleted_person():  # E5
    goes = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.OneToOneField)
        and field.related_model is User
        and field.remote_field.on_delete is models.CASCADE
    }

    # What is a person's own: plan, calendar, letters, addresses, places, how they like to read,
    # traces of sessions.
    assert goes == {
        "ActionPlan.user",
        "CalendarFeed.user",
        "EmailAddress.user",
        "Letter.recipient",
        "LogEntry.user",
        "Membership.user",
        "ReadingPreference.user",
    }


def test_answers_have_keys_that_tell_neither_order_nor_time():  # B4
    for name in ("Participation", "Reflection", "Answer", "Barrier"):
        key = apps.get_model("reflections", name)._meta.pk
        assert isinstance(key, models.UUIDField)
        assert key.default.__name__ == "uuid4"


def test_the_admin_shows_no_answers_comments_barriers_or_actions():
    from django.contrib import admin

    shown = {model.__name__ for model in admin.site._registry}

    assert not shown & {"Participation", "Reflection", "Answer", "Barrier", "Action", "ActionPlan"}
