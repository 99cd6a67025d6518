from django.urls import path

import reflections.converters  # noqa: F401
from actionplans import views

app_name = "actionplans"
urlpatterns = [
    path("reflections/", views.participation_list, name="participation_list"),
    path("reflections/<uuid:pk>/", views.participation_detail, name="participation_detail"),
    path("reflections/<uuid:pk>/check/", views.participation_check, name="participation_check"),
    path(
        "reflections/<uuid:pk>/finished/",
        views.participation_finished,
        name="participation_finished",
    ),
    path("reflections/<uuid:pk>/pdf/", views.participation_pdf, name="participation_pdf"),
    path("reflections/<uuid:pk>/<level:level>/how/", views.level_how, name="level_how"),
    path("plan/", views.plan_detail, name="plan_detail"),
    path("plan/pdf/", views.plan_pdf, name="plan_pdf"),
    path("plan/add/", views.action_add, name="action_add"),
    path("actions/<int:pk>/", views.action_detail, name="action_detail"),
    path("actions/<int:pk>/edit/", views.action_edit, name="action_edit"),
    path("actions/<int:pk>/update/", views.action_update, name="action_update"),
    path(
        "organisations/<slug:slug>/people/<int:pk>/end/",
        views.membership_end,
        name="membership_end",
    ),
    path("organisations/<slug:slug>/leave/", views.organisation_leave, name="organisation_leave"),
    path(
        "organisations/<slug:slug>/actions-without-owner/",
        views.ownerless_action_list,
        name="ownerless_action_list",
    ),
]
