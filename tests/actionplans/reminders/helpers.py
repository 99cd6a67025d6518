"""Helpers that let days go by for a team, and change its actions meanwhile."""

from datetime import date, timedelta

from django.core import mail
from django.utils import timezone

from actionplans.models import Action
from actionplans.reminders import write_due_letters
from actionplans.services.actions import change_action
from actionplans.services.leaving import end_membership
from actionplans.services.updates import record_update
from organisations.outbox import deliver_due_letters
from organisations.services import archive_organisation, archive_team
from tests.factories import make_shared_action

TUESDAY = date(2026, 11, 24)


def go_to(clock, day, time="09:00"):
    clock.move_to(f"{day}T{time}:00Z", tick=False)


def make_old_action(team, owner, *, days, **fields):
    due_on = timezone.localdate() + timedelta(days=days)
    action = make_shared_action(owner, team=team, due_on=due_on, **fields)
    Action.objects.update(created_at=timezone.now() - timedelta(days=30))
    return action


def tick():
    write_due_letters()
    deliver_due_letters()


def subjects():
    return [message.subject for message in mail.outbox]


def change(action, by, **fields):
    return change_action(action, by=by, version=action.version, **fields)


def take_away(action, ada):
    change(action, ada, owner=ada)


def drop(action, ada):
    record_update(action, by=ada, version=action.version, status="dropped", note="Not needed")


def end(action, ada):
    end_membership(action.owner.memberships.get(), by=ada)


def archive(action, ada):
    archive_team(action.plan.team, by=ada)


def archive_all(action, ada):
    archive_organisation(action.plan.team.organisation, by=ada)


def lock_out(action, ada):
    type(ada).objects.filter(pk=action.owner_id).update(is_active=False)


MEANWHILE = [take_away, drop, end, archive, archive_all, lock_out]


def leave(user):
    end_membership(user.memberships.get(), by=user)
