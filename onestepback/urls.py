"""The site map: one include an app."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from onestepback import views

urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("", include("actionplans.urls")),
    path("reflections/", include("reflections.urls")),
    path("account/", views.account_details, name="account_details"),
    path("account/data/", views.account_data, name="account_data"),
    path("account/delete/", views.account_delete, name="account_delete"),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
]
if settings.DEBUG:
    urlpatterns += [
        path("dev/letters/", views.dev_letters, name="dev_letters"),
    ]
