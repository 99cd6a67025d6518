"""Words sent by somebody who is signed out, or from a stale page: handed back, not lost."""

from urllib.parse import urlsplit

from django.shortcuts import render

NEVER_SHOWN = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}


def wants_json(request):
    """Whether this comes from a page's script, which reads JSON, and not from its form."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def comes_from_us(request):
    """Whether a POST was sent by a page of this site, so that its words may be shown again."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    ours = f"{request.scheme}://{request.get_host()}"
    return "{0.scheme}://{0.netloc}".format(urlsplit(sender)) == ours


def hold_words(request, *, status, **context):
    """A page that holds what was typed, to be sent again after signing in."""
    context["held"] = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NEVER_SHOWN
        for value in values
    ]
    return render(request, "held.html", context, status=status)
