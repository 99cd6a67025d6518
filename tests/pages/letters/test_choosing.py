"""People choose on a page which letters they get, or stop them by a link in each."""

from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from actionplans.letters import GIVEN
from onestepback.pages.account.personal_data import everything_of
from organisations.letters import CHOICES_BY_KIND, WRITERS, letter
from organisations.models import Letter
from organisations.outbox import UnknownLetter, deliver_due_letters, write_letter
from organisations.preferences import (
    LETTER_CHOICES,
    STOPS,
    choose_letter,
    letter_choice,
    letter_choices,
    link_to_stop,
)
from organisations.services import change_role
from tests.factories import (
    administrator_of,
    make_member,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def tom():
    return make_user("Tom Bright", "tom@example.org")


@pytest.fixture
def link(tom):
    return link_to_stop(tom, GIVEN).removeprefix(SITE)


def unwanted(user):
    user.refresh_from_db()
    return user.unwanted_letters


def give_an_action(tom):
    organisation = make_organisation()
    make_member(organisation, tom)
    ada = administrator_of(organisation)
    make_shared_action(tom, by=ada, team=make_team(organisation))


def test_a_letter_that_can_be_done_without_says_how(tom, link):  # F7
    give_an_action(tom)
    deliver_due_letters()

    [message] = mail.outbox
    [html] = message.alternatives
    headers = message.message()
    assert headers["List-Unsubscribe"].replace("\n", "") == f"<{SITE}{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for text in (message.body, html.content):
        assert f"{SITE}/account/letters/" in text
        assert f"{SITE}{link}" in text


def test_a_letter_about_an_account_or_a_place_is_no_choice(tom):  # F7
    write_letter("password_changed", to=tom.email, recipient=tom)
    membership = make_member(make_organisation(), tom)
    change_role(membership, by=administrator_of(membership.organisation), role="administrator")
    tom.unwanted_letters = list(LETTER_CHOICES)
    tom.save()

    deliver_due_letters()

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "List-Unsubscribe" not in message.message()
        assert "letters/" not in message.body


def test_every_kind_of_letter_is_a_choice_or_tells_of_a_change():
    always = {"invitation", "team_joined", "role_changed", "membership_ended"}
    always |= {"account_already_exists", "email_changed", "email_confirm", "email_deleted"}
    always |= {"password_changed", "password_reset", "password_set"}

    assert set(WRITERS) - set(CHOICES_BY_KIND) == always


def test_every_kind_of_letter_has_its_words_and_no_words_are_left_over():
    folder = Path("templates/letters/emails")

    for ending in ("txt", "html"):
        words = {path.stem for path in folder.glob(f"*.{ending}")}
        assert words == {*WRITERS, "letter"}  # and what all of them extend


def test_the_choices_stand_in_one_order_and_keep_what_people_chose():
    values = [value for value, _label in letter_choices()]

    assert values == ["given", "dates", "overdue", "rounds", "answers", "plans"]


def test_a_letter_that_has_no_words_is_not_written(tom):
    with pytest.raises(UnknownLetter):
        write_letter("tea_is_ready", to=tom.email, recipient=tom)

    assert not Letter.objects.exists()


def test_a_choice_and_a_kind_of_letter_are_registered_once():
    with pytest.raises(ValueError, match="already"):
        letter_choice("given", label="Once more", place=999)
    with pytest.raises(ValueError, match="already"):
        letter_choice("tea", label="In the place of another", place=10)
    with pytest.raises(ValueError, match="two letters"):
        letter("password_changed")(lambda _letter: None)


def test_a_letter_that_is_not_wanted_is_not_sent(tom):
    choose_letter(tom, GIVEN, wanted=False)
    give_an_action(tom)

    deliver_due_letters()

    assert mail.outbox == []
    assert Letter.objects.get().dropped_at


# --- The link in a letter -----------------------------------------------------------------------


def test_reading_the_link_changes_nothing_and_sending_it_stops_the_letters(tom, link):  # F7 I4
    browser = Client(enforce_csrf_checks=True)  # signed out, with no page of ours before
    for _time in range(2):
        shown = browser.get(link)
        assert "Stop these letters" in shown.text
        assert "An action is given to you" in shown.text
        assert "tom" not in shown.text
    assert unwanted(tom) == []

    for _time in range(2):
        done = browser.post(link, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "You get no letters of this kind" in done.text
        assert unwanted(tom) == ["given"]


def test_whoever_stopped_letters_by_mistake_gets_them_again(tom, link):
    browser = Client(enforce_csrf_checks=True)
    tom.unwanted_letters = ["given", "rounds"]
    tom.save()
    assert "Get these letters again" in browser.get(link).text

    done = browser.post(link, {"go": "again"})

    assert "You get letters of this kind again" in done.text
    assert unwanted(tom) == ["rounds"]


def test_a_link_that_somebody_changed_is_not_there(tom, person, link):  # F7
    forged = link_to_stop(person, GIVEN).removeprefix(SITE).split(".")[0]
    addresses = [link[:-2] + "/", "/letters/stop/x/", f"{forged}.{link.split('.')[1]}"]
    addresses += [
        f"/letters/stop/{STOPS.sign_object(value)}/"
        for value in ([tom.pk, "account"], [tom.pk], [0, "given"], "given", [None, "given"])
    ]

    for address in addresses:
        assert Client().get(address).status_code == 404, address
        assert Client().post(address).status_code == 404, address
    assert unwanted(tom) == unwanted(person) == []


def test_the_link_of_somebody_who_may_not_sign_in_is_not_there(tom, link):
    tom.is_active = False
    tom.save()

    assert Client().get(link).status_code == 404


def test_a_link_stops_letters_years_later(tom, link, time_machine):
    time_machine.move_to("2036-01-01")

    Client().post(link)

    assert unwanted(tom) == ["given"]


# --- The page in the account --------------------------------------------------------------------


def test_somebody_chooses_their_letters(client, tom):
    client.force_login(tom)
    assert client.get("/account/letters/").text.count(" checked") == len(LETTER_CHOICES)

    response = client.post("/account/letters/", {"wanted": ["given", "dates"]}, follow=True)

    assert "Your choice is saved" in response.text
    assert response.text.count(" checked") == 2
    assert unwanted(tom) == ["overdue", "rounds", "answers", "plans"]
    assert everything_of(tom)["account"]["letters_not_wanted"] == unwanted(tom)


def test_somebody_wants_no_letters_at_all(client, tom):
    client.force_login(tom)

    client.post("/account/letters/", {})

    assert unwanted(tom) == [value for value, _label in letter_choices()]


def test_a_choice_that_there_is_not_is_refused(client, tom):
    client.force_login(tom)

    response = client.post("/account/letters/", {"wanted": ["given", "account"]})

    assert "<title>Error: Letters you get" in response.text
    assert unwanted(tom) == []
