"""The site map: it includes the addresses of each room of pages."""

from allauth.account import views as account_views
from allauth.account.decorators import secure_admin_login
from allauth.account.urls import urlpatterns as allauth_pages
from django.contrib import admin
from django.urls import include, path

from onestepback.pages.shared.recent_sign_in import signed_in_lately

# A password is asked for again, and no code: see ACCOUNT_REAUTHENTICATION_METHODS.
UNUSED = {"account_request_reauthentication_code", "account_confirm_reauthentication_code"}

# Signing in to the admin has the rate limits of allauth, as its documentation says to do it.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

ROOMS = [
    "home",
    "organisations",
    "teams",
    "people",
    "invitations",
    "systems",
    "account",
    "letters",
    "plans",
    "actions",
    "raising",
    "you_said",
    "calendar",
    "rounds",
    "taking_part",
    "results",
    "meeting",
    "reflecting",
]
urlpatterns = [
    *(path("", include(f"onestepback.pages.{room}.urls")) for room in ROOMS),
    path("account/email/", signed_in_lately(account_views.email), name="account_email"),
    path(
        "account/password/set/",
        signed_in_lately(account_views.password_set),
        name="account_set_password",
    ),
    path("account/", include([each for each in allauth_pages if each.name not in UNUSED])),
    path("admin/", admin.site.urls),
]
