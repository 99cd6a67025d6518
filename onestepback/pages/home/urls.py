"""Addresses of the first pages."""

from django.urls import path

from onestepback.pages.home import views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("healthz", views.healthz, name="healthz"),
]
