"""The days of the demo: all of it happens before today, in London, and never at night."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reflections.models import Perspective

LONDON = ZoneInfo("Europe/London")
WORKING_DAYS = 5  # a week, from Monday on


class Calendar:
    """The days of one person's story, seen from today. Staff write on working days."""

    def __init__(self, today: date, perspective: str) -> None:
        self.today = today
        self.works = perspective == Perspective.STAFF

    def moment(self, ago: int, at: str) -> datetime:
        day = self.today - timedelta(days=ago)
        if self.works:
            day -= timedelta(days=days_since_friday(day))
        return datetime.combine(day, time.fromisoformat(at), tzinfo=LONDON)

    def due_on(self, days: int) -> date:
        """A date that is no weekend: the Friday before if it has passed, else the Monday after."""
        day = self.today + timedelta(days=days)
        weekend = days_since_friday(day)
        if not weekend:
            return day
        return day - timedelta(days=weekend) if days < 0 else day + timedelta(days=3 - weekend)


def days_since_friday(day: date) -> int:
    """1 on a Saturday, 2 on a Sunday, and 0 on every working day."""
    return max(0, day.weekday() - 4)


def working_moment(today: date, ago: int, at: str) -> datetime:
    """A moment so many working days ago. A larger `ago` is an earlier day on every weekday."""
    monday = today - timedelta(days=today.weekday())
    weeks, weekday = divmod(min(today.weekday(), WORKING_DAYS) - ago, WORKING_DAYS)
    day = monday + timedelta(weeks=weeks, days=weekday)
    return datetime.combine(day, time.fromisoformat(at), tzinfo=LONDON)
