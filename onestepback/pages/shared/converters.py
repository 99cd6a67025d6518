"""A level in an address: one of the four, else there is no such page."""

from django.urls import register_converter

from reflections.models import Level


class LevelConverter:
    regex = "|".join(Level.values)

    def to_python(self, value):
        return Level(value)

    def to_url(self, value):
        return str(value)


register_converter(LevelConverter, "level")
