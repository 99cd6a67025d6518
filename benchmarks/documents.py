"""Costs of a plan's PDF, next to bare WeasyPrint on the same HTML and style, printed as JSON."""

import json
import sys
import time
from unittest import mock

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from actionplans.models import ActionPlan
from actionplans.services.plans import personal_plan
from onestepback.pages.actions.filters import ActionFilter
from onestepback.pages.plans.document import plan_document
from onestepback.publishing import pdf
from organisations.models import User


def print_costs(people, rounds):
    """Print the milliseconds for a person's own plan and for plans of teams."""
    planner = User.objects.get(pk=people["planner"]["user"])
    teams = {size: people[f"plan_{size}"] for size in (40, 500)}
    found = {"own": costs_of(personal_plan(planner), planner, rounds)}
    for size, team in teams.items():
        plan = ActionPlan.objects.get(pk=team["plan"])
        times = rounds if size < 100 else 1
        found[f"team of {size}"] = costs_of(plan, User.objects.get(pk=team["user"]), times)
    json.dump(found, sys.stdout)


def costs_of(plan, reader, rounds):
    asked, written = ActionFilter({}), []

    def make():
        actions = asked.of(plan.actions.with_owners(), reader=reader, today=plan.today)
        return plan_document(plan, actions, reader=reader, asked=asked).content

    write = pdf._write_pdf
    with mock.patch.object(pdf, "_write", lambda html: written.append(html) or write(html)):
        make()
    [html] = written
    costs = {"product": [], "ua": [], "plain": [], "bare": []}
    for _round in range(rounds):
        costs["product"].append(cpu_of(make))
        costs["bare"].append(cpu_of(lambda: bare(html)))
        costs["ua"].append(cpu_of(lambda: pdf._write_pdf(html)))
        with mock.patch.object(pdf, "VARIANT", None), mock.patch.object(pdf, "_finish", nothing):
            costs["plain"].append(cpu_of(lambda: pdf._write_pdf(html)))
    return {"costs": costs, "bytes": len(make())}


def cpu_of(call):
    before = time.process_time()
    call()
    return (time.process_time() - before) * 1000


def bare(html):
    """A PDF as a plain view would write it, with fonts and style loaded for each document."""
    fonts, fetcher = FontConfiguration(), pdf.BundledFilesFetcher()
    css = (pdf.HERE / "print.css").read_text(encoding="utf-8")
    sheet = CSS(string=css, url_fetcher=fetcher, font_config=fonts)
    return HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[sheet], font_config=fonts)


def nothing(document, file):
    """A finisher that adds nothing, in place of the product's own."""
