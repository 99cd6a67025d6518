"""People answer on plain pages, as a browser without JavaScript sends them."""  # C9

import uuid
from datetime import UTC, datetime

import pytest
from django.test import Client

from reflections.models import Answer, Barrier, Participation
from reflections.services import (
    choose_reading,
    finish_participation,
    reading_preference_of,
    start_participation,
)
from tests.factories import make_barrier, make_finished, save
from tests.markup import fields_of

RATING = "rating-individual-mutual"
COMMENT = "comment-individual-mutual"


def now_page(participation, level="individual"):
    return f"/reflections/{participation.pk}/{level}/now/"


def answer(participation, key="individual-mutual"):
    return Answer.objects.get(reflection__participation=participation, question__key=key)


def test_a_reflection_starts_with_which_questions_fit(signed_in, person):
    response = signed_in.post("/reflections/start/", {"perspective": "partner"})

    participation = Participation.objects.get(user=person)
    assert response.url == f"/reflections/{participation.pk}/"
    assert participation.perspective == "partner"


def test_the_questions_that_fitted_last_time_are_chosen_already(signed_in, person):
    make_finished(person, perspective="partner")

    response = signed_in.get("/reflections/start/")

    assert fields_of(response)["perspective"] == "partner"


def test_starting_without_choosing_says_what_to_do(signed_in):
    response = signed_in.post("/reflections/start/", {"save": "Save and continue"})

    assert "Choose which questions fit you" in response.text
    assert "<title>Error: " in response.text
    assert not Participation.objects.exists()


def test_the_questions_can_be_changed_until_finishing_and_answers_stay(signed_in, participation):
    save(participation, **{RATING: "3"})

    signed_in.post(f"/reflections/{participation.pk}/questions/", {"perspective": "partner"})

    page = signed_in.get(now_page(participation))
    assert "with other Patient and Public partners mutual?" in page.text
    assert fields_of(page)[RATING] == "3"


def test_pressing_save_keeps_every_answer_of_the_level(signed_in, participation):
    fields = fields_of(signed_in.get(now_page(participation)))
    barrier = next(name for name in fields if name.startswith("barrier-"))
    fields |= {
        "rating-individual-equal-partners": "1",
        "rating-individual-empowering": "0",
        RATING: "5",
        COMMENT: "Both sides give",
        "has_barrier-individual-barriers": "yes",
        barrier: "Not enough time",
        "go": "on",
    }

    response = signed_in.post(now_page(participation), fields)

    assert response.url == now_page(participation, "team")
    ratings = Answer.objects.filter(question__level="individual").order_by("question__position")
    assert [row.rating for row in ratings] == [1, 0, 5, None]
    assert Barrier.objects.get().text == "Not enough time"
    assert answer(participation).comment == "Both sides give"


def test_the_time_of_saving_is_told_where_the_person_is(  # C4
    signed_in, person, participation, time_machine
):
    person.time_zone = "America/New_York"
    person.save()
    time_machine.move_to(datetime(2026, 7, 1, 18, 5, tzinfo=UTC), tick=False)

    response = signed_in.post(now_page(participation), {"go": "later"}, follow=True)

    assert "Saved at 2:05pm" in response.text


def test_somebody_goes_on_where_they_left_off_on_another_device(  # C4
    signed_in, person, participation
):
    fields = fields_of(signed_in.get(now_page(participation)))
    signed_in.post(now_page(participation), {**fields, RATING: "4", COMMENT: "Half", "go": "later"})

    phone = Client()
    phone.force_login(person)
    page = phone.get(now_page(participation))

    assert fields_of(page)[RATING] == "4"
    assert fields_of(page)[COMMENT] == "Half"
    assert "In progress" in phone.get(f"/reflections/{participation.pk}/").text


def test_unanswered_questions_are_asked_about_once(signed_in, participation):
    fields = fields_of(signed_in.get(now_page(participation)))

    asked = signed_in.post(now_page(participation), {**fields, RATING: "4", "go": "on"})
    gone_on = signed_in.post(now_page(participation), {**fields_of(asked), "go": "on"})

    assert "You have not answered 3 questions" in asked.text
    assert f'href="#{RATING}"' not in asked.text
    assert 'href="#rating-individual-empowering"' in asked.text
    assert gone_on.url == now_page(participation, "team")
    assert participation.reflections.get(level="individual").submitted_at


def test_yes_without_a_barrier_is_asked_about_once(signed_in, participation):
    for key in ("individual-equal-partners", "individual-empowering", "individual-mutual"):
        save(participation, **{f"rating-{key}": "3"})
    fields = fields_of(signed_in.get(now_page(participation)))
    fields["has_barrier-individual-barriers"] = "yes"

    asked = signed_in.post(now_page(participation), {**fields, "go": "on"})

    assert "You have not answered 1 question" in asked.text
    assert "write what gets in the way, or choose No" in asked.text


def test_one_thing_wrong_keeps_everything_typed_and_saves_the_rest(signed_in, participation):  # C1
    fields = fields_of(signed_in.get(now_page(participation)))
    barrier = next(name for name in fields if name.startswith("barrier-"))
    too_long = "y" * 10_001
    fields |= {RATING: "4", COMMENT: too_long, barrier: "Tea & <biscuits>", "go": "on"}

    response = signed_in.post(now_page(participation), fields)

    page = fields_of(response)
    assert "<title>Error: " in response.text
    assert f'<a href="#{COMMENT}">Shorten this to 10,000 characters' in response.text
    assert (page[RATING], page[COMMENT], page[barrier]) == ("4", too_long, "Tea & <biscuits>")
    assert answer(participation).rating == 4
    assert Barrier.objects.get().text == "Tea & <biscuits>"


def test_a_hidden_character_is_refused_with_a_sentence(signed_in, participation):  # C8
    response = signed_in.post(
        now_page(participation), {COMMENT: "a\x00b", f"was-{COMMENT}": "", "go": "on"}
    )

    assert response.status_code == 200
    assert "Take out the hidden character" in response.text


def test_a_second_tab_sees_both_versions_and_can_keep_its_own(signed_in, participation):  # C5
    stale = fields_of(signed_in.get(now_page(participation)))
    save(participation, **{COMMENT: "From the first tab", RATING: "5"})

    response = signed_in.post(
        now_page(participation), {**stale, COMMENT: "From the second tab", RATING: "1", "go": "on"}
    )

    assert "You changed this somewhere else" in response.text
    assert "From the first tab" in response.text
    assert fields_of(response)[COMMENT] == "From the second tab"
    assert answer(participation).comment == "From the first tab"

    signed_in.post(now_page(participation), {**fields_of(response), "go": "later"})

    assert (answer(participation).comment, answer(participation).rating) == (
        "From the second tab",
        1,
    )


def test_going_back_to_an_old_page_does_not_undo_a_newer_answer(signed_in, participation):  # C5
    old = fields_of(signed_in.get(now_page(participation)))
    signed_in.post(now_page(participation), {**old, RATING: "4", "go": "later"})

    signed_in.post(now_page(participation), {**old, COMMENT: "Only this", "go": "later"})

    assert (answer(participation).rating, answer(participation).comment) == (4, "Only this")


def test_another_barrier_adds_a_box_and_loses_nothing(signed_in, participation):
    fields = fields_of(signed_in.get(now_page(participation)))
    barrier = next(name for name in fields if name.startswith("barrier-"))

    response = signed_in.post(
        now_page(participation), {**fields, barrier: "First", "go": "another"}
    )

    boxes = [value for name, value in fields_of(response).items() if name.startswith("barrier-")]
    assert boxes == ["First", ""]


def test_where_somebody_wants_to_be_is_saved_beside_where_they_are(signed_in, participation):
    save(participation, **{RATING: "2"})
    wanted = f"/reflections/{participation.pk}/individual/wanted/"
    page = signed_in.get(wanted)

    response = signed_in.post(
        wanted,
        {
            **fields_of(page),
            "target-individual-mutual": "4",
            "vision": "We decide together",
            "go": "on",
        },
    )

    assert "Your answer now: A little" in page.text
    assert response.url == f"/reflections/{participation.pk}/individual/how/"
    assert (answer(participation).rating, answer(participation).target) == (2, 4)
    assert participation.reflections.get(level="individual").vision == "We decide together"


class TestOneFieldAtATime:
    """The page's script sends one field at a time, and reads JSON."""

    def send(self, client, participation, name, value, was):
        return client.post(
            now_page(participation),
            {name: value, f"was-{name}": was},
            headers={"Accept": "application/json"},
        )

    def test_a_saved_field_is_told_with_the_time(self, signed_in, participation, time_machine):
        time_machine.move_to(datetime(2026, 1, 5, 14, 5, tzinfo=UTC), tick=False)

        response = self.send(signed_in, participation, COMMENT, " Words ", "")

        assert response.json() == {
            "message": "Saved at 2:05pm",
            "saved": {COMMENT: "Words"},
            "problems": {},
        }
        assert answer(participation).comment == "Words"

    def test_a_conflict_is_told_with_the_other_version(self, signed_in, participation):  # C5
        save(participation, **{RATING: "5"})

        response = self.send(signed_in, participation, RATING, "2", "")

        assert response.status_code == 409
        problem = response.json()["problems"][RATING]
        assert (problem["stored"], problem["other"]) == ("5", "Fully")

    def test_a_refused_field_is_told_why(self, signed_in, participation):
        response = self.send(signed_in, participation, COMMENT, "x" * 10_001, "")

        assert response.status_code == 409
        assert response.json()["problems"][COMMENT]["error"].startswith("Shorten this to 10,000")

    def test_a_finished_reflection_says_so(self, signed_in, participation):  # A14
        save(participation, **{RATING: "5"})
        finish_participation(participation)

        response = self.send(signed_in, participation, RATING, "2", "5")

        assert (response.status_code, response.json()) == (409, {"finished": True})

    def test_somebody_signed_out_is_told_so(self, client, participation):  # C2
        response = self.send(client, participation, RATING, "2", "")

        assert (response.status_code, response.json()) == (401, {"signed_out": True})

    def test_saving_a_field_takes_eight_queries_at_most(  # Q1
        self, signed_in, participation, django_assert_max_num_queries
    ):
        self.send(signed_in, participation, RATING, "1", "")  # reads the questions once

        with django_assert_max_num_queries(8):
            self.send(signed_in, participation, RATING, "2", "1")


def test_words_sent_after_signing_out_are_handed_back_to_send_again(client, participation):  # C2
    words = 'Said <b>"freely"</b> & kept'
    response = client.post(
        now_page(participation),
        {COMMENT: words, f"was-{COMMENT}": "", "go": "on"},
        headers={"Origin": "http://testserver"},
    )

    assert response.status_code == 401
    held = fields_of(response)
    assert (held[COMMENT], held[f"was-{COMMENT}"], held["go"]) == (words, "", "on")
    assert "<b>" not in response.text

    client.force_login(participation.user)
    client.post(now_page(participation), held)

    assert answer(participation).comment == words


def test_words_are_never_shown_to_a_page_of_another_site(client, participation):
    response = client.post(
        now_page(participation), {COMMENT: "Secret"}, headers={"Origin": "https://evil.example"}
    )

    assert response.status_code == 302
    assert "Secret" not in response.text


def test_a_stale_form_is_handed_back_too(person, participation):  # C3
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    response = browser.post(
        now_page(participation),
        {COMMENT: "Kept", f"was-{COMMENT}": "", "go": "on", "csrfmiddlewaretoken": "stale"},
        headers={"Origin": "http://testserver"},
    )

    assert response.status_code == 403
    held = fields_of(response)
    assert held[COMMENT] == "Kept"

    browser.post(now_page(participation), held, headers={"Origin": "http://testserver"})

    assert answer(participation).comment == "Kept"


def test_words_sent_to_a_finished_reflection_are_handed_back(signed_in, participation):  # A14
    save(participation, **{RATING: "5"})
    finish_participation(participation)

    response = signed_in.post(
        now_page(participation), {COMMENT: "Too late", f"was-{COMMENT}": "", "go": "on"}
    )

    assert response.status_code == 409
    assert "Too late" in response.text
    assert answer(participation).comment == ""


@pytest.mark.parametrize("step", ["now", "wanted"])
def test_a_finished_reflection_is_read_not_written(signed_in, person, step):  # A14
    finished = make_finished(person)

    response = signed_in.get(f"/reflections/{finished.pk}/team/{step}/")

    assert response.url == f"/reflections/{finished.pk}/"


def test_discarding_asks_first(signed_in, participation):
    signed_in.get(f"/reflections/{participation.pk}/discard/")
    assert Participation.objects.exists()

    signed_in.post(f"/reflections/{participation.pk}/discard/")
    assert not Participation.objects.exists()


def test_an_unknown_level_is_not_there(signed_in, participation):
    assert signed_in.get(f"/reflections/{participation.pk}/planet/now/").status_code == 404
    assert signed_in.get(f"/reflections/{uuid.uuid4()}/team/now/").status_code == 404


def test_a_level_page_takes_seven_queries_whatever_is_in_it(  # Q1 K1
    signed_in, participation, django_assert_max_num_queries
):
    signed_in.get(now_page(participation))  # the questions are read once and kept
    for number in range(30):
        make_barrier(participation, f"Barrier {number}")

    with django_assert_max_num_queries(7):
        signed_in.get(now_page(participation))


class TestOneQuestionAtATime:
    """A person can choose to see one question at a time, for a calmer page."""

    @pytest.fixture(autouse=True)
    def calmer(self, person):
        choose_reading(person, one_question_a_page=True)

    def test_a_page_asks_one_question_and_leads_to_the_next(self, signed_in, participation):
        address, seen = now_page(participation), []
        for _page in range(4):
            page = signed_in.get(address)
            fields = fields_of(page)
            seen += [name for name in fields if name.startswith(("was-rating", "was-has_barrier"))]
            posted = {**fields, "go": "on"}
            if "was-has_barrier-individual-barriers" in fields:
                posted["has_barrier-individual-barriers"] = "no"
            else:
                posted[seen[-1].removeprefix("was-")] = "3"
            address = signed_in.post(address, posted).url

        assert seen == [
            "was-rating-individual-equal-partners",
            "was-rating-individual-empowering",
            "was-rating-individual-mutual",
            "was-has_barrier-individual-barriers",
        ]
        assert address == now_page(participation, "team")
        assert participation.reflections.get(level="individual").submitted_at

    def test_a_question_left_out_is_asked_about_once(self, signed_in, participation):
        asked = signed_in.post(now_page(participation), {"go": "on"})
        gone_on = signed_in.post(now_page(participation), {"go": "on", "asked": "yes"})

        assert "You have not answered 1 question" in asked.text
        assert gone_on.url == now_page(participation) + "?question=individual-empowering"
        assert not participation.reflections.get(level="individual").submitted_at

    def test_ones_own_words_come_with_the_last_question(self, signed_in, participation):
        wanted = f"/reflections/{participation.pk}/team/wanted/"
        first, last = signed_in.get(wanted), signed_in.get(f"{wanted}?question=team-equal-weight")

        assert "was-vision" not in fields_of(first)
        assert "was-vision" in fields_of(last)
        assert signed_in.post(wanted, {"go": "on"}).url == f"{wanted}?question=team-equal-weight"

    @pytest.mark.parametrize("key", ["", "none", "individual-mutual", "team-barriers"])
    def test_a_question_that_is_not_on_the_page_gives_the_first(
        self, signed_in, participation, key
    ):
        page = signed_in.get(f"/reflections/{participation.pk}/team/wanted/?question={key}")

        assert "was-target-team-involve" in fields_of(page)

    def test_it_is_turned_off_again_in_ones_account(self, signed_in, person):
        signed_in.post("/account/", {"name": "Maya", "time_zone": "Europe/London"})

        assert not reading_preference_of(person).one_question_a_page

    def test_it_is_turned_on_in_ones_account_for_oneself_alone(
        self, client, stranger, participation
    ):
        client.force_login(stranger)
        details = {"name": "Noor", "time_zone": "Europe/London"}

        assert " checked" not in client.get("/account/").text
        client.post("/account/", {**details, "one_question_a_page": "on"})
        own = start_participation(by=stranger, perspective="partner")

        assert " checked" in client.get("/account/").text
        assert "Question 1 of 4" in client.get(now_page(own)).text

    def test_a_page_takes_no_query_more(
        self, signed_in, participation, django_assert_max_num_queries
    ):
        signed_in.get(now_page(participation))

        with django_assert_max_num_queries(7):
            signed_in.get(now_page(participation))


@pytest.mark.parametrize(
    "origin",
    [
        "http://testserver.evil.example",
        "http://testserver:81",
        "null",
        "http://[",
        "https://testserver",
    ],
)
def test_only_this_very_site_gets_words_shown_again(client, participation, origin):
    response = client.post(
        now_page(participation),
        {COMMENT: "Secret"},
        headers={"Origin": origin, "Referer": "http://testserver/"},
    )

    assert response.status_code == 302
    assert "Secret" not in response.text


def test_words_that_are_handed_back_are_kept_by_no_computer(client, participation):
    response = client.post(
        now_page(participation), {COMMENT: "Mine"}, headers={"Origin": "http://testserver"}
    )

    assert "no-store" in response["Cache-Control"]


def test_saving_what_was_deleted_meanwhile_is_not_there(signed_in, participation):
    fields = fields_of(signed_in.get(now_page(participation)))
    participation.delete()

    assert signed_in.post(now_page(participation), fields).status_code == 404
