"""Addresses of the people of an organisation."""

from django.urls import path, re_path

from onestepback.pages.people import views

app_name = "people"
urlpatterns = [
    path("organisations/<slug:slug>/people/", views.index, name="index"),
    re_path(
        r"^organisations/(?P<slug>[-\w]+)/people/people\.(?P<file_format>csv|xlsx)$",
        views.download,
        name="download",
    ),
    path("organisations/<slug:slug>/people/<int:pk>/", views.detail, name="detail"),
    path("organisations/<slug:slug>/people/<int:pk>/role/", views.role, name="role"),
    path("organisations/<slug:slug>/people/<int:pk>/teams/", views.teams, name="teams"),
    path("organisations/<slug:slug>/people/<int:pk>/end/", views.end, name="end"),
    path("organisations/<slug:slug>/leave/", views.leave, name="leave"),
]
