"""Addresses of choosing and stopping letters."""

from django.conf import settings
from django.urls import path

from onestepback.pages.letters import views

app_name = "letters"
urlpatterns = [
    path("account/letters/", views.choose, name="choose"),
    path("letters/stop/<str:token>/", views.stop, name="stop"),
]
if settings.DEBUG:
    urlpatterns += [
        path("dev/letters/", views.dev, name="dev"),
    ]
