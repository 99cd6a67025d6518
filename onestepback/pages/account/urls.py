"""Addresses of a person's account. The addresses of signing in belong to allauth."""

from django.urls import path

from onestepback.pages.account import views

app_name = "account"
urlpatterns = [
    path("account/", views.details, name="details"),
    path("account/data/", views.data, name="data"),
    path("account/delete/", views.delete, name="delete"),
    path("account/again/", views.sign_in_again, name="sign_in_again"),
]
