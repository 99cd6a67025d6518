"""The events of rounds and their results, with their sentences in the history.

There is no event for starting, finishing, withdrawing or sharing: nobody may read who did so.
"""

from django.utils.translation import gettext_lazy as _

from organisations.history import changed_field, event

ROUND_PLANNED = event("round_planned", says=_("%(actor)s planned a round of %(group)s."))
ROUND_CHANGED = event("round_changed", says=_("%(actor)s changed the planned round of %(group)s."))
ROUND_CANCELLED = event(
    "round_cancelled", says=_("%(actor)s cancelled the planned round of %(group)s.")
)
ROUND_OPENED = event("round_opened", says=_("The round of %(group)s opened."))
ROUND_EXTENDED = event(
    "round_extended", says=_("%(actor)s let the round of %(group)s go on for longer.")
)
ROUND_REMINDED = event(
    "round_reminded", says=_("%(actor)s sent a reminder of the round of %(group)s.")
)
ROUND_CLOSED = event("round_closed", says=_("The round of %(group)s closed."))
TEXT_TAKEN_OUT = event(
    "text_taken_out", says=_("%(actor)s took a text out of the results of %(group)s.")
)
RESULTS_DOWNLOADED = event(
    "results_downloaded", says=_("%(actor)s downloaded the results of %(group)s.")
)

changed_field("title", label=_("Title"))
changed_field("closes_on", label=_("Last day"))
