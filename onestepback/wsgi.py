"""The server's door. A server is never a place for development unless it is told so."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestepback.settings")
os.environ.setdefault("DEBUG", "false")

application = get_wsgi_application()
