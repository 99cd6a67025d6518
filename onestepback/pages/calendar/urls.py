"""Addresses of a person's calendar."""

from django.urls import path

from onestepback.pages.calendar import views

app_name = "calendar"
urlpatterns = [
    path("calendar/", views.detail, name="detail"),
    path("calendar/<slug:secret>.ics", views.feed, name="feed"),
]
