"""When the story of an action no longer says who somebody was."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from actionplans.models import Action, ActionPlan, ActionUpdate, Escalation
from actionplans.querysets import ActionQuerySet
from organisations.forgetting import names_go_before


def forget_old_stories() -> None:
    """Take people out of what is older, in the plans of groups, than their names are kept.

    What was written and done stays. Whoever has something to do, or waits for an answer, keeps it.
    """
    for theirs, before in names_go_before():
        plans = ActionPlan.objects.shared().filter(theirs)
        actions = Action.objects.filter(plan__in=plans.values("pk"))
        forget_who_told(actions, before)
        forget_who_did(actions, before)
        over = Escalation.objects.exclude(pk__in=Escalation.objects.current().values("pk"))
        raised = over.filter(action__in=actions.values("pk"), raised_at__lt=before)
        raised.exclude(raised_by=None).update(raised_by=None)
        answered = over.filter(plan__in=plans.values("pk"), answered_at__lt=before)
        answered.exclude(answered_by=None).update(answered_by=None)


def forget_who_told(actions: ActionQuerySet, before: datetime) -> None:
    """Stories keep what changed and when, and not by whom nor who was given what."""
    told = ActionUpdate.objects.filter(made_at__lt=before, action__in=actions.values("pk"))
    given = told.filter(names_in("owner") | names_in("owner_name"))
    for update in given.only("changes"):
        unnamed = {name: ["", ""] for name in ("owner", "owner_name") if name in update.changes}
        changes = {**update.changes, **unnamed}
        ActionUpdate.objects.filter(pk=update.pk).update(changes=changes)
    told.filter(author__isnull=False).update(author=None)


def names_in(field: str) -> Q:
    """That a change says who had an action before or after it, in this field."""
    return Q(changes__has_key=field) & ~Q(**{f"changes__{field}": ["", ""]})


def forget_who_did(actions: ActionQuerySet, before: datetime) -> None:
    """What is over, and was for so long, says nobody's name any more."""
    later = ActionUpdate.objects.filter(action=OuterRef("pk"), made_at__gte=before)
    over = actions.filter(~Exists(later), status__in=["done", "dropped"], created_at__lt=before)
    over.exclude(owner=None, owner_name="").update(owner=None, owner_name="", owner_left=True)
    over.exclude(proposed_by=None, completed_by=None).update(proposed_by=None, completed_by=None)
