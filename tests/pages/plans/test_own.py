"""A person's own plan: read, added to, taken away."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from actionplans.models import Action
from actionplans.services.plans import plan_of
from reflections.services import start_participation
from tests.factories import (
    make_action,
    make_barrier,
    make_finished,
    make_organisation,
    make_shared_action,
    make_team,
    make_user,
    save,
)
from tests.markup import fields_of


def promise(person, **changed):
    due = person.today + timedelta(days=20)
    return {
        "title": "Ask people how they like to meet",
        "who": "me",
        "due_on_0": str(due.day),
        "due_on_1": str(due.month),
        "due_on_2": str(due.year),
        **changed,
    }


def add(client, person, query="level=team", **changed):
    address = f"/plan/add/?{query}"
    return client.post(address, {**fields_of(client.get(address)), **promise(person, **changed)})


class TestThePlan:
    def test_it_shows_where_one_wants_to_be_what_is_in_the_way_and_what_happens(
        self, signed_in, person
    ):
        finished = make_finished(person)
        finished.reflections.filter(level="team").update(vision="We decide together")
        make_barrier(finished, "No room", level="team")
        make_barrier(finished, "No time", level="team")
        room = finished.reflections.get(level="team").barriers.get(text="No room")
        make_action(person, title="Find a room", barriers=[room])

        page = signed_in.get("/plan/").text

        assert "We decide together" in page
        assert page.count("No action yet") == 1
        assert "Find a room" in page

    def test_it_is_of_the_latest_finished_reflection_not_of_one_under_way(self, signed_in, person):
        make_finished(person, days_ago=5).reflections.update(vision="Old vision")
        participation = start_participation(by=person, perspective="staff")
        participation.reflections.update(vision="Half a thought")

        page = signed_in.get("/plan/").text

        assert "Old vision" in page
        assert "Half a thought" not in page

    @pytest.mark.parametrize("status", Action.Status)
    def test_every_status_has_its_words(self, signed_in, person, status):  # E1
        action = make_action(person)
        done = {"completed_at": "2026-11-01T12:00Z"} if status == "done" else {}
        Action.objects.filter(pk=action.pk).update(status=status, **done)

        assert str(status.label) in signed_in.get("/plan/").text

    def test_late_is_said_in_words(self, signed_in, person):
        make_action(person, due_on=person.today - timedelta(days=1))

        assert "Overdue" in signed_in.get("/plan/").text

    def test_it_takes_the_same_queries_for_one_action_and_for_thirty(  # K1 Q1
        self, signed_in, person, django_assert_max_num_queries
    ):
        finished = make_finished(person)
        make_finished(person)
        for number in range(30):
            barrier = make_barrier(finished, f"Barrier {number}")
            make_action(person, title=f"Action {number}", barriers=[barrier])
        signed_in.get("/plan/")

        with django_assert_max_num_queries(8):
            signed_in.get("/plan/")


class TestAddingAnAction:
    def test_a_barrier_gets_an_action(self, signed_in, person, participation):
        barrier = make_barrier(participation, "No room", level="organisation")

        response = add(signed_in, person, f"barrier={barrier.pk}")

        action = Action.objects.get()
        assert response.url == f"/plan/#action-{action.pk}"
        assert (action.level, action.owner, action.status) == ("organisation", person, "planned")
        assert [link.barrier for link in action.action_barriers.all()] == [barrier]

    def test_a_question_gets_an_action(self, signed_in, person, participation):
        add(signed_in, person, "question=team-involve")

        action = Action.objects.get()
        assert (action.level, action.question.key) == ("team", "team-involve")

    def test_somebody_else_can_do_it(self, signed_in, person):
        add(signed_in, person, who="else", owner_name="The café group")

        action = Action.objects.get()
        assert (action.owner, action.owner_name) == (None, "The café group")

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"title": ""}, "Enter what will happen"),
            ({"who": "else"}, "Enter who will do this"),
            (
                {"due_on_0": "", "due_on_1": "", "due_on_2": ""},
                "Enter the date by which it will be done",
            ),
            ({"due_on_2": "2020"}, "Due date must be today or later"),
            ({"due_on_0": "31", "due_on_1": "2"}, "date does not exist"),
            ({"title": "x" * 201}, "Shorten this to 200 characters or fewer. You have typed 201"),
            ({"measure": "a\x00b"}, "Take out the hidden character"),
        ],
    )
    def test_a_mistake_is_said_and_nothing_typed_is_lost(  # C1
        self, signed_in, person, changed, sentence
    ):
        response = add(signed_in, person, detail="Kept words", **changed)

        assert sentence in response.text
        assert "<title>Error: " in response.text
        fields = fields_of(response)
        assert fields["detail"] == "Kept words"
        assert fields["due_on_1"] == promise(person, **changed)["due_on_1"]
        assert not Action.objects.exists()

    def test_a_double_click_makes_one_action(self, signed_in, person):  # D1
        address = "/plan/add/?level=team"
        form = {**fields_of(signed_in.get(address)), **promise(person)}

        first, second = (signed_in.post(address, form) for _time in range(2))

        assert first.url == second.url == f"/plan/#action-{Action.objects.get().pk}"

    def test_it_leads_back_to_where_one_came_from_and_never_elsewhere(  # I6
        self, signed_in, person
    ):
        assert add(signed_in, person, "level=team&next=/reflections/").url == "/reflections/"
        for elsewhere in ("//evil.example", "https://evil.example", "/%5Cevil.example"):
            went_to = add(signed_in, person, f"level=team&next={elsewhere}").url
            assert went_to.startswith("/plan/#action-")

    @pytest.mark.parametrize("query", ["", "level=planet", "barrier=x", "question=none"])
    def test_an_action_for_nothing_is_not_there(self, signed_in, participation, query):
        assert signed_in.get(f"/plan/add/?{query}").status_code == 404

    def test_another_persons_barrier_is_not_there(self, signed_in, stranger):  # A1 A7
        barrier = make_barrier(start_participation(by=stranger, perspective="staff"), "Secret")

        assert signed_in.get(f"/plan/add/?barrier={barrier.pk}").status_code == 404
        assert signed_in.post(f"/plan/add/?barrier={barrier.pk}", {}).status_code == 404

    def test_other_fields_of_an_action_cannot_be_set(self, signed_in, person):  # A8
        add(signed_in, person, status="done", plan="99", owner="99", completed_at="2020-01-01")

        action = Action.objects.get()
        assert (action.status, action.owner, action.completed_at) == ("planned", person, None)


class TestDownloads:
    def test_everything_that_somebody_wrote_is_in_their_file(self, signed_in, person):  # P14.1
        finished = make_finished(person)
        make_barrier(finished, "No room 🪑")
        finished.reflections.filter(level="team").update(vision="Together")
        make_action(person, title="Find a room", measure="We meet")
        start_participation(by=person, perspective="partner").reflections.update(vision="Draft")

        response = signed_in.get("/account/data/")

        written = json.loads(response.content)
        assert "attachment" in response["Content-Disposition"]
        text = json.dumps(written, ensure_ascii=False)
        for words in ("No room 🪑", "Together", "Find a room", "We meet", "Draft", person.email):
            assert words in text
        assert [r["questions_for"] for r in written["reflections"]] == ["partner", "staff"]

    def test_what_somebody_unsaid_is_still_theirs_to_take(self, signed_in, participation):
        make_barrier(participation, "Said and unsaid")
        save(participation, **{"has_barrier-individual-barriers": "no"})

        assert "Said and unsaid" in signed_in.get("/account/data/").text

    def test_nothing_of_anybody_else_is_in_it(self, signed_in, stranger):  # P14.1
        make_barrier(make_finished(stranger), "SENTINEL barrier")
        make_action(stranger, title="SENTINEL action")

        assert "SENTINEL" not in signed_in.get("/account/data/").text


def test_an_action_is_kept_when_what_it_answers_went_meanwhile(  # C1
    signed_in, person, participation
):
    barrier = make_barrier(participation, "No room", level="organisation")
    address = f"/plan/add/?barrier={barrier.pk}"
    fields = fields_of(signed_in.get(address))
    barrier.delete()

    response = signed_in.post(address, {**fields, **promise(person)})

    assert response.url == f"/plan/#action-{Action.objects.get().pk}"
    assert Action.objects.get().level == "organisation"


def test_a_question_with_a_hidden_character_is_not_there(signed_in, participation):
    assert signed_in.get("/plan/add/?question=%00").status_code == 404


def test_a_barrier_whose_action_is_done_is_not_without_one(signed_in, person, participation):
    barrier = make_barrier(participation, "No room", level="team")
    action = make_action(person, barriers=[barrier])
    signed_in.post(f"/actions/{action.pk}/update/", {"version": 0, "status": "done"})

    page = signed_in.get(f"/reflections/{participation.pk}/team/how/")

    assert "No action yet" not in page.text


def test_ones_own_plan_is_taken_away_as_tables_and_for_a_calendar(signed_in, person):  # A4 A5
    make_action(person, title="Ask people how they like to meet")
    stranger = make_user("Noor Haddad")
    make_action(stranger, title="Nobody else's business")

    csv, ics = (signed_in.get(f"/plan/actions.{kind}") for kind in ("csv", "ics"))
    filtered = signed_in.get("/plan/actions.csv?level=system").content.decode()
    book = load_workbook(BytesIO(signed_in.get("/plan/actions.xlsx").content))

    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["Ask people how they like to meet"]
    for file in (csv, ics):
        assert "Ask people how they like to meet" in file.content.decode()
        assert "Nobody" not in file.content.decode()
        assert "no-store" in file["Cache-Control"]
    assert "Ask people" not in filtered


def test_a_shared_plan_sorted_by_date_is_one_list_over_all_levels(signed_in, person):
    team = make_team(make_organisation(administrator=person))
    today = person.today
    for days, level in [(3, "system"), (9, "individual"), (6, "organisation")]:
        due_on = today + timedelta(days)
        make_shared_action(person, team=team, title=f"In {days}", level=level, due_on=due_on)

    page = signed_in.get(f"{plan_of(team).get_absolute_url()}?sort=due").text

    assert page.index("In 3") < page.index("In 6") < page.index("In 9")
