"""Addresses of action plans."""

from django.urls import path, re_path

import onestepback.pages.shared.converters  # noqa: F401
from onestepback.pages.plans import views

app_name = "plans"
urlpatterns = [
    path("plan/", views.own, name="own"),
    path("plan/actions/", views.own_actions, name="own_actions"),
    path("plan/pdf/", views.own_pdf, name="own_pdf"),
    re_path(
        r"^plan/actions\.(?P<file_format>csv|xlsx|ics)$", views.own_download, name="own_download"
    ),
    path("plan/add/", views.own_add, name="own_add"),
    path("plans/<int:pk>/", views.detail, name="detail"),
    path("plans/<int:pk>/add/", views.add, name="add"),
    path("plans/<int:pk>/pdf/", views.pdf, name="pdf"),
    re_path(
        r"^plans/(?P<pk>[0-9]+)/actions\.(?P<file_format>csv|xlsx|ics)$",
        views.download,
        name="download",
    ),
    path("plans/<int:pk>/<level:level>/", views.vision, name="vision"),
    path("teams/<int:pk>/plan/", views.of_team, name="of_team"),
    path("organisations/<slug:slug>/plan/", views.of_organisation, name="of_organisation"),
    path("systems/<slug:slug>/plan/", views.of_system, name="of_system"),
]
