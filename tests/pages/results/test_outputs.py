"""No byte that leaves a closed, confidential round says who wrote what, or when."""

import io
import logging
import re
import uuid
import zipfile
import zlib
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
import time_machine
from django.core import mail
from django.test import Client

from organisations.models import AuditEvent, Letter
from organisations.outbox import deliver_due_letters
from reflections import rounds
from reflections.models import Answer, Barrier, Participation, Reflection, Round
from tests.factories import (
    administrator_of,
    answer_round,
    make_member,
    make_organisation,
    make_round,
    make_team,
    make_user,
    share,
)

NAMES = ["Abeba", "Bogdan", "Chidi", "Dagny", "Eluned", "Farouk"]
OPENED = datetime(2026, 11, 2, 9, 3, 17, tzinfo=UTC)
CLOSED = datetime(2026, 11, 9, 16, 44, 51, tzinfo=UTC)
READ = datetime(2026, 11, 20, 8, 30, 0, tzinfo=UTC)
SHARED, KEPT, OUT = "sharedword", "keptword", "takenoutword"
KINDS = ("comment", "barrier", "vision", "idea")
LEVELS = ["individual", "team"]

pytestmark = pytest.mark.django_db

# --- Six people, who share some of what they wrote ----------------------------------------------


def moment_of(number):
    """The moment at which a person wrote and finished; no other reason puts it into an output."""
    return OPENED + timedelta(days=number + 1, hours=2 + number, minutes=7 * number + 4, seconds=37)


@pytest.fixture(scope="module")
def logged():
    """Every record that is logged while these tests run."""
    records = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = records.append
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield records
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture(scope="module")
def round_(once, logged):
    """A closed round: three people shared texts, three kept theirs, one text was taken out."""
    with time_machine.travel(OPENED, tick=False) as clock:
        return made(clock)


def made(clock):
    organisation = make_organisation("Tamsel Trust", administrator=make_user("Ada", "ada@run.test"))
    team = make_team(organisation, "Visits")
    facilitator = make_user("Flo", "flo@run.test")
    make_member(organisation, facilitator, team=team, team_role="facilitator")
    people = [make_user(f"{name} Surname{name}", f"{name.lower()}@people.test") for name in NAMES]
    for user in people:
        make_member(organisation, user, team=team)
    fields = {"levels": LEVELS, "title": "Autumn round", "closes_on": date(2026, 11, 30)}
    round_ = make_round(team, by=facilitator, **fields)
    for number, user in enumerate(people):
        clock.move_to(moment_of(number), tick=False)
        perspective = "staff" if number % 2 else "partner"
        write(answer_round(round_, user, perspective=perspective), number)
    clock.move_to(CLOSED, tick=False)
    rounds.remind_people(round_, by=facilitator)
    rounds.close_round(round_, by=facilitator)
    rounds.announce_results(round_)
    out = Answer.objects.get(comment__contains=OUT)
    where = {"level": "team", "question": out.question, "reason": "It shows who somebody is"}
    rounds.hide_from_results(round_, by=facilitator, kind="comment", pk=out.pk, **where)
    return round_


def write(participation, number):
    shares = number < 3
    word = SHARED if shares else KEPT
    share(participation, yes=shares, **{kind: f"{word} {kind} {number}" for kind in KINDS})
    # Shared or not, what somebody says about themselves is read by nobody.
    share(participation, "individual", **{kind: f"{KEPT} self {kind} {number}" for kind in KINDS})
    if number == 5:
        text = f"{OUT} {number}"
        answer = participation.reflections.get(level="team").answers.filter(comment="")[0]
        Answer.objects.filter(pk=answer.pk).update(comment=text, comment_shared=True)


def people_of(round_):
    return [each.user for each in participations_of(round_)]


def participations_of(round_):
    found = Participation.objects.filter(round=round_, user__email__contains="@people.test")
    return list(found.select_related("user").order_by("user"))


# --- Everything that leaves ---------------------------------------------------------------------


def addresses(round_, orders_each):
    start = f"/rounds/{round_.pk}/"
    results = f"{start}results/"
    orders = ["paper", "gap", "disagreement"]
    keys = round_.question_set.questions.filter(level__in=LEVELS, kind="scale")
    yield from (start, f"/teams/{round_.team_id}/rounds/", results)
    yield from (f"{results}?order={order}" for order in orders)
    for number, key in enumerate(keys.values_list("key", flat=True)):
        for order in range(number, number + orders_each):
            yield f"{results}present/?order={orders[order % len(orders)]}&question={key}"
    yield from (f"{results}pdf/", f"{results}pdf/?print=large")
    yield from (f"{results}results.xlsx", f"{results}results.csv")


@pytest.fixture(scope="module", params=[1, pytest.param(3, marks=pytest.mark.prove)])
def outputs(round_, request):
    """Everything that readers can fetch of the round: {reader: {address: its whole text}}."""
    runs = [round_.created_by, administrator_of(round_.team.organisation)]
    first, *_others, last = people_of(round_)
    with time_machine.travel(READ, tick=False):
        wanted = list(addresses(round_, orders_each=request.param))
        return {reader: outputs_for(reader, wanted) for reader in (first, last, *runs)}


def outputs_for(user, addresses):
    browser = Client()
    browser.force_login(user)
    found = {}
    for address in addresses:
        response = browser.get(address)
        assert response.status_code == 200, address
        found[address] = whole_of(response)
    return found


def whole_of(response):
    headers = [f"{name}: {value}" for name, value in response.headers.items()]
    return "\n".join([*headers, *contents_of(response.content), *texts_of(response)])


def contents_of(content):
    """The bytes of a response as text, and the unpacked parts inside of them."""
    yield content.decode("latin-1")
    yield content.decode("utf-8", "replace")
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            yield zlib.decompress(packed).decode("latin-1")
        except zlib.error:
            continue


def texts_of(response):
    kind = response["Content-Type"]
    if kind == "application/pdf":
        document = pypdf.PdfReader(io.BytesIO(response.content))
        about = document.xmp_metadata
        yield f"{document.metadata} {about.rdf_root.toxml() if about else ''}"
        yield from (page.extract_text() for page in document.pages)
    elif "spreadsheet" in kind:
        archive = zipfile.ZipFile(io.BytesIO(response.content))
        for part in archive.infolist():
            yield f"{part.filename} {part.comment} {part.extra} {part.date_time}"
            yield archive.read(part).decode("utf-8")


@pytest.fixture(scope="module")
def messages(round_):
    """All letters about the round, as they were sent."""
    with time_machine.travel(READ, tick=False):
        deliver_due_letters()
    return list(mail.outbox)


@pytest.fixture(scope="module")
def letters(messages):
    """All letters about the round: [(address, the whole text of the letter)]."""
    found = []
    for message in messages:
        [[html, _type]] = message.alternatives
        text = f"{message.subject}\n{message.body}\n{html}\n{message.message()}"
        found.append((message.to[0], text))
    return found


# --- What must be in none of it -----------------------------------------------------------------


def names_and_addresses(user):
    first, last = user.name.split()
    return {first, last, user.email}


def keys_of(participation):
    """The keys of rows that lead to an author, in each way that a key can be written."""
    reflections = Reflection.objects.filter(participation=participation)
    keys = {participation.pk, *reflections.values_list("pk", flat=True)}
    return spellings(keys)


def keys_of_texts(participation):
    within = {"reflection__participation": participation}
    answers = Answer.objects.filter(**within).values_list("pk", flat=True)
    return spellings({*answers, *Barrier.objects.filter(**within).values_list("pk", flat=True)})


def spellings(keys):
    return {spelt for key in keys for spelt in (str(key), key.hex, str(key.int))}


def times_of(number, zone):
    """The moments at which somebody finished, as people and as programs write them."""
    moment = moment_of(number)
    local = moment.astimezone(zone)
    found = {str(int(moment.timestamp()))}
    for each in (moment, local):
        clock = each.strftime("%I:%M").lstrip("0")
        found |= {each.isoformat(), f"{each:%Y-%m-%d %H:%M}", f"{each:%H:%M:%S}", f"{each:%H%M%S}"}
        found |= {f"{clock}{each:%p}".lower(), f"{each:%Y%m%d}", f"{each:%Y-%m-%d}"}
        found |= {f"{each.day} {each:%B %Y}"}
    return found


def traces(round_, *, but=None, with_texts=True):
    """Everything that would name one of the six people; `but` may read about themselves."""
    found = set()
    for number, participation in enumerate(participations_of(round_)):
        if participation.user == but:
            continue
        found |= names_and_addresses(participation.user) | keys_of(participation)
        found |= times_of(number, round_.zone)
        if with_texts:
            found |= keys_of_texts(participation)
    return found


def found_in(text, wanted):
    folded = text.casefold()
    return {each for each in wanted if each.casefold() in folded}


def leaks(outputs, wanted):
    return {address: hit for address, text in outputs.items() if (hit := found_in(text, wanted))}


def has_user_key(text, user):
    """True if a page names a person by their key, in an address or in data for a script."""
    pattern = rf"(?:user|person|people|author|owner|participant)[^a-z<>]{{0,4}}{user.pk}\b"
    return bool(re.search(pattern, text, re.IGNORECASE))


# --- Tests --------------------------------------------------------------------------------------


def test_the_scan_would_find_what_it_looks_for(round_, time_machine):
    """Everything that can be read of the six is found in what they read of themselves."""
    time_machine.move_to(READ, tick=False)
    [participation, *_others] = participations_of(round_)
    browser = Client()
    browser.force_login(participation.user)
    own = [
        f"/reflections/{participation.pk}/{page}" for page in ("", "pdf/", "share/", "team/share/")
    ]
    text = "\n".join(whole_of(browser.get(address)) for address in own)
    found = found_in(text, traces(round_))

    assert str(participation.pk) in found
    assert "Abeba" in found
    assert f"{moment_of(0).day} November 2026" in found
    assert {f"{SHARED} {kind} 0" for kind in KINDS} <= found_in(
        text, {f"{SHARED} {kind} 0" for kind in KINDS}
    )
    assert found & keys_of_texts(participation)


def test_nothing_that_a_participant_gets_tells_of_another(round_, outputs):  # B4
    reader, *others = people_of(round_)

    got = {address: without_ways_on(text) for address, text in outputs[reader].items()}

    assert leaks(got, traces(round_, but=reader)) == {}
    assert not any(has_user_key(text, user) for text in outputs[reader].values() for user in others)


def test_what_a_participant_gets_does_not_say_what_is_theirs_either(round_, outputs):  # B4
    [own, *_others] = participations_of(round_)
    reader = own.user
    files = {a: without_ways_on(text) for a, text in outputs[reader].items() if "/results/" in a}

    wanted = keys_of_texts(own) | times_of(0, round_.zone) | keys_of(own) | {reader.email}

    assert leaks(files, wanted) == {}


def test_no_file_names_whoever_took_it_away(round_, outputs):  # B4
    reader = people_of(round_)[0]
    files = {a: text for a, text in outputs[reader].items() if "pdf" in a or "results." in a}

    assert len(files) == 4
    assert leaks(files, names_and_addresses(reader)) == {}


@pytest.mark.parametrize("who", ["flo@run.test", "ada@run.test"])
def test_nothing_that_those_who_run_a_round_get_tells_who_wrote_what(round_, outputs, who):  # B4
    [got] = [got for reader, got in outputs.items() if reader.email == who]
    # A text is taken out at an address of its own, which has the key of the text, or, of what
    # somebody wants and of an idea, that of the level that it was written at.
    others = {address: without_ways_on(text) for address, text in got.items()}

    assert leaks(got, set().union(*map(names_and_addresses, people_of(round_)))) == {}
    assert leaks(got, spellings({each.pk for each in participations_of(round_)})) == {}
    assert leaks(others, traces(round_)) == {}
    assert not any(has_user_key(text, user) for text in got.values() for user in people_of(round_))


KEY = "[0-9a-f-]{36}"
WAYS_ON = re.compile(
    rf"/results/(?:comment|barrier|vision|idea)/{KEY}/take-out/"  # out of the results
    rf'|/results/act/\?idea={KEY}|value="{KEY}" id="b-{KEY}"|for="b-{KEY}"'  # into the plan
)


def without_ways_on(text):
    """The text without the keys of shared texts in links and boxes, which are random."""
    return WAYS_ON.sub("", text)


def test_only_those_who_run_a_round_are_given_keys_of_texts(outputs):  # B4
    offered = {
        reader.email
        for reader, got in outputs.items()
        if any("/take-out/" in text for text in got.values())
    }

    assert offered == {"flo@run.test", "ada@run.test"}


def test_words_that_were_kept_are_in_nothing_that_leaves(outputs, letters):  # B5
    got = {(each.name, a): text for each, found in outputs.items() for a, text in found.items()}
    sent = {("letters", address): text for address, text in letters}

    assert leaks(got | sent, {KEPT, OUT}) == {}


def test_words_that_were_shared_are_on_the_page_and_in_each_file(round_, outputs):
    got = outputs[people_of(round_)[5]]
    everything = [f"{SHARED} {kind} {number}" for kind in KINDS for number in range(3)]

    whole = [a for a, text in got.items() if len(found_in(text, everything)) == len(everything)]

    start = f"/rounds/{round_.pk}/results/"
    pages = {start, f"{start}?order=paper"}
    assert pages | {f"{start}pdf/", f"{start}pdf/?print=large", f"{start}results.xlsx"} == set(
        whole
    )


def test_letters_name_nobody_but_their_reader(round_, letters):  # B4
    assert len(letters) >= len(NAMES)
    for address, text in letters:
        others = [user for user in people_of(round_) if user.email != address]
        wanted = set().union(*map(names_and_addresses, others))
        assert found_in(text, wanted | {SHARED}) == set()
        keys = {participation.pk for participation in participations_of(round_)}
        assert found_in(text, spellings(keys)) == set()


def test_a_letter_says_the_same_to_everybody(messages):  # B4
    about_results = Letter.objects.filter(kind="round_results").values_list("address", flat=True)
    told = {
        re.sub(r"/letters/stop/\S+", "", message.body)  # each has a link of their own
        for message in messages
        if message.to[0] in set(about_results) and "esults" in message.subject
    }

    assert len(told) == 1


def test_history_tells_nothing_of_those_who_answered(round_, outputs):  # B4
    events = AuditEvent.objects.filter(at__gte=moment_of(0))
    rows = [str(values) for values in events.values()]
    keys = {user.pk for user in people_of(round_)}

    assert {"round_closed", "text_taken_out", "results_downloaded"} <= {e.kind for e in events}
    assert found_in("\n".join(rows), traces(round_) | {SHARED, KEPT, OUT}) == set()
    assert [e for e in events if {e.actor_id, e.subject_id} & keys] == []


def test_logs_tell_nothing_of_those_who_answered(round_, outputs, messages, logged):  # B4 P16
    quiet = ("django.db.backends", "fontTools")  # every query, and every glyph
    ours = [
        f"{record.name} {record.getMessage()} {record.exc_text or ''}"
        for record in logged
        if not record.name.startswith(quiet)
    ]
    wanted = set().union(*map(names_and_addresses, people_of(round_)))
    wanted |= spellings({each.pk for each in participations_of(round_)}) | {SHARED, KEPT, OUT}

    assert found_in("\n".join(ours), wanted) == set()


def test_figures_that_are_stored_tell_nothing_of_those_who_answered(round_):  # B4
    stored = str(Round.objects.values().get(pk=round_.pk)["figures"])

    assert found_in(stored, traces(round_) | {SHARED, KEPT, OUT}) == set()


# --- In which order texts stand -----------------------------------------------------------------


@pytest.fixture
def keys_that_fall(round_):
    """The round, with the last key for the text that was written first, as may happen by chance."""
    fall = {}
    for number in range(3):
        barrier = Barrier.objects.get(text=f"{SHARED} barrier {number}")
        fall[barrier.pk] = uuid.UUID(int=(9 - number) << 100)
    for was, now in fall.items():
        Barrier.objects.filter(pk=was).update(id=now)
    return round_


def order_in(text, kind):
    """The order of the texts of a kind in an output, each once."""
    return list(dict.fromkeys(re.findall(rf"{SHARED} {kind} (\d)", text)))


@pytest.mark.slow
def test_shared_texts_stand_in_the_order_of_random_keys(keys_that_fall):  # B4 P9.2
    round_ = keys_that_fall
    results = f"/rounds/{round_.pk}/results/"
    files = [f"{results}{name}" for name in ("", "pdf/", "pdf/?print=large", "results.xlsx")]

    got = outputs_for(people_of(round_)[5], files)

    assert [order_in(got[file], "barrier") for file in files] == [["2", "1", "0"]] * 4


def keys_on(page, kind):
    return re.findall(rf"/results/{kind}/([0-9a-f-]{{36}})/take-out/", page)


def test_keys_of_texts_say_nothing_of_when_or_by_whom_they_were_written(round_, outputs):  # B4
    address = f"/rounds/{round_.pk}/results/"
    page = outputs[round_.created_by][address]
    others = outputs[people_of(round_)[5]][address]
    keys = {kind: list(dict.fromkeys(keys_on(page, kind))) for kind in KINDS}

    assert {kind: len(found) for kind, found in keys.items()} == dict.fromkeys(KINDS, 3)
    assert all(found == sorted(found) for found in keys.values())
    # No time is in a key; and two texts by one hand, such as a vision and an idea, share none.
    assert {uuid.UUID(key).version for found in keys.values() for key in found} <= {4, 5}
    assert len(set().union(*keys.values())) == 3 * len(KINDS)
    assert [order_in(page, kind) for kind in KINDS] == [order_in(others, kind) for kind in KINDS]
