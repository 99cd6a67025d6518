"""A plan as PDF, from the same contents as its page."""

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan
from actionplans.querysets import ActionQuerySet
from onestepback.pages.actions.filters import ActionFilter
from onestepback.pages.plans.reading import PlanContents, plan_contents
from onestepback.publishing.downloads import Document, document_name
from onestepback.publishing.pdf import check_rows, render_pdf
from organisations.models import User


def plan_document(
    plan: ActionPlan,
    actions: ActionQuerySet,
    *,
    reader: User,
    asked: ActionFilter,
    large: bool = False,
) -> Document:
    """A plan as PDF with the given actions; TooManyRows if there are too many."""
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
    content = render_pdf("plans/pdf.html", context, language=get_language())
    return Document(content, plan_filename(plan, asked, large=large))


def plan_filename(plan: ActionPlan, asked: ActionFilter, *, large: bool = False) -> str:
    """The name of every file of a plan. It never holds the e-mail address of a nameless person."""
    keeper = plan.user.name if plan.user else plan
    kind = _("Part of the action plan") if asked.is_selection else _("Action plan")
    return document_name(kind, keeper, plan.today, large=large)


def summary_of(contents: PlanContents) -> list[tuple[str, str]]:
    """The plan in a few figures: (label, number)."""
    summary = [(label, str(count)) for _status, label, count in contents.counts]
    if contents.overdue:
        summary.append((_("Overdue"), str(contents.overdue)))
    if contents.needing_owner:
        summary.append((_("Needs an owner"), str(contents.needing_owner)))
    if contents.unanswered_barriers:
        summary.append((_("Barriers with no action yet"), str(contents.unanswered_barriers)))
    return summary
