"""Addresses of raising and answering."""

from django.urls import path

from onestepback.pages.raising import views

app_name = "raising"
urlpatterns = [
    path("actions/<int:pk>/raise/", views.raise_to_plan_above, name="raise_to_plan_above"),
    path("plans/<int:pk>/raised/", views.index, name="index"),
    path("plans/raised/<int:pk>/accept/", views.accept, name="accept"),
    path("plans/raised/<int:pk>/decline/", views.decline, name="decline"),
    path("plans/raised/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
