"""How a page may be asked: by HEAD wherever by GET, as uptime monitors and link checkers do.

A page that is only read says Django's `require_safe`.
"""

from functools import wraps

from django.db import transaction
from django.views.decorators.http import require_http_methods

# For a page with a form of its own: it is read, and takes what the form sends.
form_page = require_http_methods(["GET", "HEAD", "POST"])


def leaves_nothing_on_head(view):
    """For a page whose reading stores something: asked by HEAD, it was not read."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method != "HEAD":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            transaction.set_rollback(True)
        return response

    return answer
