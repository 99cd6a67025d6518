"""Addresses of the shared screen."""

from django.urls import path

from onestepback.pages.meeting import views

app_name = "meeting"
urlpatterns = [
    path("rounds/<int:pk>/results/present/", views.present, name="present"),
]
