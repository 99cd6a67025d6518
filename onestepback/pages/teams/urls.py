"""Addresses of teams."""

from django.urls import path

from onestepback.pages.teams import views

app_name = "teams"
urlpatterns = [
    path("organisations/<slug:slug>/teams/", views.index, name="index"),
    path("organisations/<slug:slug>/teams/add/", views.add, name="add"),
    path("teams/<int:pk>/", views.detail, name="detail"),
    path("teams/<int:pk>/edit/", views.edit, name="edit"),
    path("teams/<int:pk>/archive/", views.archive, name="archive"),
    path("teams/<int:pk>/leave/", views.leave, name="leave"),
    path("teams/<int:pk>/people/add/", views.add_people, name="add_people"),
]
