#!/usr/bin/env python
"""The command line of the site: `python manage.py <command>`."""

import os
import sys

if sys.version_info < (3, 13):  # noqa: UP036 - somebody may run it with an older one
    sys.exit(
        "One Step Back needs Python 3.13 or newer. `make setup` finds one or says how to get it."
    )


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestepback.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
