"""The command that fills an empty database with invented people, to try the site out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onestepback.demo.accounts import OPERATOR
from onestepback.demo.build import NotEmpty, build_demo
from onestepback.demo.days import LONDON
from onestepback.demo.deeds import Member, members
from onestepback.demo.stories import Person, people

PASSWORD = "one-step-back-demo"


class Command(BaseCommand):
    help = "Fills an empty database with invented people: their teams, reflections and plans."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", help="the password of every demo account")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing if anybody has an account already"
        )

    def handle(self, password: str | None, if_empty: bool, **options: Any) -> None:
        password = checked(password) if password else default_password()
        try:
            build_demo(today=timezone.localdate(timezone=LONDON), password=password)
        except NotEmpty as not_empty:
            if if_empty:
                return
            raise CommandError(
                "Somebody has an account here already, so nothing was changed. "
                "Demo data goes only into an empty database."
            ) from not_empty
        everybody: list[Person | Member] = [*people(), *members()]
        accounts = [(each.email, each.name, each.about) for each in everybody if each.about]
        accounts.append(
            (OPERATOR, "Site operator", "Django's admin, which shows nobody's answers.")
        )
        self.stdout.write("The people of the Tamsel Valley partnership, all invented:\n\n")
        for email, name, about in accounts:
            self.stdout.write(f"  {email:<22} {name}\n  {'':<22} {about}\n")
        self.stdout.write(
            f"\nPassword of each: {password}\n"
            "It is that of everybody else in the two organisations, too.\n"
        )


def default_password() -> str:
    if settings.DEBUG:
        return PASSWORD
    raise CommandError(
        "This is not a development site, so the demo accounts need a password of your own: "
        "add --password."
    )


def checked(password: str) -> str:
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password
