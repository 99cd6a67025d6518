"""The plan of a team: who may do what to it, and that no words are lost or given away."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail

from actionplans.contents import story_of
from actionplans.models import Action, ActionBarrier, ActionPlan
from actionplans.services import (
    EditConflict,
    VisionConflict,
    accept_proposal,
    add_action,
    change_action,
    decline_proposal,
    end_membership,
    record_update,
    set_vision,
    share_words,
)
from onestepback.personal_data import erase
from organisations.models import AuditEvent, Letter, Membership, User
from organisations.outbox import deliver_due_letters
from reflections.models import LevelWording, Question, QuestionSet
from reflections.rounds import close_round
from tests.factories import (
    TeamPlace,
    answer_round,
    browser_of,
    make_member,
    make_organisation,
    make_round,
    make_shared_action,
    make_team,
    make_user,
    share,
)
from tests.organisations.test_races import at_once
from tests.pages import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    return TeamPlace()


def dates_of(due):
    return {"due_on_0": str(due.day), "due_on_1": str(due.month), "due_on_2": str(due.year)}


def form_at(browser, address):
    """The fields of the form at an address, as a browser holds them."""
    page = browser.get(address)
    assert page.status_code == 200
    fields = fields_of(page)
    owner = re.search(r'<select name="owner".*?</select>', page.text, re.S)
    if owner:
        chosen = re.search(r'value="([0-9]*)" selected', owner[0])
        fields["owner"] = chosen[1] if chosen else ""
    return fields


def send(browser, address, fields=None, **changed):
    """Fill in the form at an address, as it is now or as it was, and send it."""
    fields = form_at(browser, address) if fields is None else fields
    return browser.post(address, {**fields, **changed})


def promise(place, **changed):
    due = place.plan.today + timedelta(days=20)
    return {"title": "Ask the bus company", "who": "me", **dates_of(due), **changed}


def words_on(response):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.text)).split())


# --- Who may do what ----------------------------------------------------------------------------


def test_an_owner_who_is_not_of_the_team_has_their_action_and_nothing_else(place):  # A10
    otto = make_member(place.organisation, make_user("Otto Other")).user
    mine, other = place.add(owner=otto, title="Mine"), place.add(title="Not mine")
    browser = browser_of(otto)

    page = browser.get(mine.get_absolute_url())
    send(browser, f"/actions/{mine.pk}/update/", status="under_way", note="I rang them")
    send(browser, f"/actions/{mine.pk}/edit/", measure="They answer")

    mine.refresh_from_db()
    assert (mine.status, mine.measure) == ("under_way", "They answer")
    assert mine.updates.filter(author=otto, note="I rang them").exists()
    assert place.address not in page.text
    assert "Mine" in browser.get("/actions/").text
    for address in ("", "pdf/", "actions.csv", "actions.xlsx", "actions.ics", "add/?level=team"):
        assert browser.get(f"{place.address}{address}").status_code == 404
    for address in ("", "edit/", "update/", "accept/", "decline/"):
        assert browser.get(f"/actions/{other.pk}/{address}").status_code == 404


def test_an_owner_cannot_give_their_action_to_anybody(place):  # A8
    action = place.add(owner=place.member, title="Ring them")

    send(
        browser_of(place.member),
        f"/actions/{action.pk}/edit/",
        title="Write to them",
        who="member",
        owner=place.facilitator.pk,
        owner_name="Sam Carter",
        status="done",
    )

    action.refresh_from_db()
    assert (action.title, action.owner, action.owner_name, action.status) == (
        "Write to them",
        place.member,
        "",
        "planned",
    )


def test_whoever_leaves_the_team_reads_its_plan_no_more(place):  # A11
    action = place.add()
    browser = browser_of(place.member)
    addresses = [place.address, f"{place.address}actions.csv", action.get_absolute_url()]
    assert {browser.get(address).status_code for address in addresses} == {200}

    Membership.objects.get(user=place.member).team_memberships.all().delete()

    assert {browser.get(address).status_code for address in addresses} == {404}


def test_a_facilitator_who_is_none_any_more_only_proposes(place):  # A11
    browser = browser_of(place.facilitator)
    assert 'name="owner"' in browser.get(f"{place.address}add/?level=team").text

    Membership.objects.get(user=place.facilitator).team_memberships.update(role="member")
    send(browser, f"{place.address}add/?level=team", **promise(place))

    assert Action.objects.get().status == "proposed"
    assert browser.get(f"{place.address}team/").status_code == 404


def test_only_people_of_the_group_can_be_given_an_action(place):  # A7
    stranger = make_member(make_organisation("Elsewhere"), make_user("Sid Stranger")).user
    left = make_member(place.organisation, make_user("Lee Left"), team=place.team)
    left.team_memberships.all().delete()
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=team"

    assert "Sid Stranger" not in browser.get(address).text
    for nobody in (stranger.pk, left.user.pk, 10**30, "x"):
        page = send(browser, address, **promise(place, who="member", owner=nobody))
        assert "Select a valid choice" in page.text

    assert not Action.objects.exists()


def test_a_member_does_not_answer_proposals_nor_say_where_the_team_wants_to_be(place):
    action = place.propose()
    browser = browser_of(place.member)

    for address in (f"{action.get_absolute_url()}accept/", f"{place.address}team/"):
        assert browser.post(address, {"words": "Mine", "before": ""}).status_code == 404

    assert "accept" not in browser.get(action.get_absolute_url()).text
    assert "Write where you want to be" not in browser.get(place.address).text


# --- From what gets in the way ------------------------------------------------------------------


def reflect(place, size=6, *, close=True, **fields):
    """A round that so many people finish; the participation of the first, Nell Author."""
    round_ = make_round(place.team, by=place.administrator, **fields)
    names = ["Nell Author", *(f"Person {number}" for number in range(1, size))]
    people = [make_member(place.organisation, make_user(name), team=place.team) for name in names]
    place.round, place.author = round_, people[0].user
    return [answer_round(round_, person.user) for person in people][0]


def barrier_of(participation, text="The lift is broken", level="team", *, yes=True):
    share(participation, level, barrier=text, yes=yes)
    return participation.reflections.get(level=level).barriers.get(text=text)


def convert(place, query, *, by=None, **changed):
    address = f"{place.address}add/?{query}"
    return send(browser_of(by or place.facilitator), address, **promise(place, **changed))


def test_an_action_keeps_the_words_of_a_barrier_and_never_says_whose_they_are(place):  # B8
    barrier = barrier_of(reflect(place))
    close_round(place.round)
    before = browser_of(place.member).get(place.address)

    convert(place, f"barrier={barrier.pk}")

    action = Action.objects.get()
    after = browser_of(place.member).get(place.address)
    read = browser_of(place.member).get(action.get_absolute_url())
    assert [link.text for link in action.action_barriers.all()] == ["The lift is broken"]
    assert "The lift is broken No action yet" in words_on(before)
    assert "The lift is broken Ask the bus company Planned" in words_on(after)
    assert "The lift is broken" in words_on(read)
    for page in (before, after, read, browser_of(place.facilitator).get(place.address)):
        assert "Nell" not in page.text
        assert place.author.email not in page.text
    assert not AuditEvent.objects.filter(subject=place.author).exists()


@pytest.mark.parametrize("case", ["kept", "open", "taken out", "too few", "elsewhere", "oneself"])
def test_only_what_is_readable_of_closed_rounds_becomes_an_action(place, case):  # B8
    participation = reflect(place, 4 if case == "too few" else 6)
    level = "individual" if case == "oneself" else "team"
    barrier = barrier_of(participation, level=level, yes=case != "kept")
    if case != "open":
        close_round(place.round)
    if case == "taken out":
        take_out(place, "barrier", barrier.pk)
    if case == "elsewhere":
        place.plan = ActionPlan.objects.create(team=make_team(place.organisation, "Other"))
        place.address = place.plan.get_absolute_url()
    browser = browser_of(place.administrator)

    answer = browser.get(f"{place.address}add/?barrier={barrier.pk}")

    assert answer.status_code == 404
    assert "The lift is broken" not in browser.get(place.address).text
    sent = browser.post(
        f"{place.address}add/?barrier={barrier.pk}", promise(place, level="team", who="me")
    )
    assert sent.status_code == 302  # whoever was writing keeps their words, and no link
    assert not ActionBarrier.objects.exists()


def test_what_is_said_with_a_name_is_linked_and_not_copied(place):  # B8
    place.organisation.allows_named_rounds = True
    place.organisation.save()
    barrier = barrier_of(reflect(place, 2, sharing="named"))
    close_round(place.round)

    convert(place, f"barrier={barrier.pk}")

    action = Action.objects.get()
    [link] = action.action_barriers.all()
    assert (link.barrier, link.text) == (barrier, "")
    for address in (place.address, action.get_absolute_url(), f"{place.address}actions.csv"):
        assert "The lift is broken" not in browser_of(place.administrator).get(address).text
    administrator = browser_of(place.administrator)
    assert administrator.get(f"{place.address}add/?barrier={barrier.pk}").status_code == 404


def take_out(place, kind, key):
    address = f"/rounds/{place.round.pk}/results/{kind}/{key}/take-out/"
    sent = send(browser_of(place.facilitator), address, reason="It names somebody")
    assert sent.status_code == 302


def take_back(place, participation, kind, key):
    address = f"/reflections/{participation.pk}/team/share/"
    sent = browser_of(place.author).post(address, {"go": "take-back", "text": key})
    assert sent.status_code == 302


@pytest.mark.parametrize("how", ["back", "out"])
def test_words_that_are_taken_back_or_out_leave_the_plan(place, how):  # B8
    participation = reflect(place)
    barrier = barrier_of(participation)
    share(participation, idea="A walk")
    close_round(place.round)
    results = browser_of(place.facilitator).get(f"/rounds/{place.round.pk}/results/").text
    idea = re.search(r"idea/([0-9a-f-]{36})", results)[1]
    convert(place, f"barrier={barrier.pk}", title="Mend it")
    convert(place, f"idea={idea}", title="Walk")
    reader = browser_of(place.member)
    addresses = [action.get_absolute_url() for action in Action.objects.all()]
    addresses += [place.address, f"{place.address}actions.csv"]
    read = "".join(reader.get(address).text for address in addresses)
    assert "The lift is broken" in read
    assert "A walk" in read

    if how == "back":
        take_back(place, participation, "barrier", barrier.pk)
        take_back(place, participation, "idea", participation.reflections.get(level="team").pk)
    else:
        take_out(place, "barrier", barrier.pk)
        take_out(place, "idea", idea)

    read = "".join(reader.get(address).text for address in addresses)
    assert "The lift is broken" not in read
    assert "A walk" not in read
    assert set(ActionBarrier.objects.values_list("text", flat=True)) == {""}
    assert "Mend it" in read


def test_what_stays_shared_stays_in_the_plan(place):
    participation = reflect(place)
    barrier = barrier_of(participation)
    close_round(place.round)
    convert(place, f"barrier={barrier.pk}")
    team = participation.reflections.get(level="team")
    other = answer_of_comment(participation)

    share_words(team, texts={("comment", str(other.pk)): False})

    assert ActionBarrier.objects.get().text == "The lift is broken"


def answer_of_comment(participation):
    share(participation, comment="We meet at ten")
    return participation.reflections.get(level="team").answers.get(comment_shared=True)


def test_barriers_of_two_people_become_one_action_but_not_those_of_two_levels(place):
    participation = reflect(place)
    other = place.round.participations.exclude(pk=participation.pk)[0]
    one, two = barrier_of(participation), barrier_of(other, "No room")
    system = barrier_of(participation, "No law", level="system")
    close_round(place.round)

    convert(place, f"barrier={one.pk}&barrier={two.pk}")

    assert {link.barrier for link in Action.objects.get().action_barriers.all()} == {one, two}
    address = f"{place.address}add/?barrier={one.pk}&barrier={system.pk}"
    assert browser_of(place.facilitator).get(address).status_code == 404


def test_turning_a_barrier_into_an_action_twice_makes_no_double(place):  # E6
    barrier = barrier_of(reflect(place))
    close_round(place.round)

    convert(place, f"barrier={barrier.pk}", detail="On Monday")
    again = convert(
        place, f"barrier={barrier.pk}", by=place.administrator, title="ask the BUS company"
    )
    mine = convert(place, f"barrier={barrier.pk}", by=place.member, detail="I would like that")
    convert(place, f"barrier={barrier.pk}", title="Take the stairs")

    assert set(Action.objects.values_list("title", flat=True)) == {
        "Ask the bus company",
        "Take the stairs",
    }
    assert ActionBarrier.objects.count() == 2
    # Nobody is told that what they typed is kept, when it is not: they have it still.
    for page in (again, mine):
        assert page.status_code == 200
        assert "is in the plan already" in words_on(page)
        assert "<title>Error: " in page.text
    assert fields_of(mine)["detail"] == "I would like that"


def test_a_barrier_whose_action_is_over_can_have_the_same_again(place):  # E6
    barrier = barrier_of(reflect(place))
    close_round(place.round)
    convert(place, f"barrier={barrier.pk}")
    record_update(Action.objects.get(), by=place.facilitator, version=0, status="done")

    convert(place, f"barrier={barrier.pk}")

    assert Action.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_turn_a_barrier_into_an_action_at_once_make_one(place):  # E6 D1
    barrier = barrier_of(reflect(place))
    close_round(place.round)
    due = place.plan.today

    def add(person):
        add_action(
            place.plan,
            by=person,
            made_with=uuid.uuid4(),
            level="team",
            title="Mend it",
            owner=person,
            due_on=due,
            barriers=[barrier],
        )

    at_once(*(lambda who=who: add(who) for who in (place.facilitator, place.administrator)))

    assert Action.objects.count() == 1


def test_a_question_that_two_versions_ask_is_asked_once(place):
    close_round(make_round(place.team, by=place.administrator))
    first = QuestionSet.objects.get()
    newer = QuestionSet.objects.create(version=first.version + 1, published_at=first.published_at)
    for introduction in LevelWording.objects.filter(question_set=first):
        introduction.pk, introduction.question_set = None, newer
        introduction.save()
    for question in Question.objects.filter(question_set=first):
        wordings = list(question.wordings.all())
        question.pk, question.question_set = None, newer
        question.save()
        for wording in wordings:
            wording.pk, wording.question = None, question
            wording.save()
    make_round(place.team, by=place.administrator)
    place.team.rounds.filter(closed_at=None).update(question_set=newer)
    assert set(place.team.rounds.values_list("question_set", flat=True)) == {first.pk, newer.pk}

    page = browser_of(place.facilitator).get(f"{place.address}add/?question=team-involve")

    assert page.status_code == 200
    assert browser_of(place.facilitator).get(f"{place.address}add/?question=x").status_code == 404


# --- Adding -------------------------------------------------------------------------------------


def test_one_mistake_and_everything_else_stays_as_it_was_typed(place):  # C1
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=system"
    typed = promise(
        place,
        title="Ring <them>",
        who="member",
        owner=place.member.pk,
        detail="At ten",
        measure="They come",
        with_partners="Bea",
        due_on_1="13",
    )

    page = send(browser, address, **typed)

    assert "<title>Error: " in page.text
    assert "That date does not exist" in page.text
    kept = fields_of(page)
    assert {name: kept[name] for name in typed if name not in ("owner", "made_with")} == {
        name: str(value) for name, value in typed.items() if name not in ("owner", "made_with")
    }
    assert f'<option value="{place.member.pk}" selected>' in page.text
    assert not Action.objects.exists()
    send(browser, address, kept, owner=place.member.pk, due_on_1="12", due_on_2="2099")
    assert Action.objects.get().level == "system"


@pytest.mark.parametrize("who", ["facilitator", "member"])
def test_the_same_form_sent_twice_is_one_action_and_the_same_answer(place, who):  # D1
    browser, address = browser_of(getattr(place, who)), f"{place.address}add/?level=team"
    fields = form_at(browser, address) | promise(place)

    answers = [browser.post(address, fields) for _time in range(2)]

    assert Action.objects.count() == 1
    assert Action.objects.get().updates.count() == 1
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, place.address)
    ] * 2


def test_whoever_is_given_an_action_gets_a_letter_and_whoever_takes_one_does_not(place):
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=team"
    assigned = Letter.objects.filter(kind="action_assigned")

    send(browser, address, **promise(place))
    assert not assigned.exists()
    send(browser, address, **promise(place, who="else", owner_name="Sam Carter"))
    assert not assigned.exists()
    send(browser, address, **promise(place, who="member", owner=place.member.pk))
    assert assigned.get().recipient == place.member


@pytest.mark.parametrize(
    ("sent", "mistake"),
    [
        ({"who": "member", "owner": ""}, "Choose the person who will do this"),
        ({"who": "else", "owner_name": " "}, "Enter who will do this"),
        ({"who": ""}, "Choose who will do this"),
        ({"due_on_0": "", "due_on_1": "", "due_on_2": ""}, "Enter the date by when"),
        ({"due_on_2": "2001"}, "Due date must be today or later"),
    ],
)
def test_an_action_wants_somebody_and_a_date(place, sent, mistake):  # E2
    page = send(
        browser_of(place.facilitator), f"{place.address}add/?level=team", **promise(place, **sent)
    )

    assert mistake in page.text
    assert not Action.objects.exists()


class TestAGroupOfMoreThanAHundred:
    @pytest.fixture
    def large(self, place):
        people = User.objects.bulk_create(
            User(email=f"p{number}@example.org", name=f"Person {number}") for number in range(100)
        )
        User.objects.filter(pk__in=[person.pk for person in people[:2]]).update(name="Kim Lee")
        for each in Membership.objects.bulk_create(
            Membership(user=person, organisation=place.organisation) for person in people
        ):
            each.team_memberships.create(team=place.team, role="member")
        return place

    def add(self, large, typed, **changed):
        return send(
            browser_of(large.facilitator),
            f"{large.address}add/?level=team",
            **promise(large, who="member", owner=typed, **changed),
        )

    @pytest.mark.parametrize("typed", ["person 7", "P7@EXAMPLE.org", " Person 7 "])
    def test_whoever_does_it_is_typed_by_name_or_address(self, large, typed):
        page = browser_of(large.facilitator).get(f"{large.address}add/?level=team").text

        self.add(large, typed)

        assert "Person 7" not in page
        assert Action.objects.get().owner.name == "Person 7"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("Kim Lee", "There is more than one Kim Lee. Type their e-mail address instead"),
            ("Zoe Zed", "Nobody in the group is called Zoe Zed."),
            ("", "Choose the person who will do this"),
        ],
    )
    def test_a_name_of_two_or_of_nobody_is_explained_and_kept(self, large, typed, said):  # C1
        page = self.add(large, typed, measure="They come")

        assert said in page.text
        assert fields_of(page)["owner"] == typed
        assert fields_of(page)["measure"] == "They come"
        assert not Action.objects.exists()

    def test_it_can_be_changed_again(self, large):
        self.add(large, "p3@example.org")
        action, browser = Action.objects.get(), browser_of(large.facilitator)

        before = form_at(browser, f"/actions/{action.pk}/edit/")
        send(browser, f"/actions/{action.pk}/edit/", owner="person 8")

        action.refresh_from_db()
        assert (before["who"], before["owner"]) == ("member", "p3@example.org")
        assert action.owner.name == "Person 8"
        assert Letter.objects.filter(kind="action_assigned").count() == 2


# --- Two at once --------------------------------------------------------------------------------


def test_two_who_edit_an_action_read_both_versions_of_each_field_and_choose(place):  # C5 C6 D3
    action = place.add(title="Ring them", measure="They answer", detail="On Mondays")
    address = f"/actions/{action.pk}/edit/"
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    opened = form_at(two, address)
    later, much_later = action.due_on + timedelta(days=1), action.due_on + timedelta(days=9)
    theirs = {"title": "Write to them", "detail": "On Fridays", **dates_of(later)}
    send(one, address, who="member", owner=place.member.pk, **theirs)

    mine = {"title": "Visit them", "measure": "They come", **dates_of(much_later)}
    page = send(two, address, opened, who="me", **mine)

    assert "<title>Error: " in page.text
    said = words_on(page)
    for now in (
        "There it says: Write to them",
        "There it says: Mel Member",
        "There it says: Somebody in",
        f"There it says: {later.day} {later:%B %Y}",
    ):
        assert now in said
    assert place.member.email not in said
    assert "There it says: They answer" not in said  # nobody else changed that
    kept = fields_of(page)
    assert (kept["title"], kept["measure"], kept["who"]) == ("Visit them", "They come", "me")
    assert kept["detail"] == "On Fridays"  # which only one of them changed
    action.refresh_from_db()
    assert (action.title, action.owner, action.measure) == (
        "Write to them",
        place.member,
        "They answer",
    )

    # They choose: one's words and owner, the other's measure and date.
    send(two, address, kept, title="Write to them", who="member", owner=place.member.pk)

    action.refresh_from_db()
    assert (action.title, action.owner, action.measure, action.due_on, action.detail) == (
        "Write to them",
        place.member,
        "They come",
        much_later,
        "On Fridays",
    )


def test_a_date_that_only_somebody_else_changed_stands_in_its_boxes(place):  # C5
    action = place.add(title="Ring them")
    address = f"/actions/{action.pk}/edit/"
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    opened = form_at(two, address)
    later = action.due_on + timedelta(days=40)
    send(one, address, title="Write to them", who="me", **dates_of(later))

    page = send(two, address, opened, title="Visit them")

    kept = fields_of(page)
    assert {name: kept[name] for name in dates_of(later)} == dates_of(later)
    assert words_on(page).count("There it says") == 2  # of the name: at the top, and at the field


def test_edits_of_different_fields_both_survive(place):  # C6
    action = place.add(title="Ring them")
    address = f"/actions/{action.pk}/edit/"
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    opened = form_at(two, address)
    send(one, address, title="Write to them", who="member", owner=place.member.pk)
    record_update(action, by=place.member, version=1, status="under_way")

    page = send(two, address, opened, measure="They come")

    action.refresh_from_db()
    assert (action.title, action.status, action.measure, action.owner) == (
        "Write to them",
        "under_way",
        "They come",
        place.member,
    )
    assert "beside those that were made meanwhile" in words_on(two.get(page.url))


def test_a_note_from_an_old_page_leaves_the_action_where_it_was_moved_since(place):  # C6
    action = place.add(owner=place.member)
    record_update(action, by=place.facilitator, version=0, status="done", note="We rang them")

    record_update(action, by=place.member, version=0, status="planned", note="They liked it")

    action.refresh_from_db()
    assert (action.status, action.completed_by) == ("done", place.facilitator)
    assert [each.note for each in action.updates.all()][:2] == ["They liked it", "We rang them"]


def test_an_edit_does_not_stand_in_the_way_of_an_update(place):  # C6
    action = place.add(owner=place.member)
    change_action(action, by=place.facilitator, version=0, title="Write to them")

    record_update(action, by=place.member, version=0, status="done", note="We wrote to them")

    action.refresh_from_db()
    assert (action.title, action.status) == ("Write to them", "done")


def test_two_who_find_an_owner_at_once_do_not_find_two(place):  # C5 D3
    action = place.add(owner=place.member)
    end_membership(Membership.objects.get(user=place.member), by=place.administrator)
    action.refresh_from_db()
    change_action(action, by=place.facilitator, version=1, owner=place.facilitator, owner_name="")

    with pytest.raises(EditConflict) as conflict:
        change_action(
            action, by=place.administrator, version=1, owner=None, owner_name="The council"
        )

    assert conflict.value.fields == {"owner", "owner_name"}
    action.refresh_from_db()
    assert (action.owner, action.owner_name) == (place.facilitator, "")


def test_what_the_story_does_not_tell_is_a_conflict(place):  # C5
    action = place.add(title="Ring them")
    Action.objects.filter(pk=action.pk).update(title="Write to them", version=1)

    with pytest.raises(EditConflict) as conflict:
        change_action(action, by=place.facilitator, version=0, title="Visit them")

    assert conflict.value.fields == {"title"}


def test_an_owner_who_leaves_while_somebody_edits_is_a_conflict_and_no_fault(place):  # C5 E5
    action = place.add(owner=place.member)
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/edit/"
    opened = form_at(browser, address)
    erase(place.member)

    page = send(browser, address, opened, title="Write to them", who="me")

    assert page.status_code == 200
    assert "There it says: Nobody yet" in words_on(page)
    send(browser, address, fields_of(page))
    action.refresh_from_db()
    assert (action.title, action.owner) == ("Write to them", place.facilitator)


def test_a_conflict_says_nothing_of_fields_that_nobody_uses(place):
    action = place.add(title="Ring them", owner=place.member)
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/edit/"
    opened = form_at(browser, address) | {"owner_name": "left over"}
    change_action(action, by=place.administrator, version=0, owner=place.administrator)

    page = send(browser, address, opened, who="me")

    assert words_on(page).count("There it says") == 4  # at the top, and at two fields


def test_whom_one_did_not_choose_is_not_checked(place):
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=team"

    send(browser, address, **promise(place, who="me", owner="gone", owner_name="x" * 151))

    assert Action.objects.get().owner == place.facilitator


def test_two_owners_devices_conflict_too(place):  # C5
    action = place.add(owner=place.member, measure="They answer")
    browser, address = browser_of(place.member), f"/actions/{action.pk}/edit/"
    opened = form_at(browser, address)
    send(browser, address, measure="They come")

    page = send(browser, address, opened, measure="They ring")

    assert "There it says: They come" in words_on(page)
    assert Action.objects.get().measure == "They come"


# --- Proposals ----------------------------------------------------------------------------------


def test_a_proposal_carries_its_name_and_needs_nobody_and_no_date(place):
    browser, address = browser_of(place.member), f"{place.address}add/?level=team"
    page = browser.get(address)

    send(browser, address, title="A bench outside", detail="In the sun")

    action = Action.objects.get()
    assert "Your proposal carries your name" in page.text
    assert (action.status, action.proposed_by, action.owner, action.due_on) == (
        "proposed",
        place.member,
        None,
        None,
    )
    assert "Proposed by Mel Member" in words_on(
        browser_of(place.facilitator).get(action.get_absolute_url())
    )
    assert not Letter.objects.filter(kind="action_assigned").exists()


def test_a_proposal_needs_nobody_yet_wherever_it_is_shown(place):  # E2
    action = place.propose()
    browser = browser_of(place.facilitator)

    for address in (place.address, action.get_absolute_url(), f"{place.address}actions.csv"):
        page = browser.get(address)
        assert "Nobody yet" in page.text
        assert "Needs an owner" not in page.text


def test_accepting_asks_who_and_by_when_and_takes_other_words(place):
    action = place.propose(title="A bench")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/accept/"

    page = send(browser, address)
    assert "Choose who will do this" in page.text
    assert "Enter the date by when" in page.text

    other = make_member(place.organisation, make_user("Otto Other"), team=place.team).user
    send(browser, address, **promise(place, title="Two benches", who="member", owner=other.pk))

    action.refresh_from_db()
    assert (action.status, action.title, action.owner) == ("planned", "Two benches", other)
    [letter] = Letter.objects.filter(kind="action_assigned")
    assert letter.recipient == other
    [letter] = Letter.objects.filter(kind="proposal_answered")
    assert letter.recipient == place.member


def test_whoever_proposes_and_accepts_it_gets_no_letter(place):
    action = place.propose(proposed_by=place.facilitator)

    send(browser_of(place.facilitator), f"/actions/{action.pk}/accept/", **promise(place))

    action.refresh_from_db()
    assert action.status == "planned"
    assert not Letter.objects.exclude(kind="welcome").filter(about_id=str(action.pk)).exists()


def test_declining_wants_a_word_and_the_letter_leads_to_it(place):
    action = place.propose(title="A bench")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/decline/"

    assert "Say why, so that whoever proposed it can understand" in send(browser, address).text
    send(browser, address, reason="The pavement is too narrow")
    mail.outbox.clear()
    deliver_due_letters()

    action.refresh_from_db()
    assert action.status == "dropped"
    assert (
        "The pavement is too narrow" in browser_of(place.member).get(action.get_absolute_url()).text
    )
    [letter] = [each for each in mail.outbox if each.to == [place.member.email]]
    assert "will not take up what you proposed" in letter.subject
    assert f"/actions/{action.pk}/" in letter.body


@pytest.mark.parametrize("second", ["accept", "decline"])
def test_a_proposal_is_answered_once(place, second):
    action = place.propose()
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    address = f"/actions/{action.pk}/{second}/"
    opened = form_at(two, address)
    send(one, f"/actions/{action.pk}/decline/", reason="No")

    late = two.post(address, opened | promise(place, reason="Never"), follow=True)

    # It is no proposal any more: the page that they had is not there, or tells them.
    assert late.status_code == 404 or "answered this proposal already" in late.text
    assert action.updates.count() == 2
    assert Letter.objects.filter(kind="proposal_answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_a_proposal_at_once_give_one_answer(place):  # D3
    action = place.propose()
    due = place.plan.today

    def accept():
        accept_proposal(
            action, by=place.facilitator, version=0, owner=place.facilitator, due_on=due
        )

    def decline():
        decline_proposal(action, by=place.administrator, version=0, reason="No")

    at_once(accept, decline)

    action.refresh_from_db()
    assert action.updates.count() == 2
    assert Letter.objects.filter(kind="proposal_answered").count() == 1
    assert action.updates.first().changes["status"] == ["proposed", action.status]


@pytest.mark.parametrize("how", ["accept", "decline"])
def test_a_proposal_that_changed_meanwhile_is_read_again_first(place, how):  # C5
    action = place.propose(owner=place.member, title="A bench")
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/{how}/"
    opened = form_at(browser, address)
    change_action(action, by=place.member, version=0, title="Three benches")

    page = send(browser, address, opened, **promise(place, title="A bench", reason="No room"))

    action.refresh_from_db()
    assert action.status == "proposed"
    assert "Three benches" in words_on(page)
    assert "<title>Error: " in page.text
    send(browser, address, fields_of(page))
    action.refresh_from_db()
    assert action.status == {"accept": "planned", "decline": "dropped"}[how]


def test_who_answers_a_proposal_reads_whose_it_is_and_what_it_answers(place):  # E2
    action = place.propose(owner=None, title="A bench", detail="In the sun")
    action.action_barriers.create(text="Nowhere to sit")
    browser = browser_of(place.facilitator)

    for how in ("accept", "decline"):
        said = words_on(browser.get(f"/actions/{action.pk}/{how}/"))
        for words in ("A bench", "In the sun", "It answers: Nowhere to sit", "by Mel Member on"):
            assert words in said


def test_a_proposal_is_not_accepted_with_a_date_that_has_passed(place):
    yesterday = place.plan.today - timedelta(days=1)
    action = place.propose(title="A bench", due_on=yesterday)
    browser, address = browser_of(place.facilitator), f"/actions/{action.pk}/accept/"

    page = send(browser, address, who="me")

    assert "Due date must be today or later" in page.text
    assert Action.objects.get().status == "proposed"


# --- Where the group wants to be ----------------------------------------------------------------


def test_two_who_say_where_the_team_wants_to_be_read_both(place):  # C5 J1
    one, two = browser_of(place.facilitator), browser_of(place.administrator)
    address = f"{place.address}team/"
    opened = form_at(two, address)
    send(one, address, words="We decide\ntogether “now”")

    page = send(two, address, opened, words="Everybody is asked")

    assert "There it says: We decide together “now”" in words_on(page)
    assert fields_of(page)["words"] == "Everybody is asked"
    plan = ActionPlan.objects.get(pk=place.plan.pk)
    assert plan.visions == {"team": "We decide\ntogether “now”"}
    send(two, address, fields_of(page), words="We decide together. Everybody is asked")
    plan.refresh_from_db()
    assert plan.visions == {"team": "We decide together. Everybody is asked"}
    assert AuditEvent.objects.filter(kind="vision_changed", team=place.team).count() == 2
    assert "Everybody is asked" in browser_of(place.member).get(place.address).text


def test_what_is_said_of_two_levels_from_two_pages_both_stays(place):  # C6
    stale = ActionPlan.objects.get(pk=place.plan.pk)
    set_vision(place.plan, "team", "Together", by=place.facilitator, before="")
    set_vision(stale, "system", "Everywhere", by=place.administrator, before="")

    place.plan.refresh_from_db()
    assert place.plan.visions == {"team": "Together", "system": "Everywhere"}


def test_saving_the_same_words_again_is_no_conflict_and_no_event(place):  # D1
    for _time in range(2):
        set_vision(place.plan, "team", "Together", by=place.facilitator, before="")

    assert AuditEvent.objects.filter(kind="vision_changed").count() == 1
    with pytest.raises(VisionConflict):
        set_vision(place.plan, "team", "Apart", by=place.facilitator, before="")


# --- Its story, and the next round --------------------------------------------------------------


def test_whoever_reads_the_plan_reads_the_story_with_names(place):  # J4 E4
    action = place.add(owner=place.member)
    moved = record_update(action, by=place.member, version=0, status="stuck", note="No bus")
    change_action(moved, by=place.facilitator, version=1, title="Ask for a taxi")
    reader = browser_of(make_member(place.organisation, make_user("Rita"), team=place.team).user)

    said = words_on(reader.get(action.get_absolute_url()))
    assert "Mel Member, " in said
    assert "Status: from “Planned” to “Stuck” No bus" in said
    assert re.search(r"Flo Facilitator, [^,]*, [^ ]* Changed: what", said)

    erase(place.member)

    story = story_of(Action.objects.get())
    assert {entry.author for entry in story if entry.note == "No bus"} == {"Somebody who has left"}
    said = words_on(reader.get(action.get_absolute_url()))
    assert "Somebody who has left, " in said
    assert "Mel" not in said
    assert "Who Needs an owner" in said


def test_done_says_when_and_by_whom_until_it_is_taken_up_again(place):  # E4
    action = place.add(owner=place.member)
    browser, address = browser_of(place.member), f"/actions/{action.pk}/update/"

    send(browser, address, status="done", note="We rang them")
    action.refresh_from_db()
    assert action.completed_by == place.member
    assert "Done" in words_on(browser.get(action.get_absolute_url()))

    send(browser, address, status="under_way", note="They rang back")
    action.refresh_from_db()
    assert (action.completed_at, action.completed_by) == (None, None)


def test_a_round_begins_with_what_is_still_to_do_and_leaves_it_in_the_plan(place):  # E7
    titles = {
        status: place.add(title=f"It is {status}", status=status).title
        for status in ("planned", "under_way", "stuck", "proposed", "dropped")
    }
    browser, address = browser_of(place.facilitator), f"/teams/{place.team.pk}/rounds/plan/"

    review = browser.get(address)
    form = browser.get(f"{address}?reviewed=yes")

    listed = {status for status, title in titles.items() if title in review.text}
    assert listed == {"planned", "under_way", "stuck", "proposed"}
    assert 'name="opens_on_0"' not in review.text
    assert 'name="opens_on_0"' in form.text
    send(browser, f"{address}?reviewed=yes", title="Next", levels="team")
    assert place.team.rounds.count() == 1
    assert place.plan.actions.open().count() == 3


def test_many_actions_to_go_through_have_pages(place):  # K3
    for number in range(26):
        place.add(title=f"Number {number:02}")
    browser, address = browser_of(place.facilitator), f"/teams/{place.team.pk}/rounds/plan/"

    first, second = browser.get(address), browser.get(f"{address}?page=2")

    assert "Number 24" in first.text
    assert "Number 25" not in first.text
    assert "Number 25" in second.text
    assert "Go on to the round" in second.text


def test_with_nothing_to_do_a_round_is_planned_at_once(place):  # E7
    page = browser_of(place.facilitator).get(f"/teams/{place.team.pk}/rounds/plan/")

    assert 'name="opens_on_0"' in page.text


def test_whoever_reflects_again_sees_what_was_done_since(place, time_machine):  # E7
    time_machine.move_to("2026-11-02T12:00:00Z", tick=False)
    old = place.add(title="Before that")
    record_update(old, by=place.facilitator, version=0, status="done")
    time_machine.move_to("2026-11-03T12:00:00Z", tick=False)
    close_round(make_round(place.team, by=place.administrator))
    time_machine.move_to("2026-11-24T12:00:00Z", tick=False)
    record_update(place.add(title="Just now"), by=place.facilitator, version=0, status="done")
    place.add(title="Still open")
    round_ = make_round(place.team, by=place.administrator)
    browser = browser_of(place.member)

    for address in (f"/rounds/{round_.pk}/", f"/rounds/{round_.pk}/take-part/"):
        page = browser.get(address)
        assert "Just now" in page.text
        assert "Before that" not in page.text
        assert "1 action is under way" in words_on(page)


def test_an_organisation_has_its_one_plan_which_all_its_people_read(place):
    make_shared_action(place.administrator, organisation=place.organisation, title="Of all")
    browser = browser_of(place.member)

    page = browser.get(f"/organisations/{place.organisation.slug}/plan/", follow=True)

    assert "Of all" in page.text
    assert ActionPlan.objects.filter(organisation=place.organisation).count() == 1
    assert browser.get(f"/teams/{place.team.pk}/plan/")["Location"] == place.address
