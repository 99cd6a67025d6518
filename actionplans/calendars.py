"""Actions in calendars: those of a plan as a file, and a person's own at a secret address."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
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
    """A calendar file with the actions on their dates. An action without a date is left out."""
    return calendar(
        [day_of(action, action.due_on) for action in actions if action.due_on], name=name
    )


def day_of(action: Action, due_on: date) -> Day:
    host = urlsplit(settings.SITE_URL).hostname
    group = action.plan.group
    status = _("Status: %(status)s") % {"status": action.status_label}
    plan = _("Action plan of %(group)s") % {"group": group} if group else _("Your own action plan")
    return Day(
        uid=f"action-{action.pk}@{host}",
        day=due_on,
        title=action.title,
        url=settings.SITE_URL + action.get_absolute_url(),
        description=f"{plan}\n{status}",
        status=IN_CALENDARS.get(action.status, "CONFIRMED"),
        sequence=action.version,
    )


# --- A person's own -------------------------------------------------------------------------------


def make_feed(user: User) -> CalendarFeed:
    """The person's calendar feed, made when it is first asked for."""
    feed, _is_new = CalendarFeed.objects.get_or_create(
        user=user, defaults={"secret": secrets.token_urlsafe(32)}
    )
    return feed


def renew_feed(user: User) -> None:
    """Give the feed another address. The one before stops at once."""
    CalendarFeed.objects.filter(user=user).update(
        secret=secrets.token_urlsafe(32), made_at=timezone.now()
    )


def stop_feed(user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def feed_of(feed: CalendarFeed) -> bytes:
    """The calendar file of a feed: its owner's open actions, and those done in 30 days."""
    lately = timezone.now() - DONE_IS_KEPT
    actions = Action.objects.owned_by(feed.user).with_owner_there().promised_since(lately)
    return plan_calendar(actions.for_calendar(), name=_("One Step Back: your actions"))
