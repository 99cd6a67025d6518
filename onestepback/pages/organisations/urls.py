"""Addresses of organisations."""

from django.urls import path

from onestepback.pages.organisations import views

app_name = "organisations"
urlpatterns = [
    path("organisations/", views.index, name="index"),
    path("organisations/create/", views.create, name="create"),
    path("organisations/<slug:slug>/", views.detail, name="detail"),
    path("organisations/<slug:slug>/settings/", views.edit, name="edit"),
    path("organisations/<slug:slug>/archive/", views.archive, name="archive"),
    path("organisations/<slug:slug>/history/", views.history, name="history"),
]
