"""The product's settings, and its addresses with the frozen page beside them."""

from pathlib import Path

from onestepback.settings import *  # noqa: F403
from onestepback.settings import TEMPLATES

ROOT_URLCONF = "benchmarks.floor.frozen.urls"
TEMPLATES = [
    {
        **TEMPLATES[0],
        "DIRS": [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"],
        "OPTIONS": {
            **TEMPLATES[0]["OPTIONS"],
            "libraries": {"frozen": "benchmarks.floor.frozen.tags"},
        },
    }
]
