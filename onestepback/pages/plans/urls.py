from django.urls import path, re_path

import onestepback.pages.shared.converters  # noqa: F401
from onestepback.pages.actions import proposals as proposal_views
from onestepback.pages.actions import views
from onestepback.pages.calendar import views as calendar_views
from onestepback.pages.plans import views as plan_views
from onestepback.pages.raising import views as raising_views
from onestepback.pages.rounds import views as round_views
from onestepback.pages.you_said import views as telling_views

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
    path("plan/actions/", plan_views.plan_action_list, name="plan_action_list"),
    path("plan/pdf/", plan_views.plan_pdf, name="plan_pdf"),
    re_path(
        r"^plan/actions\.(?P<file_format>csv|xlsx|ics)$",
        plan_views.plan_download,
        name="plan_download",
    ),
    path("plan/add/", views.action_add, name="action_add"),
    path("plans/<int:pk>/", plan_views.shared_plan_detail, name="shared_plan_detail"),
    path("plans/<int:pk>/add/", plan_views.shared_plan_add, name="shared_plan_add"),
    path("plans/<int:pk>/pdf/", plan_views.shared_plan_pdf, name="shared_plan_pdf"),
    re_path(
        r"^plans/(?P<pk>[0-9]+)/actions\.(?P<file_format>csv|xlsx|ics)$",
        plan_views.shared_plan_download,
        name="shared_plan_download",
    ),
    path("plans/<int:pk>/<level:level>/", plan_views.shared_plan_vision, name="shared_plan_vision"),
    path("teams/<int:pk>/plan/", plan_views.team_plan, name="team_plan"),
    path("organisations/<slug:slug>/plan/", plan_views.organisation_plan, name="organisation_plan"),
    path("systems/<slug:slug>/plan/", plan_views.system_plan, name="system_plan"),
    path("actions/", plan_views.action_list, name="action_list"),
    path("actions/<int:pk>/accept/", proposal_views.action_accept, name="action_accept"),
    path("actions/<int:pk>/decline/", proposal_views.action_decline, name="action_decline"),
    path("actions/<int:pk>/proposal/", proposal_views.proposal_edit, name="proposal_edit"),
    path(
        "actions/<int:pk>/proposal/take-back/",
        proposal_views.proposal_withdraw,
        name="proposal_withdraw",
    ),
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
    path("teams/<int:pk>/rounds/", round_views.team_round_list, name="team_round_list"),
    path("teams/<int:pk>/rounds/plan/", round_views.team_round_plan, name="team_round_plan"),
    path(
        "organisations/<slug:slug>/rounds/",
        round_views.organisation_round_list,
        name="organisation_round_list",
    ),
    path(
        "organisations/<slug:slug>/rounds/plan/",
        round_views.organisation_round_plan,
        name="organisation_round_plan",
    ),
    path("systems/<slug:slug>/rounds/", round_views.system_round_list, name="system_round_list"),
    path(
        "systems/<slug:slug>/rounds/plan/",
        round_views.system_round_plan,
        name="system_round_plan",
    ),
    path("rounds/<int:pk>/", round_views.round_detail, name="round_detail"),
    path("rounds/<int:pk>/edit/", round_views.round_edit, name="round_edit"),
    path("rounds/<int:pk>/cancel/", round_views.round_cancel, name="round_cancel"),
    path("rounds/<int:pk>/extend/", round_views.round_extend, name="round_extend"),
    path("rounds/<int:pk>/remind/", round_views.round_remind, name="round_remind"),
    path("rounds/<int:pk>/close/", round_views.round_close, name="round_close"),
    path("rounds/<int:pk>/take-part/", round_views.round_take_part, name="round_take_part"),
    path("rounds/<int:pk>/results/", round_views.round_results, name="round_results"),
    path("rounds/<int:pk>/results/present/", round_views.round_present, name="round_present"),
    path("rounds/<int:pk>/results/act/", round_views.round_act, name="round_act"),
    path("rounds/<int:pk>/results/pdf/", round_views.round_pdf, name="round_pdf"),
    re_path(
        r"^rounds/(?P<pk>[0-9]+)/results/results\.(?P<file_format>csv|xlsx)$",
        round_views.round_download,
        name="round_download",
    ),
    re_path(
        r"^rounds/(?P<pk>[0-9]+)/results/(?P<kind>comment|barrier|vision|idea)/"
        r"(?P<text>[0-9a-f-]{36})/take-out/$",
        round_views.text_take_out,
        name="text_take_out",
    ),
    path(
        "reflections/<uuid:pk>/share/",
        round_views.participation_share,
        name="participation_share",
    ),
    path("reflections/<uuid:pk>/<level:level>/share/", round_views.level_share, name="level_share"),
    path(
        "reflections/<uuid:pk>/withdraw/",
        round_views.participation_withdraw,
        name="participation_withdraw",
    ),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/<slug:secret>.ics", calendar_views.calendar_feed, name="calendar_feed"),
    path("actions/<int:pk>/raise/", raising_views.action_raise, name="action_raise"),
    path("plans/<int:pk>/raised/", raising_views.raised_list, name="raised_list"),
    path(
        "plans/raised/<int:pk>/accept/", raising_views.escalation_accept, name="escalation_accept"
    ),
    path(
        "plans/raised/<int:pk>/decline/",
        raising_views.escalation_decline,
        name="escalation_decline",
    ),
    path(
        "plans/raised/<int:pk>/withdraw/",
        raising_views.escalation_withdraw,
        name="escalation_withdraw",
    ),
    path("plans/<int:pk>/you-said/", telling_views.telling_detail, name="telling_detail"),
    path("plans/<int:pk>/you-said/publish/", telling_views.telling_publish, name="telling_publish"),
    path(
        "plans/<int:pk>/you-said/take-back/",
        telling_views.telling_take_back,
        name="telling_take_back",
    ),
    path("actions/<int:pk>/you-said/", telling_views.action_you_said, name="action_you_said"),
    path("you-said/<slug:published_token>/", telling_views.telling_page, name="telling_page"),
    path("you-said/<slug:published_token>/pdf/", telling_views.telling_pdf, name="telling_pdf"),
]
