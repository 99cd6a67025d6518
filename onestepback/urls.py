"""The site map: one include an app."""

from allauth.account import views as account_views
from allauth.account.decorators import secure_admin_login
from allauth.account.urls import urlpatterns as allauth_pages
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from onestepback import views
from organisations.again import signed_in_lately
from organisations.letter_views import account_letters, letter_stop

# A password is asked for again, and no code: see ACCOUNT_REAUTHENTICATION_METHODS.
UNUSED = {"account_request_reauthentication_code", "account_confirm_reauthentication_code"}

admin.site.login = secure_admin_login(admin.site.login)  # with the limits that hold elsewhere

urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("", include("organisations.urls")),
    path("", include("actionplans.urls")),
    path("reflections/", include("reflections.urls")),
    path("account/", views.account_details, name="account_details"),
    path("account/data/", views.account_data, name="account_data"),
    path("account/letters/", account_letters, name="account_letters"),
    path("letters/stop/<str:token>/", letter_stop, name="letter_stop"),
    path("account/delete/", views.account_delete, name="account_delete"),
    path("account/again/", views.account_again, name="account_again"),
    path("account/email/", signed_in_lately(account_views.email), name="account_email"),
    path(
        "account/password/set/",
        signed_in_lately(account_views.password_set),
        name="account_set_password",
    ),
    path("account/", include([each for each in allauth_pages if each.name not in UNUSED])),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
]
if settings.DEBUG:
    urlpatterns += [
        path("dev/letters/", views.dev_letters, name="dev_letters"),
    ]
