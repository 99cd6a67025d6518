"""Functions that find the tables which a query reads from end to end, on either engine."""

import json
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

ON_POSTGRESQL = connection.vendor == "postgresql"
OF_FEW_ROWS = {
    "rounds_still_to_open_or_close",
    "rounds_still_to_announce",
}  # indexes that may be read from end to end
SCANS = re.compile(r"SCAN (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?")
ALIASES = re.compile(r'"(\w+)" "?([A-Z]\d+)"?')


def tables_of(*models):
    return {model._meta.db_table for model in models}


def full_scans(ask, large):
    """The tables among `large` that the queries of `ask` read from end to end."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    scans = scans_on_postgresql if ON_POSTGRESQL else scans_on_sqlite
    return sorted({name for query in asked.captured_queries for name in scans(query["sql"], large)})


def explained(how, sql):
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}")
        return cursor.fetchall()


def scans_on_postgresql(sql, large):
    """The tables that are read without an index, or by the whole of one, on PostgreSQL."""
    plan = explained("EXPLAIN (FORMAT JSON)", sql)[0][0]
    nodes = json.loads(plan) if isinstance(plan, str) else plan
    nodes = [node["Plan"] for node in nodes]
    for node in nodes:  # which grows while it is read
        nodes += node.get("Plans", [])
        kind, table = node["Node Type"], node.get("Relation Name")
        by_index = "Index Cond" in node or node.get("Index Name") in OF_FEW_ROWS
        if table in large and (kind == "Seq Scan" or ("Index" in kind and not by_index)):
            yield table


def scans_on_sqlite(sql, large):
    """The same on SQLite, which names tables by aliases that can stand for several of them."""
    names = {(table, table) for table in large} | set(ALIASES.findall(sql))
    of_index = dict(explained("SELECT name, tbl_name FROM sqlite_master", "WHERE type = 'index'"))
    for *_where, step in explained("EXPLAIN QUERY PLAN", sql):
        found = SCANS.match(step)
        if found and found["index"] not in OF_FEW_ROWS:
            tables = {table for table, alias in names if alias == found["table"]}
            yield from large & ({of_index[found["index"]]} if found["index"] else tables)
