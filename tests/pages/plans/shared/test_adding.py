"""Adding an action to the plan of a team, and choosing who does it."""

import pytest

from actionplans.models import Action
from organisations.models import Letter, Membership, System, User
from organisations.services import change_system
from tests.factories import browser_of, make_shared_action, make_user
from tests.markup import fields_of
from tests.pages.plans.shared.helpers import form_at, promise, send

pytestmark = pytest.mark.django_db


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


def test_whoever_may_not_sign_in_any_more_is_given_nothing_new(place):  # F4
    User.objects.filter(pk=place.member.pk).update(is_active=False)
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=team"

    offered = browser.get(address).text
    page = send(browser, address, **promise(place, who="member", owner=place.member.pk))

    assert "Flo Facilitator" in offered
    assert "Mel Member" not in offered
    assert "<title>Error: " in page.text
    assert not Action.objects.exists()


@pytest.mark.parametrize("who", ["facilitator", "member"])
def test_the_same_form_sent_twice_is_one_action_and_the_same_answer(place, who):  # D1
    browser, address = browser_of(getattr(place, who)), f"{place.address}add/?level=team"
    fields = form_at(browser, address) | promise(place)

    answers = [browser.post(address, fields) for _time in range(2)]

    assert Action.objects.count() == 1
    assert Action.objects.get().updates.count() == 1
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, f"{place.address}#action-{Action.objects.get().pk}")
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
        (
            {"due_on_0": "", "due_on_1": "", "due_on_2": ""},
            "Enter the date by which it will be done",
        ),
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


def test_after_adding_one_is_at_the_action_in_its_plan_and_its_page_a_link_away(place):
    browser = browser_of(place.facilitator)
    address = f"{place.address}add/?level=organisation"

    after = send(browser, address, **promise(place))
    page = browser.get(after.url)

    action = Action.objects.get()
    assert after.url == f"{place.address}#action-{action.pk}"
    assert f'id="action-{action.pk}"' in page.text
    said = (
        f'The action is in the plan: <a href="{action.get_absolute_url()}">Ask the bus company</a>'
    )
    assert said in page.text


def test_a_convener_reads_names_and_no_addresses(place):  # A6
    cora = make_user("Cora Convener")
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    system.conveners.add(cora)
    change_system(place.organisation, by=place.administrator, system=system)
    action = make_shared_action(place.member, system=system)
    browser, address = browser_of(cora), f"/actions/{action.pk}/edit/"

    page = browser.get(address)
    send(browser, address, title="Other words")

    assert "Mel Member" in page.text
    assert place.member.email not in page.text
    action.refresh_from_db()
    assert (action.title, action.owner) == ("Other words", place.member)


@pytest.mark.parametrize("many", [False, True])
def test_a_form_promises_a_letter_only_where_mail_goes(place, settings, monkeypatch, many):  # F12
    if many:
        monkeypatch.setattr("onestepback.pages.actions.forms.MOST_TO_CHOOSE_FROM", 1)
    browser, address = browser_of(place.facilitator), f"{place.address}add/?level=team"
    letter, tell_them = "They get a letter that says so", "tell them yourself"

    with_mail = browser.get(address).text
    settings.MAIL_IS_SENT = False
    without = browser.get(address).text

    assert (letter in with_mail, tell_them in with_mail) == (True, False)
    assert (letter in without, "no e-mail, so tell them yourself" in without) == (False, True)
