"""Decorators that say by which HTTP methods a page may be asked.

Every page that answers GET also answers HEAD, because uptime monitors and link checkers use it. A
page that is only read has Django's own `require_safe`.
"""

from functools import wraps

from django.db import transaction
from django.views.decorators.http import require_http_methods

# For a page with a form of its own: it is read, and takes what the form sends.
form_page = require_http_methods(["GET", "HEAD", "POST"])


def leaves_nothing_on_head(view):
    """Roll back what a view stores when it is asked by HEAD, because nobody has read the page."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if request.method != "HEAD":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            transaction.set_rollback(True)
        return response

    return answer
