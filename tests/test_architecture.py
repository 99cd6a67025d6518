"""The architecture holds: who imports whom, what names mean, and how docstrings are written."""

import ast
import re
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from organisations.history import EVENTS
from organisations.letters import WRITERS
from organisations.models import User

APPS = ["organisations", "reflections", "actionplans"]  # each imports those before it
PUBLISHING, PAGES = "onestepback.publishing", "onestepback.pages"
# From the ground up: a room imports the rooms of the floors below its own, and no other.
FLOORS = [
    ["shared"],
    ["actions"],
    ["calendar", "raising", "you_said"],
    ["plans"],
    ["reflecting"],
    ["results"],
    ["meeting"],
    ["rounds"],
    ["taking_part"],
    ["invitations", "letters", "people"],
    ["teams", "organisations", "systems", "account"],
    ["home"],
]
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
OURS = ("onestepback", *APPS, "tests", "benchmarks")
MAKES_FILES = {"weasyprint", "openpyxl", "icalendar"}
# What answers a request. In an app only the adapters of allauth, who hand one on, may have it.
ANSWERS = ("django.shortcuts", "django.http", "django.views", "django.contrib.messages")
FORMS = ("django.forms", "crispy_forms")
OF_DJANGO = {"apps", "migrations", "templatetags"}  # which every app may have
IN_AN_APP = {
    "organisations/adapters.py": ANSWERS,
    "organisations/admin.py": (*ANSWERS, *FORMS),
    "organisations/accepting.py": ANSWERS,
    "organisations/allauth_internals.py": ANSWERS,
    "reflections/admin.py": ANSWERS,
}


def files_of(package):
    return sorted(
        path
        for path in Path(package.replace(".", "/")).rglob("*.py")
        if "migrations" not in path.parts
    )


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(tree):
    """Each import of a module: (node, name of the module or of what is taken out of it)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def is_in(name, packages):
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def wrong_imports(package, allowed):
    """The imports of our own code that a package may not have."""
    return [
        f"{path}:{node.lineno} {name}"
        for path in files_of(package)
        for node, name in imports_of(tree_of(path))
        if name.split(".")[0] in OURS and not is_in(name, allowed)
    ]


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_to_its_left_and_never_a_page(app):
    left = APPS[: APPS.index(app) + 1]

    assert wrong_imports(app, [*left, PUBLISHING]) == []


def test_publishing_knows_no_app():
    assert wrong_imports(PUBLISHING, [PUBLISHING]) == []


def test_only_publishing_makes_files():
    makers = {
        path.parts[:2]
        for package in ("onestepback", *APPS)
        for path in files_of(package)
        for _node, name in imports_of(tree_of(path))
        if name.split(".")[0] in MAKES_FILES
    }

    assert makers == {("onestepback", "publishing")}


@pytest.mark.parametrize("room", FLOOR_OF)
def test_a_room_of_pages_imports_only_the_floors_below_it(room):
    below = [f"{PAGES}.{other}" for other in FLOOR_OF if FLOOR_OF[other] < FLOOR_OF[room]]

    assert wrong_imports(f"{PAGES}.{room}", [f"{PAGES}.{room}", *below, *APPS, PUBLISHING]) == []


def test_every_room_stands_on_a_floor_and_is_named_at_the_door():
    rooms = {path.name for path in Path("onestepback/pages").iterdir() if path.suffix == ""}
    door = tree_of(Path("onestepback/pages/__init__.py"))

    assert rooms - {"__pycache__"} == set(FLOOR_OF)
    assert [room for room in FLOOR_OF if room not in ast.get_docstring(door)] == []


@pytest.mark.parametrize("app", APPS)
def test_an_app_names_its_modules_at_the_door(app):
    named = set(re.findall(r"\w+", ast.get_docstring(tree_of(Path(app, "__init__.py")))))
    inside = {path.stem for path in Path(app).iterdir() if path.stem[0] not in "_."}

    assert inside - OF_DJANGO - named == set()


@pytest.mark.parametrize("app", APPS)
def test_an_app_holds_no_page(app):
    names = {"views", "forms", "urls", "converters", "middleware"}
    pages = [
        f"{path}:{node.lineno} {name}"
        for path in files_of(app)
        for node, name in imports_of(tree_of(path))
        if is_in(name, (*ANSWERS, *FORMS, "django.urls.path"))
        and not is_in(name, IN_AN_APP.get(str(path), ()))
        and not (path.stem == "fields" and is_in(name, FORMS))
    ]

    assert pages == []
    assert [path for path in files_of(app) if path.stem in names] == []


@pytest.mark.parametrize("app", APPS)
def test_the_one_address_that_a_model_knows_is_its_own_page(app):
    knows = {
        function.name
        for function in ast.walk(tree_of(Path(app, "models.py")))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "reverse"
    }

    assert knows <= {"get_absolute_url"}


@pytest.mark.slow
def test_the_way_back_from_a_row_is_for_apps_on_the_right():
    """`team.plans` in an app that plans do not exist for is an arrow back, without an import."""
    wrong = [
        f"{path}:{node.lineno} .{node.attr}"
        for number, app in enumerate(APPS)
        for accessor in accessors_from(APPS[number + 1 :], to=APPS[: number + 1])
        for path in files_of(app)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == accessor
    ]

    assert wrong == []


def accessors_from(apps_above, *, to):
    """The names by which rows of some apps lead to rows of the apps above them."""
    return {
        relation.get_accessor_name()
        for app in to
        for model in apps.get_app_config(app).get_models()
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label in apps_above
    }


@pytest.mark.parametrize("package", ["onestepback", *APPS])
def test_imports_stand_at_the_top_and_nothing_is_imported_in_disguise(package):
    inside = [
        f"{path}:{node.lineno}"
        for path in files_of(package)
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.If) and not is_for_types(path, function)
        for node, _name in imports_of(function)
    ]
    disguised = [
        f"{path}:{node.lineno} {name}"
        for path in files_of(package)
        for node, name in imports_of(tree_of(path))
        if (name == "typing.TYPE_CHECKING" and path.stem != "querysets")
        or "signals" in name.split(".")
        or "dispatch" in name
    ]

    assert inside == []
    assert disguised == []


def is_for_types(path, block):
    """True for the one circle that Django asks for: models use querysets, which name the models."""
    app = path.parts[0]
    return (
        path.stem == "querysets"
        and isinstance(block, ast.If)
        and ast.unparse(block.test) == "TYPE_CHECKING"
        and all(is_in(name, [app]) for _node, name in imports_of(block))
    )


# A docstring begins with the noun or the verb of what it tells, so that it is read once.
MUST_BE_TRANSLATED = re.compile(
    r"(What|Those|Whether|That|Who|Whose|Whom|Which|How|Where|When|Whoever|Whatever)\b"
)
PLAINLY_SAID = [*APPS, "onestepback", "benchmarks", "scripts", "tests"]


@pytest.mark.parametrize("package", PLAINLY_SAID)
def test_a_docstring_is_a_plain_sentence(package):
    unclear = [
        f"{path}:{getattr(node, 'lineno', 1)} {docstring.splitlines()[0]}"
        for path in files_of(package)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and (docstring := ast.get_docstring(node))
        and MUST_BE_TRANSLATED.match(docstring)
    ]

    assert unclear == []


USUAL_NAMES = {"app_name", "urlpatterns", "register", "log", "Command"}


def names_given(path):
    """The names that a module gives at its top; pages are named after their addresses instead."""
    for node in tree_of(path).body:
        match node:
            case ast.FunctionDef(args=ast.arguments(args=[ast.arg(arg="request"), *_])):
                continue
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                names = (each for target in targets for each in ast.walk(target))
                yield from (each.id for each in names if isinstance(each, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def test_a_name_means_one_thing_in_the_whole_house():
    places = defaultdict(list)
    for package in ("onestepback", *APPS):
        for path in files_of(package):
            for name in set(names_given(path)) - USUAL_NAMES:
                places[name].append(str(path))

    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def registered_by(app):
    """The kinds of events and of letters that an app makes known."""
    constants = vars(import_module(f"{app}.events")).values()
    kinds = {kind for kind in constants if isinstance(kind, str) and kind in EVENTS}
    return kinds | {kind for kind, writer in WRITERS.items() if writer.__module__.startswith(app)}


@pytest.mark.parametrize("app", APPS[:-1])
def test_an_app_lists_no_event_and_no_letter_of_the_apps_above_it(app):
    above = set().union(*(registered_by(other) for other in APPS[APPS.index(app) + 1 :]))
    listed = [
        f"{path}:{node.lineno} {node.value}"
        for path in files_of(app)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in above
    ]

    assert len(above) >= 15
    assert listed == []


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
    sources = [
        path.read_text(encoding="utf-8")
        for package in ("onestepback", *APPS)
        for path in files_of(package)
    ]

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
