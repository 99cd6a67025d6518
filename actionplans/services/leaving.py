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
    """End a membership, one's own or somebody else's; its person's actions there need an owner.

    ValidationError for the last administrator.
    """
    if end_membership_alone(membership, by=by):
        disown(Action.objects.in_hand().owned_by(membership.user).with_owner_gone(), by=by)


@transaction.atomic
def disown_those_who_are_gone() -> None:
    """Take the owner from actions whose owner has left the group in any other way.

    An organisation may leave a system, or somebody may leave while an action is given to them.
    """
    disown(Action.objects.in_hand().with_owner_gone(), by=None)


def disown(actions: ActionQuerySet, *, by: User | None) -> None:
    """Take the owner from actions whose owner leaves. They keep their status and their date.

    Those in charge of the plans get a letter, if an open action is among them.
    """
    left = list(actions.select_for_update(of=("self",)))  # so that nobody gives them away meanwhile
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
