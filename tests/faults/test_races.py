"""Two presses, two devices, two tabs: at the same moment, on the real server."""

import re
import threading

import pytest

from tests.faults.servers import Browser
from tests.threads import at_once, wait_until

COMMENTS = ["comment-individual-mutual", "comment-individual-empowering"]


@pytest.fixture
def maya(server, somebody):
    return Browser(server, somebody)


def test_starting_twice_at_once_begins_one_reflection(maya):  # D1
    maya.post(f"{maya.participation}discard/", {})

    replies = at_once(*[lambda: maya.post("/reflections/start/", {"perspective": "staff"})] * 6)

    assert {reply.status for reply in replies} == {302}
    assert len({reply.url for reply in replies}) == 1


def test_finishing_twice_at_once_finishes_once(maya):  # D1
    maya.save(**{COMMENTS[0]: ("", "We meet every month")})
    check = f"{maya.participation}check/"

    replies = at_once(*[lambda: maya.post(check, {})] * 6)

    assert {reply.status for reply in replies} == {302}
    assert {reply.url for reply in replies} == {f"{maya.participation}finished/"}
    assert maya.get("/reflections/").text.count(f"{maya.participation}pdf/") == 1


def test_adding_an_action_twice_at_once_adds_one(maya):  # D1
    made_with = re.search(
        r'name="made_with" value="([^"]+)"', maya.get("/plan/add/?level=team").text
    )[1]
    fields = {
        "made_with": made_with,
        "title": "Ask people how they like to meet",
        "who": "me",
        "due_on_0": "1",
        "due_on_1": "12",
        "due_on_2": "2050",
    }

    replies = at_once(*[lambda: maya.post("/plan/add/?level=team", fields)] * 6)

    [action] = set(re.findall(r'"/actions/(\d+)/"', maya.get("/plan/").text))
    assert {(reply.status, reply.url) for reply in replies} == {(302, f"/plan/#action-{action}")}


def test_of_two_answers_typed_at_once_one_is_kept_and_the_other_is_shown_it(maya):  # C5 D3
    for seen, field in enumerate(COMMENTS * 4):
        was = f"this device, {seen - len(COMMENTS)}" if seen >= len(COMMENTS) else ""
        here, there = f"this device, {seen}", f"another device, {seen}"

        replies = at_once(
            lambda field=field, was=was, typed=here: maya.save(**{field: (was, typed)}),
            lambda field=field, was=was, typed=there: maya.save(**{field: (was, typed)}),
        )

        assert sorted(reply.status for reply in replies) == [200, 409]
        kept, refused = (here, there) if replies[0].status == 200 else (there, here)
        told = next(reply for reply in replies if reply.status == 409).json["problems"][field]
        assert (told["stored"], told["other"]) == (kept, kept)
        again = maya.save(**{field: (kept, here)})
        assert again.status == 200, refused


def test_what_was_saved_while_finishing_is_in_it_and_later_words_are_refused(maya):  # A14 C7
    acknowledged, refused, finished = {}, [], threading.Event()

    def save_on(field):
        was = ""
        for number in range(1000):
            was_finished = finished.is_set()
            reply = maya.save(**{field: (was, f"{field} {number} saved")})
            if reply.status == 200:
                assert not was_finished
                was = acknowledged[field] = f"{field} {number} saved"
            else:
                assert (reply.status, reply.json) == (409, {"finished": True})
                refused.append(f"{field} {number} saved")
                return

    def finish():
        wait_until(lambda: len(acknowledged) == len(COMMENTS))
        assert maya.post(f"{maya.participation}check/", {}).status == 302
        finished.set()

    at_once(finish, *[lambda field=field: save_on(field) for field in COMMENTS])

    record = maya.get(maya.participation).text
    kept = re.findall(r"(comment-individual-\w+ \d+ saved)", record)
    assert sorted(kept) == sorted(acknowledged.values())
    assert len(refused) == len(COMMENTS)
