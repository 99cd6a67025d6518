"""Addresses of actions."""

from django.urls import path

from onestepback.pages.actions import proposals, views

app_name = "actions"
urlpatterns = [
    path("actions/", views.index, name="index"),
    path("actions/<int:pk>/accept/", proposals.accept, name="accept"),
    path("actions/<int:pk>/decline/", proposals.decline, name="decline"),
    path("actions/<int:pk>/proposal/", proposals.edit_proposal, name="edit_proposal"),
    path(
        "actions/<int:pk>/proposal/take-back/",
        proposals.take_back_proposal,
        name="take_back_proposal",
    ),
    path("actions/<int:pk>/", views.detail, name="detail"),
    path("actions/<int:pk>/edit/", views.edit, name="edit"),
    path("actions/<int:pk>/update/", views.update, name="update"),
    path("organisations/<slug:slug>/actions-without-owner/", views.ownerless, name="ownerless"),
]
