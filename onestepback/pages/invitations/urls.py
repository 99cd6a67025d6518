"""Addresses of inviting and joining."""

from django.urls import path

from onestepback.pages.invitations import views

app_name = "invitations"
urlpatterns = [
    path("organisations/<slug:slug>/invitations/", views.index, name="index"),
    path(
        "organisations/<slug:slug>/invite/",
        views.invite_to_organisation,
        name="invite_to_organisation",
    ),
    path("teams/<int:pk>/invite/", views.invite_to_team, name="invite_to_team"),
    path("invitations/<int:pk>/", views.detail, name="detail"),
    path("join/<str:token>/", views.accept, name="accept"),
]
