"""A correct sending for each form of the site."""

from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse

from tests.crawling import PageReader
from tests.markup import fields_of

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
    "plans:add",
    "plans:add for a barrier",
    "plans:add for an idea",
    "actions:edit of a team",
    "actions:accept",
    "raising:accept",
}


@dataclass
class Sending:
    """A page, and its form filled in correctly."""

    who: object  # None for somebody who is signed out
    args: list = field(default_factory=list)
    data: dict = field(default_factory=dict)
    query: str = ""
    changes: bool = True  # something that is stored

    def read(self, name):
        """Open the page, and remember its fields and their values."""
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
    "account:details": lambda p: Sending(p.member, [], {"name": "Maya", "time_zone": "Asia/Tokyo"}),
    "letters:choose": lambda p: Sending(p.member, [], {"wanted": ["dates", "rounds"]}),
    "account:delete": lambda p: Sending(p.member, [], {"sure": "on"}),
    "account:sign_in_again": lambda p: Sending(
        p.member,
        [],
        {"next": reverse("account:delete")},
        f"?next={reverse('account:delete')}",
        changes=False,  # but who is signed in
    ),
    "letters:stop": lambda p: Sending(None, [p.token_to_stop]),
    "calendar:detail": lambda p: Sending(p.member, [], {"go": "make"}),
    "calendar:detail again": lambda p: Sending(p.with_feed().member, [], {"go": "renew"}),
    "calendar:detail no more": lambda p: Sending(p.with_feed().member, [], {"go": "stop"}),
    "organisations:create": lambda p: Sending(
        p.member, [], {"name": "A new one", "time_zone": "Asia/Tokyo"}
    ),
    "organisations:edit": lambda p: Sending(p.administrator, [p.slug], SETTINGS),
    "organisations:archive": lambda p: Sending(p.administrator, [p.slug], {"go": "archive"}),
    "organisations:archive back": lambda p: Sending(
        p.archived().administrator, [p.slug], {"go": "restore"}
    ),
    "systems:remove_organisation": lambda p: Sending(
        p.administrator, [p.system.slug, p.organisation.pk]
    ),
    "teams:add": lambda p: Sending(
        p.administrator, [p.slug], {"name": "Evenings", "kind": "project"}
    ),
    "teams:edit": lambda p: Sending(
        p.administrator, [p.team.pk], {"name": "Evenings", "kind": "project"}
    ),
    "teams:archive": lambda p: Sending(p.administrator, [p.team.pk], {"go": "archive"}),
    "teams:archive back": lambda p: Sending(
        p.administrator, [p.with_old_team().team.pk], {"go": "restore"}
    ),
    "teams:leave": lambda p: Sending(p.member, [p.team.pk]),
    "teams:add_people": lambda p: Sending(p.member, [p.team.pk], {"people": p.new_membership.pk}),
    "invitations:invite_to_team": lambda p: Sending(
        p.member, [p.team.pk], {"addresses": "new@example.org", "go": "send"}
    ),
    "invitations:invite_to_organisation": lambda p: Sending(
        p.administrator,
        [p.slug],
        {"addresses": "new@example.org", "role": "member", "team_role": "member", "go": "send"},
    ),
    "people:role": lambda p: Sending(
        p.administrator, [p.slug, p.membership.pk], {"role": "administrator"}
    ),
    "people:teams": lambda p: Sending(
        p.administrator, [p.slug, p.membership.pk], {"team": p.other.pk, "team_role": "member"}
    ),
    "invitations:detail again": lambda p: Sending(p.member, [p.invitation.pk], {"go": "resend"}),
    "invitations:detail no more": lambda p: Sending(p.member, [p.invitation.pk], {"go": "cancel"}),
    "invitations:accept": lambda p: Sending(p.invited, [p.token]),
    "invitations:accept new here": lambda p: Sending(
        None, [p.token_for_somebody_new], {"name": "Noor"}
    ),
    "people:end": lambda p: Sending(p.administrator, [p.slug, p.membership.pk]),
    "people:leave": lambda p: Sending(p.member, [p.slug]),
    "reflecting:check": lambda p: Sending(p.member, [p.participation.pk]),
    "plans:own_add": lambda p: Sending(
        p.member,
        [],
        {"title": "Meet in the evening", "who": "me", **DUE},
        f"?barrier={p.barrier.pk}",
    ),
    "actions:edit": lambda p: Sending(
        p.member, [p.action.pk], {"title": "Meet in the evening", "who": "me", **DUE}
    ),
    "actions:update": lambda p: Sending(
        p.member, [p.action.pk], {"status": "stuck", "note": "Nobody has a room"}
    ),
    "actions:edit of a team": lambda p: Sending(
        p.member,
        [p.shared_action.pk],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
    ),
    "actions:edit of an owner": lambda p: Sending(
        p.newcomer, [p.newcomers().pk], {"title": "Meet at six", **DUE}
    ),
    "actions:update of a team": lambda p: Sending(
        p.member, [p.shared_action.pk], {"status": "done", "note": "We met"}
    ),
    "actions:accept": lambda p: Sending(
        p.member,
        [p.proposed().pk],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
    ),
    "actions:decline": lambda p: Sending(
        p.member, [p.proposed().pk], {"reason": "There is no bus at six"}
    ),
    "actions:edit_proposal": lambda p: Sending(
        p.newcomer, [p.proposed_by_newcomer().pk], {"title": "Meet at six", "who": "me", **DUE}
    ),
    "actions:take_back_proposal": lambda p: Sending(
        p.newcomer, [p.proposed_by_newcomer().pk], {"reason": "There is no bus at six"}
    ),
    "plans:add": lambda p: Sending(
        p.member,
        [p.shared_action.plan_id],
        {"title": "Meet at six", "who": "member", "owner": p.with_newcomer().pk, **DUE},
        "?level=team",
    ),
    "plans:add for a barrier": lambda p: Sending(
        p.administrator,
        [p.plan_of_all.pk],
        {"title": "Find a room", "who": "me", **DUE},
        f"?barrier={p.shared_words('barrier').pk}",
    ),
    "plans:add for an idea": lambda p: Sending(
        p.administrator,
        [p.plan_of_all.pk],
        {"title": "Walk", "who": "else", "owner_name": "The walkers", **DUE},
        f"?idea={p.shared_words('idea').pk}",
    ),
    "plans:add as a proposal": lambda p: Sending(
        p.in_team(p.newcomer),
        [p.shared_action.plan_id],
        {"title": "Meet at six", "who": "me"},
        "?level=team",
    ),
    "plans:vision": lambda p: Sending(
        p.member, [p.shared_action.plan_id, "team"], {"words": "Everybody meets everybody"}
    ),
    "raising:raise_to_plan_above": lambda p: Sending(
        p.member, [p.shared_action.pk], {"title": "Pay for the bus", "detail": "It is dear"}
    ),
    "raising:accept": lambda p: Sending(
        p.administrator, [p.escalation.pk], {"who": "me", "reply": "Gladly", **DUE}
    ),
    "raising:decline": lambda p: Sending(p.administrator, [p.escalation.pk], {"reply": "No money"}),
    "raising:withdraw": lambda p: Sending(p.member, [p.escalation.pk], {}),
    "rounds:plan_for_team": lambda p: Sending(p.administrator, [p.team_without_round.pk], ROUND),
    "rounds:plan_for_organisation": lambda p: Sending(p.administrator, [p.slug], ROUND),
    "rounds:plan_for_organisation for later": lambda p: Sending(
        p.administrator, [p.slug], ROUND | LATER
    ),
    "rounds:plan_for_system": lambda p: Sending(p.administrator, [p.system.slug], ROUND),
    "rounds:edit": lambda p: Sending(p.administrator, [p.planned.pk], ROUND | LATER),
    "rounds:edit opens it": lambda p: Sending(p.administrator, [p.planned.pk], ROUND),
    "rounds:cancel": lambda p: Sending(p.administrator, [p.planned.pk]),
    "rounds:extend": lambda p: Sending(
        p.member, [p.round.pk], {"closes_on_0": "24", "closes_on_1": "12", "closes_on_2": "2026"}
    ),
    "rounds:remind": lambda p: Sending(p.member, [p.round.pk]),
    "rounds:close": lambda p: Sending(p.member, [p.round.pk]),
    "taking_part:take_part": lambda p: Sending(
        p.in_team(p.newcomer), [p.round.pk], {"perspective": "partner"}
    ),
    "results:take_out": lambda p: Sending(
        p.administrator, [p.closed.pk, "comment", p.shared.pk], {"reason": "It names somebody"}
    ),
    "taking_part:share_level": lambda p: Sending(
        p.member, [p.in_round.pk, "team"], {"choice": "each", "text-0": "yes", "text-1": "no"}
    ),
    "taking_part:share_level about oneself": lambda p: Sending(
        p.member, [p.in_round.pk, "individual"], {"counted": "no"}
    ),
    "taking_part:share_level back": lambda p: Sending(
        p.member, [p.in_closed.pk, "team"], {"go": "take-back", "text": p.shared.pk}
    ),
    "taking_part:withdraw": lambda p: Sending(p.member, [p.in_round.pk]),
    "you_said:write": lambda p: Sending(
        p.member, [p.told.pk], {"you_said": "Nine is too early", "we_did": "Seven"}
    ),
    "you_said:detail": lambda p: Sending(p.member, [p.told.plan_id], {"introduction": "Thank you"}),
    "you_said:detail no longer": lambda p: Sending(p.member, [p.shown().pk], {"go": "hide"}),
    "you_said:publish": lambda p: Sending(p.member, [p.shown().pk]),
    "you_said:take_back": lambda p: Sending(p.member, [p.published().pk]),
    "reflecting:start": lambda p: Sending(p.newcomer, [], {"perspective": "partner"}),
    "reflecting:perspective": lambda p: Sending(
        p.member, [p.participation.pk], {"perspective": "partner"}
    ),
    "reflecting:discard": lambda p: Sending(p.member, [p.participation.pk]),
    "reflecting:now": lambda p: Sending(
        p.member, [p.participation.pk, "team"], {"rating-team-involve": "4", "go": "later"}
    ),
    "reflecting:wanted": lambda p: Sending(
        p.member, [p.participation.pk, "team"], {"vision": "Together", "go": "later"}
    ),
}
