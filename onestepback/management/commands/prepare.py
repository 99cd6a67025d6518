"""The command that makes the database ready: tables, cache and questions."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from reflections.questions import ONE_STEP_BACK_1
from reflections.services import publish_question_set


class Command(BaseCommand):
    help = "Makes the database ready: tables, cache, questions. Harmless when repeated."

    def handle(self, verbosity: int, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=verbosity)
        call_command("createcachetable", verbosity=verbosity)
        publish_question_set(ONE_STEP_BACK_1)
