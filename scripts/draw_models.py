"""Draws the data model of each app from its models, into docs/architecture.md.

A drawing is a Mermaid `erDiagram`, which hosts of repositories show as a picture. It stands
between two comments, of which the first names its app, and replaces the one that is there.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.db import models

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"
APPS = ("organisations", "reflections", "actionplans")
KINDS = {  # the first that fits
    models.DateTimeField: "datetime",
    models.DateField: "date",
    models.BooleanField: "boolean",
    models.IntegerField: "number",
    models.JSONField: "json",
    models.UUIDField: "uuid",
    models.CharField: "text",
    models.TextField: "text",
}
DRAWING = re.compile(r"(<!-- drawing of (\w+) -->\n).*?(<!-- end of drawing -->)", re.DOTALL)


def with_drawings(text: str) -> str:
    """The text of a document with every drawing in it made anew."""
    return DRAWING.sub(lambda old: old[1] + drawing_of(old[2]) + old[3], text)


def drawing_of(app: str) -> str:
    """The models of an app with their fields, and how they lead to each other and to other apps."""
    drawn = list(apps.get_app_config(app).get_models())
    boxes = [line for model in drawn for line in box_of(model)]
    arrows = [line for model in drawn for line in arrows_of(model)]
    return "\n".join(["```mermaid", "erDiagram", *boxes, *arrows, "```", ""])


def box_of(model: type[models.Model]) -> Iterator[str]:
    """A model with the fields that hold a value. An ordinary primary key is left out."""
    yield f"    {model.__name__} {{"
    for field in model._meta.local_fields:
        if not goal_of(field) and not isinstance(field, models.AutoField):
            yield f"        {kind_of(field)} {field.name}{' PK' if field.primary_key else ''}"
    yield "    }"


def kind_of(field: models.Field) -> str:
    """The type of a field in one word; for a key to a model of Django, that model's name."""
    if goal := field.related_model:
        return goal.__name__
    return next(word for kind, word in KINDS.items() if isinstance(field, kind))


def arrows_of(model: type[models.Model]) -> Iterator[str]:
    """The foreign keys of a model, and its many-to-many links that have no model of their own."""
    for field in model._meta.local_fields:
        if goal := goal_of(field):
            ends = ("|o" if field.null else "||") + "--" + ("o|" if field.unique else "o{")
            yield f'    {goal.__name__} {ends} {model.__name__} : "{field.name}"'
    for links in model._meta.local_many_to_many:
        goal, between = goal_of(links), links.remote_field.through
        if goal and between and between._meta.auto_created:
            yield f'    {goal.__name__} }}o--o{{ {model.__name__} : "{links.name}"'


def goal_of(field: models.Field) -> type[models.Model] | None:
    """The model of ours to which a field leads, if any. Models of Django are not drawn."""
    goal = field.related_model
    return goal if goal and goal._meta.app_label in APPS else None


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestepback.settings")
    django.setup()
    DOCUMENT.write_text(with_drawings(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
