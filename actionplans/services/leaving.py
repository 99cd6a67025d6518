"""Actions whose owner leaves: they keep their status, and need an owner."""

from django.db import transaction
from django.db.models import F

from actionplans.models import Action, ActionPlan, ActionUpdate
from actionplans.querysets import ActionQuerySet
from actionplans.reminders import tell_who_runs_them
from organisations.models import Membership, User
from organisations.services import end_membership_alone


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """End somebody's membership, or leave; their actions there are listed as needing an owner.

    ValidationError for the last administrator.
    """
    if end_membership_alone(membership, by=by):
        disown(Action.objects.in_hand().owned_by(membership.user).with_owner_gone(), by=by)


@transaction.atomic
def disown_those_who_are_gone() -> None:
    """List as needing an owner what belongs to people who have left its group in any other way.

    When an organisation leaves a system, say, or when somebody left while it was given to them.
    """
    disown(Action.objects.in_hand().with_owner_gone(), by=None)


def disown(actions: ActionQuerySet, *, by: User | None) -> None:
    """Take the owner from actions whose owner leaves. They keep their status and their date.

    Those who run the plans are told of what was promised and is not done.
    """
    left = list(actions.select_for_update(of=("self",)))  # nobody gives them away meanwhile
    ActionUpdate.objects.bulk_create(
        ActionUpdate(
            action=action,
            author=by,
            changes={"owner": [str(action.owner_id), ""]},
            version=action.version + 1,
        )
        for action in left
    )
    Action.objects.filter(pk__in=[action.pk for action in left]).update(
        owner=None, owner_left=True, version=F("version") + 1
    )
    plans = ActionPlan.objects.in_use().of_actions([each for each in left if each.is_open])
    tell_who_runs_them(plans, but={action.owner_id for action in left})
