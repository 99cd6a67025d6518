"""Everything that is stored, and the fields that somebody could add to a form to change it."""

import uuid
from collections import defaultdict

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

OURS = {"organisations", "reflections", "actionplans", "account", "auth", "admin"}
# By chance, each time anew; and so are UUIDs.
MADE_UP = {"nonce", "password", "secret", "published_token"}


def our_models():
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OURS]


class Storage:
    """The rows of all tables, in a form that is equal if the same was done from the same start.

    New keys are numbered, because PostgreSQL never gives a key twice. Random values are replaced by
    a word, unless somebody could have known them before.
    """

    def __init__(self):
        self.known = {value for values in STRANGE.values() for value in values}
        self.known |= {uuid.UUID(value) for value in STRANGE[models.UUIDField]}
        self.raw = {model: raw(model) for model in our_models()}
        before = {model: list(model._base_manager.values()) for model in self.raw}
        for model, rows in before.items():
            for row in rows:
                self.known |= {row[each.attname] for each in made_up(model)}
        self.keys = {model: keys(model, rows) for model, rows in before.items()}
        self.new = {}
        self.shown = {model: self.show(model, rows) for model, rows in before.items()}

    def look(self):
        changed = {
            model: list(model._base_manager.values())
            for model, before in self.raw.items()
            if raw(model) != before
        }
        self.new = {
            model: {
                key: number
                for number, key in enumerate(sorted(keys(model, rows) - self.keys[model]))
            }
            for model, rows in changed.items()
        }
        shown = {model: self.show(model, rows) for model, rows in changed.items()}
        return {model._meta.label: rows for model, rows in (self.shown | shown).items()}

    def show(self, model, rows):
        return sorted((self.row(model, values) for values in rows), key=repr)

    def row(self, model, values):
        shown = dict(values)
        for each in model._meta.concrete_fields:
            name = each.attname
            to = model if each.primary_key else each.related_model
            if to and values[name] is not None:
                shown[name] = self.key(to, values[name])
            elif each in made_up(model):
                shown[name] = values[name] if values[name] in self.known else "by chance"
        if values.get("about_type_id"):
            to = ContentType.objects.get_for_id(values["about_type_id"]).model_class()
            shown["about_id"] = self.key(to, to._meta.pk.to_python(values["about_id"]))
        return shown

    def key(self, model, key):
        if key not in self.new.get(model, ()):
            return key
        return "new" if isinstance(key, uuid.UUID) else f"new {self.new[model][key]}"


def raw(model):
    """All rows as the database has them, which shows quickly if any of them differ."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
        return cursor.fetchall()


def keys(model, rows):
    return {row[model._meta.pk.attname] for row in rows}


def made_up(model):
    return [
        each
        for each in model._meta.concrete_fields
        if each.name in MADE_UP or (isinstance(each, models.UUIDField) and not each.primary_key)
    ]


# --- What somebody adds -------------------------------------------------------------------------

STRANGE = {  # what to put into a field of each kind, the first that fits
    models.BooleanField: ["True", "False"],
    models.DateTimeField: ["2001-02-03T04:05:06+00:00"],
    models.DateField: ["2001-02-03"],
    models.IntegerField: ["9"],
    models.EmailField: ["strange@example.org"],
    models.UUIDField: ["00000000-0000-4000-8000-000000000009"],
    models.JSONField: ['{"strange": "words"}'],
    models.CharField: ["strange"],
    models.TextField: ["strange"],
}


def strange_values(each, rows):
    """Values that somebody could send for a field of a model."""
    if each.is_relation:
        return [str(rows[each.related_model])] if each.related_model in rows else []
    if each.choices:
        return [str(value) for value, _label in each.choices][-2:]
    return next(values for kind, values in STRANGE.items() if isinstance(each, kind))


def everything_that_could_be_added(rows):
    """The values to try, by the name of a field of any of our models."""
    values = defaultdict(list)
    for model in our_models():
        for each in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            for name in {each.name, each.attname}:
                values[name] += [v for v in strange_values(each, rows) if v not in values[name]]
    return {name: tried for name, tried in values.items() if tried}


def additions(rows, asked):
    """Sets of fields that a page does not ask for, until each value was used once."""
    values = everything_that_could_be_added(rows)
    values = {name: tried for name, tried in values.items() if name not in asked}
    for turn in range(max(len(tried) for tried in values.values())):
        added = {name: tried[turn % len(tried)] for name, tried in values.items()}
        yield added | {f"was-{name}": "" for name in added}  # as pages that save as one types
