"""Addresses of a round's results."""

from django.urls import path, re_path

from onestepback.pages.results import views

app_name = "results"
urlpatterns = [
    path("rounds/<int:pk>/results/", views.detail, name="detail"),
    path("rounds/<int:pk>/results/act/", views.act, name="act"),
    path("rounds/<int:pk>/results/pdf/", views.pdf, name="pdf"),
    re_path(
        r"^rounds/(?P<pk>[0-9]+)/results/results\.(?P<file_format>csv|xlsx)$",
        views.download,
        name="download",
    ),
    re_path(
        r"^rounds/(?P<pk>[0-9]+)/results/(?P<kind>comment|barrier|vision|idea)/(?P<text>[0-9a-f-]{36})/take-out/$",
        views.take_out,
        name="take_out",
    ),
]
