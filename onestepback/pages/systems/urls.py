"""Addresses of systems."""

from django.urls import path

from onestepback.pages.systems import views

app_name = "systems"
urlpatterns = [
    path("systems/<slug:slug>/", views.detail, name="detail"),
    path(
        "systems/<slug:slug>/organisations/<int:pk>/remove/",
        views.remove_organisation,
        name="remove_organisation",
    ),
]
