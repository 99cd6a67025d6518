"""Counts the queries of each page, with few and many rows, for either server; prints JSON."""

import json
import re
import sys
import uuid

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reflections.models import Answer

KEY = "individual-mutual"
FIELD = f"comment-{KEY}"
FETCHES = re.compile(r'SELECT [^"]*"(\w+)"')  # the table of the first column
FETCHED = {  # the tables that a list of people shows, and by which access is checked
    "django_session",
    "organisations_user",  # the reader
    "organisations_organisation",  # if the reader has the right to it
    "organisations_team",  # for the filter
    "__count",
    "organisations_membership",  # 25 people, and whether letters reach them
    "organisations_teammembership",  # their places in teams
}


def print_counts(people):
    rows = [people[f"rows_{number}"] for number in (1, 30, 300)]
    json.dump(
        {
            **of_a_level(people["reader"]),
            "home": [asked_by(person, lambda client: client.get("/")) for person in rows],
            "plan": [asked_by(person, lambda client: client.get("/plan/")) for person in rows],
            "list": [
                asked_by(person, lambda client: client.get("/reflections/")) for person in rows
            ],
            **of_people(people["small_admin"], people["large_admin"]),
            "results": [
                asked_by(person, lambda client, page=person["results"]: client.get(page))
                for person in (people["round_6"], people["round_24"])
            ],
            "team's plan": [
                asked_by(person, lambda client, page=person["page"]: client.get(page))
                for person in (people[f"plan_{size}"] for size in (1, 40, 300))
            ],
        },
        sys.stdout,
    )


def print_floor_counts(people):
    """Print the counts of the floor, which has no list and no results.

    Its home page is that of somebody who has begun to reflect.
    """
    reader, planner = people["reader"], people["planner"]
    json.dump(
        {
            **of_a_level(reader),
            "home": [asked_by(reader, lambda client: client.get("/"))],
            "plan": [asked_by(planner, lambda client: client.get("/plan/"))],
            "people": of_people(people["large_admin"])["people"],
        },
        sys.stdout,
    )


def of_people(*administrators):
    """The number of queries of the list of people, and of those that fetch nothing of it."""
    asked = [
        queries_of(person, lambda client, page=person["people"]: client.get(page))
        for person in administrators
    ]
    found = [FETCHES.search(query["sql"]) for query in asked[-1]]
    fetched = FETCHED.intersection(match[1] for match in found if match)
    others = len(asked[-1]) - len(fetched)
    return {"people": [len(queries) for queries in asked], "checks": [others]}


def of_a_level(reader):
    page = f"/reflections/{reader['participation']}/individual/now/"
    comment = Answer.objects.get(
        reflection__participation=reader["participation"], question__key=KEY
    ).comment
    saved = [comment]

    def save(client):
        fields = {FIELD: f"We meet every week {uuid.uuid4()}", f"was-{FIELD}": saved[-1]}
        saved.append(fields[FIELD])
        return client.post(page, fields, headers={"accept": "application/json"})

    return {
        "level": [asked_by(reader, lambda client: client.get(page))],
        "save": [asked_by(reader, save)],
    }


def asked_by(person, ask):
    return len(queries_of(person, ask))


def queries_of(person, ask):
    """The queries of the second of two identical requests, when all caches are warm."""
    client = Client()
    client.cookies["sessionid"] = person["session"]
    ask(client)
    with CaptureQueriesContext(connection) as asked:
        response = ask(client)
    if response.status_code != 200:
        raise SystemExit(f"{response.request['PATH_INFO']}: {response.status_code}")
    return asked.captured_queries
