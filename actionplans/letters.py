"""Letters about plans and actions, worded."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.models import Action, ActionPlan, Escalation
from actionplans.querysets import ActionQuerySet
from actionplans.reminders import DAYS_BEFORE, monday_of
from organisations.dates import long_date
from organisations.letters import LetterWords, letter, on_site
from organisations.models import Letter, User
from organisations.preferences import letter_choice

MOST_IN_A_SUBJECT = 60
MOST_IN_A_LETTER = 20

GIVEN = letter_choice("given", label=gettext_lazy("An action is given to you"), place=10)
DATES = letter_choice(
    "dates",
    label=gettext_lazy("The date of an action of yours is near: a week before, and on the day"),
    place=20,
)
OVERDUE = letter_choice(
    "overdue", label=gettext_lazy("Your overdue actions, once a week"), place=30
)
ANSWERS = letter_choice(
    "answers", label=gettext_lazy("Answers to what you raised or proposed"), place=50
)
PLANS = letter_choice(
    "plans",
    label=gettext_lazy(
        "Plans that you look after: what is proposed or raised, what needs an owner"
    ),
    place=60,
)


def actions_of(reader: User) -> ActionQuerySet:
    """The actions that a letter may still be about: its reader owns them, and belongs there."""
    return (
        Action.objects.owned_by(reader)
        .with_owner_there()
        .select_related(
            "plan__user", "plan__team__organisation", "plan__organisation", "plan__system"
        )
    )


def action_letter(action: Action, subject: str) -> LetterWords:
    """A letter about one action with a date. `subject` may name its title and its date."""
    context = {
        "action": action,
        "group": action.plan.group,
        "link": on_site("actions:detail", action.pk),
        "update_link": on_site("actions:update", action.pk),
    }
    title = Truncator(action.title).chars(MOST_IN_A_SUBJECT)
    day = long_date(action.due_on) if action.due_on else ""
    return LetterWords(subject % {"title": title, "day": day}, context)


@letter("action_assigned", choice=GIVEN)
def action_assigned(letter: Letter) -> LetterWords | None:
    if letter.recipient is None or Letter.objects.after(letter).exists():
        return None  # it was given to somebody else and back
    action = actions_of(letter.recipient).open().filter(pk=letter.about_id).first()
    return action_letter(action, _("An action for you: %(title)s")) if action else None


def dated(letter: Letter, actions: ActionQuerySet) -> Action | None:
    """The action that a letter is about, if it still has the same date."""
    return actions.filter(pk=letter.about_id, due_on=letter.occasion).first()


@letter("action_due_soon", choice=DATES)
def action_due_soon(letter: Letter) -> LetterWords | None:
    if letter.recipient is None:
        return None
    action = dated(letter, actions_of(letter.recipient).due_within(DAYS_BEFORE))
    return action_letter(action, _("Due on %(day)s: %(title)s")) if action else None


@letter("action_due_today", choice=DATES)
def action_due_today(letter: Letter) -> LetterWords | None:
    if letter.recipient is None:
        return None
    action = dated(letter, actions_of(letter.recipient).due_today())
    if action is None:
        return None
    if action.due_on != letter.recipient.today:  # it is today where the plan is kept
        return action_letter(action, _("Due on %(day)s: %(title)s"))
    return action_letter(action, _("Due today: %(title)s"))


@letter("actions_overdue", choice=OVERDUE)
def actions_overdue(letter: Letter) -> LetterWords | None:
    reader, monday = letter.recipient, date.fromisoformat(letter.occasion)
    if reader is None or monday != monday_of(reader.today):
        return None  # a later one goes
    overdue = list(actions_of(reader).overdue_since(monday).order_by("due_on", "pk"))
    if not overdue:
        return None
    return LetterWords(_("Actions of yours are overdue"), few_of(overdue))


@letter("actions_need_owner", choice=PLANS)
def actions_need_owner(letter: Letter) -> LetterWords | None:
    reader = letter.recipient
    if reader is None or not reader.is_active:
        return None
    plans = ActionPlan.objects.in_use().editable_by(reader)
    plan = plans.with_group().filter(pk=letter.about_id).first()
    if plan is None:
        return None
    actions = list(plan.actions.needing_owner().order_by("due_on", "pk"))
    if not actions:
        return None
    if Letter.objects.after(letter).exists():
        return None  # others have left since, and the later letter lists this, too
    link = settings.SITE_URL + plan.get_absolute_url()
    context = {**few_of(actions), "group": plan.group, "link": link}
    return LetterWords(_("Actions of %(group)s need an owner") % {"group": plan.group}, context)


def few_of(actions: list[Action]) -> dict[str, Any]:
    """The actions that a letter lists, each with its address, and the number of the others."""
    listed = [(a, on_site("actions:detail", a.pk)) for a in actions[:MOST_IN_A_LETTER]]
    return {"actions": listed, "more": len(actions) - len(listed)}


# --- Raised and answered ------------------------------------------------------------------------


def words_about_raised(escalation: Escalation, subject: str, **context: Any) -> LetterWords:
    """A letter about a raised action. `subject` may name the groups above and below."""
    groups = {"above": escalation.plan.group, "below": escalation.action.plan.group}
    return LetterWords(subject % groups, {"escalation": escalation, **groups, **context})


@letter("escalation_raised", choice=PLANS)
def escalation_raised(letter: Letter) -> LetterWords | None:
    escalation, reader = letter.about, letter.recipient
    if escalation is None or reader is None or not escalation.is_waiting:
        return None
    if not Escalation.objects.answerable_by(reader).contains(escalation):
        return None
    link = on_site("raising:index", escalation.plan_id)
    subject = _("%(below)s raises an action to the plan of %(above)s")
    return words_about_raised(escalation, subject, link=link)


@letter("escalation_answered", choice=ANSWERS)
def escalation_answered(letter: Letter) -> LetterWords | None:
    escalation, reader = letter.about, letter.recipient
    if escalation is None or reader is None:
        return None
    if escalation.status != letter.occasion.partition(":")[0]:
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


@letter("action_proposed", choice=PLANS)
def action_proposed(letter: Letter) -> LetterWords | None:
    action, reader = letter.about, letter.recipient
    if action is None or reader is None or action.status != Action.Status.PROPOSED:
        return None
    if not ActionPlan.objects.in_use().editable_by(reader).contains(action.plan):
        return None
    proposer = action.proposed_by
    who = proposer.public_name if proposer else _("Somebody who has left")
    context = {
        "action": action,
        "group": action.plan.group,
        "who": who,
        "link": on_site("actions:detail", action.pk),
    }
    return LetterWords(_("Something is proposed for the plan of %(group)s") % context, context)


@letter("proposal_answered", choice=ANSWERS)
def proposal_answered(letter: Letter) -> LetterWords | None:
    action = letter.about
    if action is None or action.status == Action.Status.PROPOSED or letter.recipient is None:
        return None
    if not Action.objects.visible_to(letter.recipient).contains(action):
        return None
    is_declined = action.status == Action.Status.DROPPED
    if is_declined:
        subject = _("%(group)s will not take up what you proposed")
    else:
        subject = _("%(group)s takes up what you proposed")
    context = {
        "action": action,
        "group": action.plan.group,
        "is_declined": is_declined,
        "link": settings.SITE_URL + action.get_absolute_url(),
    }
    return LetterWords(subject % context, context)
