"""Addresses of “You said, we did”."""

from django.urls import path

from onestepback.pages.you_said import views

app_name = "you_said"
urlpatterns = [
    path("plans/<int:pk>/you-said/", views.detail, name="detail"),
    path("plans/<int:pk>/you-said/publish/", views.publish, name="publish"),
    path("plans/<int:pk>/you-said/take-back/", views.take_back, name="take_back"),
    path("actions/<int:pk>/you-said/", views.write, name="write"),
    path("you-said/<slug:published_token>/", views.public, name="public"),
    path("you-said/<slug:published_token>/pdf/", views.public_pdf, name="public_pdf"),
]
