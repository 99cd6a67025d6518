"""The WSGI application for servers, where DEBUG is off unless it is set."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestepback.settings")
os.environ.setdefault("DEBUG", "false")

application = get_wsgi_application()

from onestepback.durability import assert_durable  # noqa: E402 - wants settings that are ready
from onestepback.publishing.pdf import warm_up  # noqa: E402

assert_durable()
warm_up()
