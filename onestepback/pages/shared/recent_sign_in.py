"""A recent sign-in is asked for before a step that cannot be undone (reauthentication).

allauth asks for the password again. People without one sign in again with a new code.
"""

import time
from functools import wraps

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


def signed_in_lately(view):
    """Open the page to people without a password only for some minutes after they signed in."""

    @wraps(view)
    def asked_again(request, *args, **kwargs):
        user = request.user
        if not user.is_authenticated or user.has_usable_password() or is_recent(request):
            return view(request, *args, **kwargs)
        query = urlencode({"next": request.path})
        return redirect(f"{reverse('account:sign_in_again')}?{query}")

    return asked_again


def is_recent(request):
    # Signing up proves the address by a code too, but allauth makes no record of that.
    times = [request.user.date_joined.timestamp()]
    times += [record["at"] for record in get_authentication_records(request, request.user)]
    return time.time() - max(times) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
