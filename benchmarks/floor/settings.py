"""The product's settings, middleware and database, with the floor's own pages and templates."""

from pathlib import Path

from onestepback.settings import *  # noqa: F403
from onestepback.settings import TEMPLATES

ROOT_URLCONF = "benchmarks.floor.urls"
WSGI_APPLICATION = "benchmarks.floor.wsgi.application"
TEMPLATES = [{**TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
