"""The product's addresses, and one for the page that Django's own forms make."""

from django.urls import include, path

from benchmarks.floor import views

urlpatterns = [
    path("", views.home),
    path("plan/", views.plan),
    path("reflections/<uuid:pk>/individual/now/", views.level),
    path("as-div/<uuid:pk>/", views.level_as_div),
    path("organisations/<slug:slug>/people/", views.people),
    path("account/", include("allauth.account.urls")),
    path("healthz", views.healthz),
]
