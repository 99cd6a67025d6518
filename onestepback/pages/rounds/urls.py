"""Addresses of running a round."""

from django.urls import path

from onestepback.pages.rounds import views

app_name = "rounds"
urlpatterns = [
    path("teams/<int:pk>/rounds/", views.of_team, name="of_team"),
    path("teams/<int:pk>/rounds/plan/", views.plan_for_team, name="plan_for_team"),
    path("organisations/<slug:slug>/rounds/", views.of_organisation, name="of_organisation"),
    path(
        "organisations/<slug:slug>/rounds/plan/",
        views.plan_for_organisation,
        name="plan_for_organisation",
    ),
    path("systems/<slug:slug>/rounds/", views.of_system, name="of_system"),
    path("systems/<slug:slug>/rounds/plan/", views.plan_for_system, name="plan_for_system"),
    path("rounds/<int:pk>/", views.detail, name="detail"),
    path("rounds/<int:pk>/edit/", views.edit, name="edit"),
    path("rounds/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("rounds/<int:pk>/extend/", views.extend, name="extend"),
    path("rounds/<int:pk>/remind/", views.remind, name="remind"),
    path("rounds/<int:pk>/close/", views.close, name="close"),
]
