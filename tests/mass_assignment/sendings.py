"""What each page is sent, filled in as it should be."""

from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse

from tests.crawling import PageReader
from tests.pages import fields_of

FOR_NO_FORM = {  # what nobody is ever asked
    *("is_staff", "is_superuser", "is_active", "password", "groups", "user_permissions"),
    *("organisation", "system", "user", "owner", "author", "plan", "participation", "reflection"),
    *("joined_at", "ended_at", "archived_at", "expires_at", "accepted_at", "cancelled_at"),
    *("submitted_at", "finished_at", "completed_at", "invited_by", "accepted_by", "nonce"),
    *("round", "created_by", "opened_at", "closed_at", "figures", "question_set"),
    *("reminded_on", "taken_out_by", "text_id", "comment_shared", "shared"),
    *("unwanted_letters", "secret"),
    *("raised_by", "raised_at", "answered_by", "answered_at", "became"),
    *("proposed_by", "completed_by", "idea", "idea_key", "owner_left"),
    *("visions", "previewed", "published", "previewed_at", "published_at", "published_token"),
}
GIVES_AWAY = {  # in these, whoever looks after a plan chooses who of its group does something
    "actionplans:shared_plan_add",
    "actionplans:shared_plan_add for a barrier",
    "actionplans:shared_plan_add for an idea",
    "actionplans:action_edit of a team",
    "actionplans:action_accept",
    "actionplans:escalation_accept",
}


@dataclass
class Sending:
    """A page and its form, filled in as it should be."""

    who: object  # None for somebody who is signed out
    args: list = field(default_factory=list)
    data: dict = field(default_factory=dict)
    query: str = ""
    changes: bool = True  # something that is stored

    def read(self, name):
        """Open the page: what it asks for, and what is in it already."""
        self.address = reverse(name, args=self.args) + self.query
        self.cookies = Client().cookies
        if self.who:
            client = Client()
            client.force_login(self.who)
            self.cookies = client.cookies
        shown = self.browser().get(self.address)
        self.asked = PageReader(shown.text).names | set(self.data)
        self.data = {**fields_of(shown), **self.data}

    def browser(self):
        client = Client()
        client.cookies.update(self.cookies)
        return client

    def send(self, added):
        return self.browser().post(self.address, {**added, **self.data}).status_code


DUE = {"due_on_0": "1", "due_on_1": "3", "due_on_2": "2027"}
SETTINGS = {
    "name": "Tamsel Valley",
    "time_zone": "Europe/Paris",
    "minimum_group": "7",
    "allows_named_rounds": "yes",
    "safeguarding_contact": "The desk",
    "retention_years": "4",
}
ROUND = {  # opens at once, where it is planned: it is the 24th
    "title": "Winter",
    "levels": ["individual", "system"],
    **dict(zip(("opens_on_0", "opens_on_1", "opens_on_2"), ("24", "11", "2026"), strict=True)),
    **dict(zip(("closes_on_0", "closes_on_1", "closes_on_2"), ("5", "12", "2026"), strict=True)),
    "compares_perspectives": "no",
}
LATER = {"opens_on_0": "27", "closes_on_0": "30", "closes_on_1": "12"}
SENDINGS = {  # by the name of the page, and what for if there are several
    "account_details": lambda p: Sending(p.member, [], {"name": "Maya", "time_zone": "Asia/Tokyo"}),
    "account_letters": lambda p: Sending(p.member, [], {"wanted": ["dates", "rounds"]}),
    "account_delete": lambda p: Sending(p.member, [], {"sure": "on"}),
    "account_again": lambda p: Sending(
        p.member,
        [],
        {"next": reverse("account_delete")},
        f"?next={reverse('account_delete')}",
        changes=False,  # but who is signed in
    ),
    "letter_stop": lambda p: Sending(None, [p.token_to_stop]),
    "actionplans:calendar": lambda p: Sending(p.member, [], {"go": "make"}),
    "actionplans:calendar again": lambda p: Sending(p.with_feed().member, [], {"go": "renew"}),
    "actionplans:calendar no more": lambda p: Sending(p.with_feed().member, [], {"go": "stop"}),
    "organisations:organisation_create": lambda p: Sending(
        p.member, [], {"name": "A new one", "time_zone": "Asia/Tokyo"}
    ),
    "organisations:organisation_settings": lambda p: Sending(p.administrator, [p.slug], SETTINGS),
    "organisations:organisation_archive": lambda p: Sending(
        p.administrator, [p.slug], {"go": "archive"}
    ),
    "organisations:organisation_archive back": lambda p: Sending(
        p.archived().administrator, [p.slug], {"go": "restore"}
    ),
    "organisations:system_organisation_remove": lambda p: Sending(
        p.administrator, [p.system.slug, p.organisation.pk]
    ),
    "organisations:team_add": lambda p: Sending(
        p.administrator, [p.slug], {"name": "Evenings", "kind": "project"}
    ),
    "organisations:team_edit": lambda p: Sending(
        p.administrator, [p.team.pk], {"name": "Evenings", "kind": "project"}
    ),
    "organisations:team_archive": lambda p: Sending(
        p.administrator, [p.team.pk], {"go": "archive"}
    ),
    "organisations:team_archive back": lambda p: Sending(
        p.administrator, [p.with_old_team().team.pk], {"go": "restore"}
    ),
    "organisations:team_leave": lambda p: Sending(p.member, [p.team.pk]),
    "organisations:team_people_add": lambda p: Sending(
        p.member, [p.team.pk], {"people": p.new_membership.pk}
    ),
    "organisations:team_invite": lambda p: Sending(
        p.member, [p.team.pk], {"addresses": "new@example.org", "go": "send"}
    ),
    "organisations:organisation_invite": lambda p: Sending(
        p.administrator,
        [p.slug],
        {"addresses": "new@example.org", "role": "member", "team_role": "member", "go": "send"},
    ),
    "organisations:membership_role": lambda p: Sending(
        p.administrator, [p.slug, p.membership.pk], {"role": "administrator"}
    ),
    "organisations:membership_teams": lambda p: Sending(
        p.administrator, [p.slug, p.membership.pk], {"team": p.other.pk, "team_role": "member"}
    ),
    "organisations:invitation_detail again": lambda p: Sending(
        p.member, [p.invitation.pk], {"go": "resend"}
    ),
    "organisations:invitation_detail no more": lambda p: Sending(
        p.member, [p.invitation.pk], {"go": "cancel"}
    ),
    "organisations:invitation_accept": lambda p: Sending(p.invited, [p.token]),
    "organisations:invitation_accept new here": lambda p: Sending(
        None, [p.token_for_somebody_new], {"name": "Noor"}
    ),
    "actionplans:membership_end": lambda p: Sending(p.administrator, [p.slug, p.membership.pk]),
    "actionplans:organisation_leave": lambda p: Sending(p.member, [p.slug]),
    "actionplans:participation_check": lambda p: Sending(p.member, [p.participation.pk]),
    "actionplans:action_add": lambda p: Sending(
        p.member,
        [],
        {"title": "Meet in the evening", "who": "me", **DUE},
        f"?barrier={p.barrier.pk}",
    ),
    "actionplans:action_edit": lambda p: Sending(
        p.member, [p.action.pk], {"title": "Meet in the evening", "who": "me", **DUE}
    ),
    "actionplans:action_update": lambda p: Sending(
        p.member, [p.action.pk], {"status": "stuck", "note": "Nobody has a room"}
    ),
    "actionplans:action_edit of a team": lambda p: Sending(
        p.member,
        [p.shared_action.pk],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
    ),
    "actionplans:action_edit of an owner": lambda p: Sending(
        p.newcomer, [p.newcomers().pk], {"title": "Meet at six", **DUE}
    ),
    "actionplans:action_update of a team": lambda p: Sending(
        p.member, [p.shared_action.pk], {"status": "done", "note": "We met"}
    ),
    "actionplans:action_accept": lambda p: Sending(
        p.member,
        [p.proposed().pk],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
    ),
    "actionplans:action_decline": lambda p: Sending(
        p.member, [p.proposed().pk], {"reason": "There is no bus at six"}
    ),
    "actionplans:proposal_edit": lambda p: Sending(
        p.newcomer, [p.proposed_by_newcomer().pk], {"title": "Meet at six", "who": "me", **DUE}
    ),
    "actionplans:proposal_withdraw": lambda p: Sending(
        p.newcomer, [p.proposed_by_newcomer().pk], {"reason": "There is no bus at six"}
    ),
    "actionplans:shared_plan_add": lambda p: Sending(
        p.member,
        [p.shared_action.plan_id],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
        "?level=team",
    ),
    "actionplans:shared_plan_add for a barrier": lambda p: Sending(
        p.administrator,
        [p.plan_of_all.pk],
        {"title": "Find a room", "who": "me", **DUE},
        f"?barrier={p.shared_words('barrier').pk}",
    ),
    "actionplans:shared_plan_add for an idea": lambda p: Sending(
        p.administrator,
        [p.plan_of_all.pk],
        {"title": "Walk", "who": "else", "owner_name": "The walkers", **DUE},
        f"?idea={p.shared_words('idea').pk}",
    ),
    "actionplans:shared_plan_add as a proposal": lambda p: Sending(
        p.in_team(p.newcomer),
        [p.shared_action.plan_id],
        {"title": "Meet at six", "who": "me"},
        "?level=team",
    ),
    "actionplans:shared_plan_vision": lambda p: Sending(
        p.member, [p.shared_action.plan_id, "team"], {"words": "Everybody meets everybody"}
    ),
    "actionplans:action_raise": lambda p: Sending(
        p.member, [p.shared_action.pk], {"title": "Pay for the bus", "detail": "It is dear"}
    ),
    "actionplans:escalation_accept": lambda p: Sending(
        p.administrator, [p.escalation.pk], {"who": "me", "reply": "Gladly", **DUE}
    ),
    "actionplans:escalation_decline": lambda p: Sending(
        p.administrator, [p.escalation.pk], {"reply": "No money"}
    ),
    "actionplans:escalation_withdraw": lambda p: Sending(p.member, [p.escalation.pk], {}),
    "actionplans:team_round_plan": lambda p: Sending(
        p.administrator, [p.team_without_round.pk], ROUND
    ),
    "actionplans:organisation_round_plan": lambda p: Sending(p.administrator, [p.slug], ROUND),
    "actionplans:organisation_round_plan for later": lambda p: Sending(
        p.administrator, [p.slug], ROUND | LATER
    ),
    "actionplans:system_round_plan": lambda p: Sending(p.administrator, [p.system.slug], ROUND),
    "actionplans:round_edit": lambda p: Sending(p.administrator, [p.planned.pk], ROUND | LATER),
    "actionplans:round_edit opens it": lambda p: Sending(p.administrator, [p.planned.pk], ROUND),
    "actionplans:round_cancel": lambda p: Sending(p.administrator, [p.planned.pk]),
    "actionplans:round_extend": lambda p: Sending(
        p.member, [p.round.pk], {"closes_on_0": "24", "closes_on_1": "12", "closes_on_2": "2026"}
    ),
    "actionplans:round_remind": lambda p: Sending(p.member, [p.round.pk]),
    "actionplans:round_close": lambda p: Sending(p.member, [p.round.pk]),
    "actionplans:round_take_part": lambda p: Sending(
        p.in_team(p.newcomer), [p.round.pk], {"perspective": "partner"}
    ),
    "actionplans:text_take_out": lambda p: Sending(
        p.administrator, [p.closed.pk, "comment", p.shared.pk], {"reason": "It names somebody"}
    ),
    "actionplans:level_share": lambda p: Sending(
        p.member, [p.in_round.pk, "team"], {"choice": "each", "text-0": "yes", "text-1": "no"}
    ),
    "actionplans:level_share about oneself": lambda p: Sending(
        p.member, [p.in_round.pk, "individual"], {"counted": "no"}
    ),
    "actionplans:level_share back": lambda p: Sending(
        p.member, [p.in_closed.pk, "team"], {"go": "take-back", "text": p.shared.pk}
    ),
    "actionplans:participation_withdraw": lambda p: Sending(p.member, [p.in_round.pk]),
    "actionplans:action_you_said": lambda p: Sending(
        p.member, [p.told.pk], {"you_said": "Nine is too early", "we_did": "Seven"}
    ),
    "actionplans:telling_detail": lambda p: Sending(
        p.member, [p.told.plan_id], {"introduction": "Thank you"}
    ),
    "actionplans:telling_detail no longer": lambda p: Sending(
        p.member, [p.shown().pk], {"go": "hide"}
    ),
    "actionplans:telling_publish": lambda p: Sending(p.member, [p.shown().pk]),
    "actionplans:telling_take_back": lambda p: Sending(p.member, [p.published().pk]),
    "reflections:participation_start": lambda p: Sending(
        p.newcomer, [], {"perspective": "partner"}
    ),
    "reflections:participation_perspective": lambda p: Sending(
        p.member, [p.participation.pk], {"perspective": "partner"}
    ),
    "reflections:participation_discard": lambda p: Sending(p.member, [p.participation.pk]),
    "reflections:level_now": lambda p: Sending(
        p.member, [p.participation.pk, "team"], {"rating-team-involve": "4", "go": "later"}
    ),
    "reflections:level_wanted": lambda p: Sending(
        p.member, [p.participation.pk, "team"], {"vision": "Together", "go": "later"}
    ),
}
