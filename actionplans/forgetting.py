"""Forgetting names: after some years the plans of groups no longer say who did what."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from actionplans.models import Action, ActionPlan, ActionUpdate, Escalation
from organisations.forgetting import keys_of, names_go_before


def forget_old_stories() -> None:
    """Take names out of stories and actions that are older than the years their group keeps names.

    The words stay. So do the names in actions that are open, and in raised actions that wait.
    """
    for of_group, before in names_go_before():
        for plans in keys_of(ActionPlan.objects.shared().filter(of_group)):
            forget_who_told(plans, before)
            forget_who_did(plans, before)
            forget_who_raised(plans, before)


def forget_who_told(plans: Collection[int], before: datetime) -> None:
    """Take authors and owners out of old updates. What changed, and when, stays."""
    updates = ActionUpdate.objects.filter(made_at__lt=before, action__plan__in=plans)
    with_owners = updates.filter(people_named_in("owner") | people_named_in("owner_name"))
    for update in with_owners.only("changes"):
        unnamed = {name: ["", ""] for name in ("owner", "owner_name") if name in update.changes}
        changes = {**update.changes, **unnamed}
        ActionUpdate.objects.filter(pk=update.pk).update(changes=changes)
    for keys in keys_of(updates.exclude(author=None)):
        ActionUpdate.objects.filter(pk__in=keys).update(author=None)


def people_named_in(field: str) -> Q:
    """Condition: an update changed the owner in this field, and still says from or to whom."""
    return Q(changes__has_key=field) & ~Q(**{f"changes__{field}": ["", ""]})


def forget_who_did(plans: Collection[int], before: datetime) -> None:
    """Take all names out of actions that are over and had no update since `before`."""
    later = ActionUpdate.objects.filter(action=OuterRef("pk"), made_at__gte=before)
    over = Action.objects.filter(
        ~Exists(later), plan__in=plans, status__in=["done", "dropped"], created_at__lt=before
    )
    over.exclude(owner=None, owner_name="").update(owner=None, owner_name="", owner_left=True)
    over.exclude(proposed_by=None, completed_by=None).update(proposed_by=None, completed_by=None)


def forget_who_raised(plans: Collection[int], before: datetime) -> None:
    """Take names out of raised actions that are over. The words stay."""
    over = Escalation.objects.over()
    raised = over.filter(action__plan__in=plans, raised_at__lt=before)
    for keys in keys_of(raised.exclude(raised_by=None)):
        Escalation.objects.filter(pk__in=keys).update(raised_by=None)
    answered = over.filter(plan__in=plans, answered_at__lt=before)
    for keys in keys_of(answered.exclude(answered_by=None)):
        Escalation.objects.filter(pk__in=keys).update(answered_by=None)
