"""What letters about plans and actions say."""

from django.conf import settings
from django.utils.translation import gettext as _

from actionplans.models import Action, Escalation
from organisations.letters import Words, letter, on_site
from organisations.models import Letter

# --- Raised and answered ------------------------------------------------------------------------


def words_about_raised(escalation: Escalation, subject: str, **context) -> Words:
    groups = {"above": escalation.plan.group, "below": escalation.action.plan.group}
    return Words(subject % groups, {"escalation": escalation, **groups, **context})


@letter("escalation_raised")
def escalation_raised(letter: Letter) -> Words | None:
    escalation, reader = letter.about, letter.recipient
    if escalation is None or reader is None or not escalation.is_waiting:
        return None
    if not Escalation.objects.answerable_by(reader).contains(escalation):
        return None
    link = on_site("actionplans:raised_list", escalation.plan_id)
    subject = _("%(below)s raises an action to the plan of %(above)s")
    return words_about_raised(escalation, subject, link=link)


@letter("escalation_answered")
def escalation_answered(letter: Letter) -> Words | None:
    escalation, reader = letter.about, letter.recipient
    if escalation is None or reader is None or escalation.status != letter.occasion:
        return None  # it went on since
    if not Action.objects.visible_to(reader).contains(escalation.action):
        return None
    subjects = {
        "accepted": _("%(above)s accepted what %(below)s raised"),
        "declined": _("%(above)s declined what %(below)s raised"),
        "done": _("%(above)s has done what %(below)s raised"),
    }
    if escalation.status == "declined" and escalation.became_id:
        subjects["declined"] = _("%(above)s dropped what %(below)s raised")
    link = settings.SITE_URL + escalation.action.get_absolute_url()
    return words_about_raised(escalation, subjects[escalation.status], link=link)
