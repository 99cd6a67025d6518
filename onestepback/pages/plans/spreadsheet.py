"""The actions of a plan as a spreadsheet."""

from django.utils import timezone
from django.utils.translation import gettext as _

from onestepback.pages.actions.reading import PlannedAction
from onestepback.publishing.spreadsheets import Sheet


def plan_sheet(actions: list[PlannedAction]) -> Sheet:
    """One row for each action, with its owner, its date and its sources."""
    columns = [
        _("Level"),
        _("What"),
        _("Who"),
        _("By when"),
        _("Status"),
        _("Overdue"),
        _("How will we know"),
        _("Who with lived experience is part of this"),
        _("More about it"),
        _("It answers"),
        _("Done on"),
    ]
    return Sheet(_("Actions"), columns, [action_row(action) for action in actions])


def action_row(action: PlannedAction) -> list:
    return [
        action.get_level_display(),
        action.title,
        action.whose,
        action.due_on,
        action.status_label,
        _("Yes") if action.is_overdue else "",
        action.measure,
        action.with_partners,
        action.detail,
        "\n".join(action.sources),
        action.completed_at and timezone.localtime(action.completed_at).date(),
    ]
