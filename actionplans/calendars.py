"""Actions as calendars show them: a plan's as a file, and a person's own at a secret address."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.models import Action, CalendarFeed
from onestepback.publishing.calendars import Day, calendar
from organisations.models import User

DONE_IS_KEPT = timedelta(days=30)
IN_CALENDARS = {"proposed": "TENTATIVE", "dropped": "CANCELLED"}


def plan_calendar(actions: Iterable[Action], *, name: str) -> bytes:
    """The given actions on their dates, under a name; those without a date are on no day."""
    return calendar([day_of(action) for action in actions if action.due_on], name=name)


def day_of(action: Action) -> Day:
    host = urlsplit(settings.SITE_URL).hostname
    group = action.plan.group
    status = _("Status: %(status)s") % {"status": action.status_label}
    plan = _("Action plan of %(group)s") % {"group": group} if group else _("Your own action plan")
    return Day(
        uid=f"action-{action.pk}@{host}",
        day=action.due_on,
        title=action.title,
        url=settings.SITE_URL + action.get_absolute_url(),
        description=f"{plan}\n{status}",
        status=IN_CALENDARS.get(action.status, "CONFIRMED"),
        sequence=action.version,
    )


# --- A person's own -------------------------------------------------------------------------------


def make_feed(user: User) -> CalendarFeed:
    """The address of somebody's calendar: the one that they have, if they have one."""
    feed, _is_new = CalendarFeed.objects.get_or_create(
        user=user, defaults={"secret": secrets.token_urlsafe(32)}
    )
    return feed


def renew_feed(user: User) -> None:
    """Another address in place of the one there is, which stops at once."""
    CalendarFeed.objects.filter(user=user).update(
        secret=secrets.token_urlsafe(32), made_at=timezone.now()
    )


def stop_feed(user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def feed_of(feed: CalendarFeed) -> bytes:
    """What its owner has promised and not done, and what they did lately."""
    lately = timezone.now() - DONE_IS_KEPT
    actions = Action.objects.owned_by(feed.user).with_owner_there().promised_since(lately)
    return plan_calendar(actions.for_calendar(), name=_("One Step Back: your actions"))
