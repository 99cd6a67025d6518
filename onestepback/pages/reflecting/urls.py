from django.urls import path

import onestepback.pages.shared.converters  # noqa: F401
from onestepback.pages.reflecting import views

app_name = "reflections"
urlpatterns = [
    path("start/", views.participation_start, name="participation_start"),
    path("<uuid:pk>/questions/", views.participation_perspective, name="participation_perspective"),
    path("<uuid:pk>/discard/", views.participation_discard, name="participation_discard"),
    path("<uuid:pk>/<level:level>/now/", views.level_now, name="level_now"),
    path("<uuid:pk>/<level:level>/wanted/", views.level_wanted, name="level_wanted"),
]
