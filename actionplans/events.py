"""Events about the plans of groups, with the sentences in which the history tells them.

The history does not say who adds or moves an action: its own story does, for its plan's readers.
"""

from django.utils.translation import gettext_lazy as _

from organisations.history import changed_field, event

VISION_CHANGED = event("vision_changed", says=_("%(actor)s wrote where %(group)s wants to be."))
PLAN_DOWNLOADED = event(
    "plan_downloaded", says=_("%(actor)s downloaded the action plan of %(group)s.")
)
ESCALATION_RAISED = event("escalation_raised", says=_("%(actor)s raised an action of %(group)s."))
ESCALATION_WITHDRAWN = event(
    "escalation_withdrawn", says=_("%(actor)s took back what %(group)s had raised.")
)
ESCALATION_ANSWERED = event(
    "escalation_answered", says=_("%(actor)s answered what %(group)s raised.")
)
ESCALATION_FOLLOWED = event(
    "escalation_followed",
    says=_("%(actor)s moved on the action that came of what %(group)s raised."),
)
TELLING_SHOWN = event(
    "telling_shown",
    says=_("%(actor)s showed “You said, we did” of %(group)s to those who read its plan."),
)
TELLING_HIDDEN = event(
    "telling_hidden",
    says=_("%(actor)s no longer shows “You said, we did” of %(group)s to those who read its plan."),
)
TELLING_PUBLISHED = event(
    "telling_published", says=_("%(actor)s published “You said, we did” of %(group)s.")
)
TELLING_TAKEN_BACK = event(
    "telling_taken_back", says=_("%(actor)s took back “You said, we did” of %(group)s.")
)

changed_field(
    "raised",
    label=_("What became of it"),
    values={"accepted": _("Accepted"), "declined": _("Dropped"), "done": _("Done")},
)
