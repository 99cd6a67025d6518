"""Addresses of taking part in a round."""

from django.urls import path

import onestepback.pages.shared.converters  # noqa: F401
from onestepback.pages.taking_part import views

app_name = "taking_part"
urlpatterns = [
    path("rounds/<int:pk>/take-part/", views.take_part, name="take_part"),
    path("reflections/<uuid:pk>/share/", views.share, name="share"),
    path("reflections/<uuid:pk>/<level:level>/share/", views.share_level, name="share_level"),
    path("reflections/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
]
