"""Words sent by somebody who is signed out, or from a stale page: handed back, not lost."""

from urllib.parse import urlsplit

from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

# Where people write. Pages about signing in hold secrets, and nothing that is hard to type again.
HOLDS_WORDS = (
    "/reflections/",
    "/plan/",
    "/plans/",
    "/actions/",
    "/organisations/",
    "/teams/",
    "/rounds/",
)


def wants_json(request):
    """Whether this comes from a page's script, which reads JSON, and not from its form."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def comes_from_us(request):
    """Whether a POST was sent by a page of this site, so that its words may be shown again."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(sender))
    except ValueError:
        return False
    return origin == f"{request.scheme}://{request.get_host()}"


def may_be_held(request):
    """Whether what was sent can be shown again: people's own words, sent by a page of ours."""
    return (
        request.method == "POST" and request.path.startswith(HOLDS_WORDS) and comes_from_us(request)
    )


def hold_words(request, *, status, **context):
    """A page that holds what was typed, to be sent again after signing in."""
    context["held"] = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    response = render(request, "shared/unsaved_words.html", context, status=status)
    add_never_cache_headers(response)
    return response
