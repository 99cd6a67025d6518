from django.urls import path, re_path

from onestepback.pages.organisations import views

app_name = "organisations"
urlpatterns = [
    path("organisations/", views.organisation_list, name="organisation_list"),
    path("organisations/create/", views.organisation_create, name="organisation_create"),
    path("organisations/<slug:slug>/", views.organisation_detail, name="organisation_detail"),
    path(
        "organisations/<slug:slug>/settings/",
        views.organisation_settings,
        name="organisation_settings",
    ),
    path(
        "organisations/<slug:slug>/archive/",
        views.organisation_archive,
        name="organisation_archive",
    ),
    path(
        "organisations/<slug:slug>/history/",
        views.organisation_history,
        name="organisation_history",
    ),
    path("organisations/<slug:slug>/teams/", views.team_list, name="team_list"),
    path("organisations/<slug:slug>/teams/add/", views.team_add, name="team_add"),
    path("organisations/<slug:slug>/people/", views.membership_list, name="membership_list"),
    re_path(
        r"^organisations/(?P<slug>[-\w]+)/people/people\.(?P<file_format>csv|xlsx)$",
        views.membership_download,
        name="membership_download",
    ),
    path(
        "organisations/<slug:slug>/people/<int:pk>/",
        views.membership_detail,
        name="membership_detail",
    ),
    path(
        "organisations/<slug:slug>/people/<int:pk>/role/",
        views.membership_role,
        name="membership_role",
    ),
    path(
        "organisations/<slug:slug>/people/<int:pk>/teams/",
        views.membership_teams,
        name="membership_teams",
    ),
    path("organisations/<slug:slug>/invitations/", views.invitation_list, name="invitation_list"),
    path(
        "organisations/<slug:slug>/invite/", views.organisation_invite, name="organisation_invite"
    ),
    path("teams/<int:pk>/", views.team_detail, name="team_detail"),
    path("teams/<int:pk>/edit/", views.team_edit, name="team_edit"),
    path("teams/<int:pk>/archive/", views.team_archive, name="team_archive"),
    path("teams/<int:pk>/leave/", views.team_leave, name="team_leave"),
    path("teams/<int:pk>/people/add/", views.team_people_add, name="team_people_add"),
    path("teams/<int:pk>/invite/", views.team_invite, name="team_invite"),
    path("invitations/<int:pk>/", views.invitation_detail, name="invitation_detail"),
    path("join/<str:token>/", views.invitation_accept, name="invitation_accept"),
    path("systems/<slug:slug>/", views.system_detail, name="system_detail"),
    path(
        "systems/<slug:slug>/organisations/<int:pk>/remove/",
        views.system_organisation_remove,
        name="system_organisation_remove",
    ),
]
