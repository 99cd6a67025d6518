"""Middleware: it asks people to sign in, sets their language and time zone, and forbids caching."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from onestepback.pages.shared.unsaved_words import keep_words, may_be_kept, wants_json


class SignedInMiddleware(LoginRequiredMiddleware):
    """Asks people to sign in, and holds the words that they sent until they have."""

    def handle_no_permission(self, request, view_func):
        if wants_json(request):
            return JsonResponse({"signed_out": True}, status=401)
        if may_be_kept(request):
            return keep_words(request, status=401)
        return super().handle_no_permission(request, view_func)


class PersonMiddleware:
    """Sets a person's language and time zone, and lets no shared computer keep their pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session nobody is signed in, and the page depends on no cookie.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        with (
            translation.override(request.user.language),
            timezone.override(zoneinfo.ZoneInfo(request.user.time_zone)),
        ):
            response = self.get_response(request)
        add_never_cache_headers(response)
        return response


class HeadMiddleware:
    """Keep nothing in the session when a page is asked by HEAD: messages wait until it is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "HEAD":
            request.session.modified = False
        return response
