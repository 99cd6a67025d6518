"""Nobody reads what is not for them, on any page, in any file, in any letter; and no word runs."""

from datetime import timedelta
from itertools import product

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core import mail
from django.db import models
from django.urls import reverse
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.reminders import write_due_letters
from onestepback.publishing import pdf
from organisations.letters import NOTICES, WRITERS
from organisations.models import Letter, Membership, System, Team, User
from organisations.outbox import deliver_due_letters, write_letter
from reflections.models import Participation
from tests.crawl.guesses import STARTS, browser_of, guesses
from tests.crawl.readers import READERS
from tests.crawl.world import add_to, address_of, make_person, make_side, person, write_privately
from tests.crawling import ESCAPED, HERE, Walk, dangers_in, plain, sentinels_in, words

# --- The world ----------------------------------------------------------------------------------


@pytest.fixture
def quiet(caplog):
    """Log no line for each 404, because this test looks for them."""
    caplog.set_level("ERROR", "django.request")


@pytest.fixture(scope="module")
def made(once):
    """Two organisations full of rows, one person in both and one in neither; the letters so far."""
    both, alone = make_person("x_both"), make_person("x_alone")
    for side in "ab":
        make_side(side, both)
    for user, who in ((both, "x_both"), (alone, "x_alone")):
        write_privately(user, who)
    operator = User.objects.create_superuser(
        f"{plain('x_operator_address')}@example.org", name=words("x_operator_name")
    )
    Group.objects.create(name=words("x_site_group"))
    LogEntry.objects.log_actions(operator.pk, System.objects.all(), CHANGE, words("x_log_words"))
    return list(mail.outbox)


@pytest.fixture
def world(made, db):
    """The rows for one test; every change that the test makes is undone after it."""
    mail.outbox[:] = made


# --- What somebody meets -------------------------------------------------------------------------


@pytest.fixture
def walk(world, quiet, settings):
    """A function that walks as somebody whose sign-in always stays recent."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600

    def walk(who, every=1):
        half = list(READERS).index(who) % 2
        guessed = list(guesses(half))[::every]
        return Walk(browser_of(who)).through([*STARTS.get(who, list)(), *guessed])

    return walk


def meets_the_words_that_are_for_them_and_no_others(who, walk):
    reader = READERS[who]
    must = reader.shown | reader.otherwise
    assert walk.read - must - reader.perhaps == set()
    assert must - walk.read == set()
    assert reader.shown - walk.escaped == set()
    assert walk.dangers == []
    assert reader.kinds <= walk.kinds
    assert walk.broken == []


# Those whom few pages are for: a walk over all that they find, and over some of what they guess.
SHORT_WALKS = ["a_convener", "a_former", "x_alone", "nobody", "told", "invited"]


@pytest.mark.slow
@pytest.mark.parametrize("who", SHORT_WALKS)
def test_whoever_finds_little_meets_the_words_that_are_for_them_and_no_others(  # A6 I10
    walk, monkeypatch, who
):
    monkeypatch.setattr(pdf, "_write_pdf", str.encode)  # a PDF has the words that it is made from

    meets_the_words_that_are_for_them_and_no_others(who, walk(who, every=20))


@pytest.mark.prove
@pytest.mark.parametrize("who", READERS)
def test_somebody_meets_the_words_that_are_for_them_and_no_others(walk, who):  # A6 I10
    walked = walk(who)

    meets_the_words_that_are_for_them_and_no_others(who, walked)
    assert len(walked.pages) >= READERS[who].least


# --- The world itself ---------------------------------------------------------------------------

NOT_TYPED = {  # by people: chosen from a list, made by us, or the words of the paper
    "CalendarFeed.secret",
    "ActionPlan.published_token",
    "AuditEvent.kind",
    "Invitation.nonce",
    "Letter.about_id",
    "Letter.error",
    "Letter.kind",
    "Letter.occasion",
    "LevelWording.language",
    "LevelWording.text",
    "Organisation.time_zone",
    "Question.key",
    "QuestionSet.name",
    "QuestionWording.hint",
    "QuestionWording.language",
    "QuestionWording.reviewed_by",
    "QuestionWording.text",
    "Round.figures",
    "Round.levels",
    "Round.time_zone",
    "System.time_zone",
    "TakenOut.kind",
    "User.password",
    "User.time_zone",
    "User.unwanted_letters",
}


def typed_fields():
    """The fields of our models that hold words: {name: the values of all rows}."""
    for app in ("organisations", "reflections", "actionplans"):
        for model in apps.get_app_config(app).get_models():
            for each in model._meta.get_fields():
                name, kinds = f"{model.__name__}.{each.name}", (models.CharField, models.TextField)
                holds_words = isinstance(each, (*kinds, models.JSONField)) and not each.choices
                if holds_words and name not in NOT_TYPED:
                    yield name, str(list(model.objects.values_list(each.name, flat=True)))


def test_every_field_that_people_type_into_has_words_of_both_sides(world):
    wanting = [
        f"{name}: nothing of {side}"
        for name, values in typed_fields()
        for side in "ab"
        if f"sentinel_{side}_" not in values.lower()
    ]

    assert wanting == []


# --- What comes back at once --------------------------------------------------------------------


def team_address(page, **of):
    team = Team.objects.get(name__contains="_a_team_name", **of)
    return reverse(page, args=[team.pk])


def organisation_address(page, *more):
    return reverse(page, args=[plain("a_organisation_slug"), *more])


def membership_of(who):
    return Membership.objects.get(user=person(who), organisation__slug=plain("a_organisation_slug"))


def action_address(page):
    action = Action.objects.get(title=words("a_member_action"), owner=person("a_member"))
    return reverse(page, args=[action.pk])


def plan_address(page, *more):
    plan = ActionPlan.objects.get(team__name__contains="_a_team_name")
    return reverse(page, args=[plan.pk, *more])


def proposal_address(page):
    proposal = Action.objects.get(title=words("a_team_proposal"))
    return reverse(page, args=[proposal.pk])


def level_address():
    unfinished = Participation.objects.unfinished().get(user=person("a_member"))
    return reverse("reflecting:now", args=[unfinished.pk, "team"])


LONG = words("a_typed_long") + "x" * 200
SENT = {  # by whom, to where, what; each is answered by a page with somebody's words
    "a team is archived": (
        "a_administrator",
        lambda: team_address("teams:archive"),
        {"go": "archive"},
    ),
    "a team is left": ("a_member", lambda: team_address("teams:leave"), {}),
    "a team has that name": (
        "a_administrator",
        lambda: organisation_address("teams:add"),
        {"name": words("a_other_name"), "kind": "team"},
    ),
    "a name is too long": (
        "a_administrator",
        lambda: organisation_address("organisations:edit"),
        {"name": LONG, "safeguarding_contact": LONG},
    ),
    "an organisation is created": (
        "x_alone",
        lambda: reverse("organisations:create"),
        {"name": words("x_new_name"), "time_zone": "Europe/London"},
    ),
    "a membership ends": (
        "a_administrator",
        lambda: organisation_address("people:end", membership_of("a_member").pk),
        {},
    ),
    "an organisation is left": (
        "a_member",
        lambda: organisation_address("people:leave"),
        {},
    ),
    "an organisation leaves its system": (
        "a_convener",
        lambda: reverse(
            "systems:remove_organisation",
            args=[plain("a_system_slug"), membership_of("a_member").organisation_id],
        ),
        {},
    ),
    "a list is checked": (
        "a_facilitator",
        lambda: team_address("invitations:invite_to_team"),
        {"addresses": f"{words('a_typed_address')}\nnew@example.org"},
    ),
    "a name is given": (
        "a_member",
        lambda: reverse("account:details"),
        {"name": words("a_typed_name"), "time_zone": "Europe/London"},
    ),
    "an action changed meanwhile": (
        "a_member",
        lambda: action_address("actions:update"),
        {"version": "0", "status": "done", "note": words("a_typed_note")},
    ),
    "a proposal has no date": (
        "a_administrator",
        lambda: proposal_address("actions:accept"),
        {"version": "0", "title": words("a_typed_title"), "who": "me"},
    ),
    "one's own proposal has no title": (
        "a_member",
        lambda: proposal_address("actions:edit_proposal"),
        {"version": "0", "title": "", "detail": words("a_typed_detail")},
    ),
    "a proposal is taken back for a long reason": (
        "a_member",
        lambda: proposal_address("actions:take_back_proposal"),
        {"reason": words("a_typed_reason") + "x" * 20_000},
    ),
    "a proposal changed meanwhile": (
        "a_administrator",
        lambda: proposal_address("actions:decline"),
        {"version": "7", "reason": words("a_typed_reason")},
    ),
    "where a group wants to be changed meanwhile": (
        "a_administrator",
        lambda: plan_address("plans:vision", "team"),
        {"before": words("a_typed_before"), "words": words("a_typed_vision")},
    ),
    "an action of a group has no date": (
        "a_member",
        lambda: f"{plan_address('plans:add')}?level=team",
        {"title": words("a_typed_title"), "who": "else", "due_on_0": words("a_typed_day")},
    ),
    "an answer changed meanwhile": (
        "a_member",
        level_address,
        {"comment-team-involve": words("a_typed_comment"), "was-comment-team-involve": "Before"},
    ),
    "somebody is signed out": (
        "nobody",
        lambda: reverse("plans:own_add"),
        {"title": words("a_typed_title")},
    ),
}


@pytest.mark.parametrize("what", SENT)
def test_what_was_typed_comes_back_as_words(world, what):  # I10
    who, address, data = SENT[what]

    response = browser_of(who).post(address(), data, headers={"origin": HERE}, follow=True)

    assert "&lt;script&gt;canary" in response.text
    assert dangers_in(response.text) == []


@pytest.mark.parametrize(
    "address",
    [
        lambda: organisation_address("people:index"),
        lambda: team_address("teams:add_people"),
        lambda: plan_address("plans:detail"),
        lambda: reverse("actions:index"),
    ],
    ids=["among people", "among people to add", "in a plan", "among one's own actions"],
)
def test_what_is_looked_for_comes_back_as_words(world, address):  # I10

    response = browser_of("a_administrator").get(address(), {"q": words("a_typed_search")})

    assert "SENTINEL_a_typed_search_&lt;script&gt;canary" in response.text
    assert dangers_in(response.text) == []


# --- Letters ------------------------------------------------------------------------------------


def remind_of_actions(side):
    """Make an action due today, one soon, one overdue, and one given away; write letters."""
    for plan, days in (("team", 0), ("other", 7), ("organisation", -7)):
        actions = Action.objects.filter(title=words(f"{side}_{plan}_action")).exclude(owner=None)
        day = timezone.localdate() + timedelta(days=days)
        actions.update(due_on=day, created_at=timezone.now() - timedelta(days=9))
    plan = ActionPlan.objects.get(team__name__contains=f"_{side}_team_name")
    given = {"title": words(f"{side}_team_action"), "owner": person(f"{side}_member")}
    add_to(plan, by=person(f"{side}_facilitator"), **given)
    write_due_letters()


@pytest.fixture
def letters(world, time_machine):
    """Every letter about these rows until noon, and each notice about an account, all sent."""
    time_machine.move_to(timezone.now().replace(hour=12), tick=False)
    for side in "ab":
        remind_of_actions(side)
    for kind, who in product(NOTICES, ("a_member", "b_member")):
        write_letter(kind, to=address_of(who), recipient=person(who))
    deliver_due_letters()
    return mail.outbox


def sides_in(text):
    return {found[0] for found in sentinels_in(text)} - {"x"}


def test_a_letter_of_every_kind_goes(letters):
    assert set(Letter.objects.exclude(sent_at=None).values_list("kind", flat=True)) == set(WRITERS)


def test_a_letter_names_one_organisation_and_it_is_its_readers(letters):  # A6
    for message in letters:
        [[html, _type]] = message.alternatives
        named, readers = (
            sides_in(f"{message.subject} {message.body} {html}"),
            sides_in(message.to[0]),
        )
        assert len(named) <= 1
        assert not readers or named <= readers


def test_what_people_typed_is_words_in_a_letter_too(letters):  # F9 I10
    pages = [html for message in letters for html, _type in message.alternatives]

    assert [dangers_in(page) for page in pages if dangers_in(page)] == []
    assert {"a_organisation_name", "a_team_name", "a_facilitator_name"} <= {
        name for page in pages for name in ESCAPED.findall(page)
    }
    assert not any("\n" in message.subject or "\r" in message.subject for message in letters)
