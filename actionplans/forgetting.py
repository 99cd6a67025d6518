"""When the story of an action no longer says who somebody was."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from actionplans.models import Action, ActionPlan, ActionUpdate, Escalation
from organisations.forgetting import keys_of, names_go_before


def forget_old_stories() -> None:
    """Take people out of what is older, in the plans of groups, than their names are kept.

    What was written and done stays. Whoever has something to do, or waits for an answer, keeps it.
    """
    for theirs, before in names_go_before():
        for plans in keys_of(ActionPlan.objects.shared().filter(theirs)):
            forget_who_told(plans, before)
            forget_who_did(plans, before)
            forget_who_raised(plans, before)


def forget_who_told(plans: Collection[int], before: datetime) -> None:
    """Stories keep what changed and when, and not by whom nor who was given what."""
    told = ActionUpdate.objects.filter(made_at__lt=before, action__plan__in=plans)
    given = told.filter(people_named_in("owner") | people_named_in("owner_name"))
    for update in given.only("changes"):
        unnamed = {name: ["", ""] for name in ("owner", "owner_name") if name in update.changes}
        changes = {**update.changes, **unnamed}
        ActionUpdate.objects.filter(pk=update.pk).update(changes=changes)
    for theirs in keys_of(told.exclude(author=None)):
        ActionUpdate.objects.filter(pk__in=theirs).update(author=None)


def people_named_in(field: str) -> Q:
    """That a change says who had an action before or after it, in this field."""
    return Q(changes__has_key=field) & ~Q(**{f"changes__{field}": ["", ""]})


def forget_who_did(plans: Collection[int], before: datetime) -> None:
    """What is over, and was for so long, says nobody's name any more."""
    later = ActionUpdate.objects.filter(action=OuterRef("pk"), made_at__gte=before)
    over = Action.objects.filter(
        ~Exists(later), plan__in=plans, status__in=["done", "dropped"], created_at__lt=before
    )
    over.exclude(owner=None, owner_name="").update(owner=None, owner_name="", owner_left=True)
    over.exclude(proposed_by=None, completed_by=None).update(proposed_by=None, completed_by=None)


def forget_who_raised(plans: Collection[int], before: datetime) -> None:
    """What was raised and answered keeps the words, and not whose they were."""
    over = Escalation.objects.over()
    raised = over.filter(action__plan__in=plans, raised_at__lt=before)
    for theirs in keys_of(raised.exclude(raised_by=None)):
        Escalation.objects.filter(pk__in=theirs).update(raised_by=None)
    answered = over.filter(plan__in=plans, answered_at__lt=before)
    for theirs in keys_of(answered.exclude(answered_by=None)):
        Escalation.objects.filter(pk__in=theirs).update(answered_by=None)
