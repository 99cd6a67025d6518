"""A plan and a reflection as files, from the same contents as their pages."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan
from actionplans.querysets import ActionQuerySet
from onestepback.pages.actions.filters import ActionFilter
from onestepback.pages.plans.reading import PlanContents, plan_contents
from onestepback.pages.results.reading import Results
from onestepback.publishing.pdf import check_rows, render_pdf
from organisations.models import User
from reflections.answered import participation_records
from reflections.models import Participation
from reflections.who_sees_what import promises_of


@dataclass(frozen=True)
class Document:
    """A finished file and what to call it."""

    content: bytes
    filename: str


def plan_document(
    plan: ActionPlan,
    actions: ActionQuerySet,
    *,
    reader: User,
    asked: ActionFilter,
    large: bool = False,
) -> Document:
    """A plan as PDF with these of its actions; TooManyRows if there are too many at once."""
    check_rows(actions.count())
    contents = plan_contents(plan, actions, reader=reader, asked=asked)
    context = {
        "title": _("My action plan") if plan.is_personal else _("Action plan"),
        "person": str(plan),
        "made_at": timezone.localtime(timezone=ZoneInfo(plan.keeper.time_zone)),
        "today": plan.today,
        "summary": summary_of(contents),
        "asked": asked.in_words,
        "levels": [level for level in contents.levels if not level.is_empty],
        "is_shared": not plan.is_personal,
        "large_print": large,
    }
    content = render_pdf("actionplans/plan_pdf.html", context, language=get_language())
    return Document(content, plan_filename(plan, asked, large=large))


def plan_filename(plan: ActionPlan, asked: ActionFilter, *, large: bool = False) -> str:
    """What every file of a plan is called; no address of somebody who gives no name."""
    whose = plan.user.name if plan.is_personal else plan
    what = _("Part of the action plan") if asked.is_selection else _("Action plan")
    return named(what, whose, plan.today, large=large)


def summary_of(contents: PlanContents) -> list[tuple[str, str]]:
    """The plan in a few figures, as words and numbers."""
    summary = [(label, str(count)) for _status, label, count in contents.counts]
    if contents.overdue:
        summary.append((_("Overdue"), str(contents.overdue)))
    if contents.needing_owner:
        summary.append((_("Needs an owner"), str(contents.needing_owner)))
    if contents.unanswered_barriers:
        summary.append((_("Barriers with no action yet"), str(contents.unanswered_barriers)))
    return summary


def participation_document(
    participation: Participation, *, reader: User, large: bool = False
) -> Document:
    """One finished reflection as PDF."""
    finished_on = timezone.localdate(participation.finished_at)
    context = {
        "title": _("My reflection"),
        "person": str(reader),
        "made_at": timezone.localtime(),
        "finished_on": finished_on,
        "perspective_label": participation.get_perspective_display(),
        "levels": participation_records(participation),
        "large_print": large,
    }
    content = render_pdf("actionplans/participation_pdf.html", context, language=get_language())
    return Document(content, named(_("Reflection"), reader.name, finished_on, large=large))


def results_document(results: Results, *, reader: User, large: bool = False) -> Document:
    """The results of a round as PDF, for a wall or a meeting; in large print if asked for."""
    round_ = results.round
    context = {
        "title": _("Results: %(title)s") % {"title": round_.title},
        "person": str(round_.group),
        "made_at": timezone.localtime(timezone=round_.zone),
        "results": results,
        "round": round_,
        "large_print": large,
        "promises": promises_of(round_),
    }
    content = render_pdf("actionplans/results_pdf.html", context, language=get_language())
    return Document(content, named(_("Results"), round_.group, round_.closes_on, large=large))


def named(what: str, whose: object, day: date, *, large: bool = False) -> str:
    """A file name for people: what it is, whose, of which day, and whether in large print."""
    parts = [what, str(whose), f"{day:%Y-%m-%d}", _("in large print") if large else ""]
    return " ".join(filter(None, parts))
