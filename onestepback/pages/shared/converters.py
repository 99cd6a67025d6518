"""A URL converter for levels: an address that names no level is a 404."""

from django.urls import register_converter

from reflections.models import Level


class LevelConverter:
    regex = "|".join(Level.values)

    def to_python(self, value):
        return Level(value)

    def to_url(self, value):
        return str(value)


register_converter(LevelConverter, "level")
