"""Addresses of a person's own reflections."""

from django.urls import path

import onestepback.pages.shared.converters  # noqa: F401
from onestepback.pages.reflecting import views

app_name = "reflecting"
urlpatterns = [
    path("reflections/", views.index, name="index"),
    path("reflections/<uuid:pk>/", views.detail, name="detail"),
    path("reflections/<uuid:pk>/check/", views.check, name="check"),
    path("reflections/<uuid:pk>/finished/", views.finished, name="finished"),
    path("reflections/<uuid:pk>/pdf/", views.pdf, name="pdf"),
    path("reflections/<uuid:pk>/<level:level>/how/", views.how, name="how"),
    path("reflections/start/", views.start, name="start"),
    path("reflections/<uuid:pk>/questions/", views.perspective, name="perspective"),
    path("reflections/<uuid:pk>/discard/", views.discard, name="discard"),
    path("reflections/<uuid:pk>/<level:level>/now/", views.now, name="now"),
    path("reflections/<uuid:pk>/<level:level>/wanted/", views.wanted, name="wanted"),
]
