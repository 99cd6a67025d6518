"""Which participations a person holds."""

from django.db import models
from django.db.models import F


class ParticipationQuerySet(models.QuerySet):
    """Whose words these are: nobody but their author ever reaches them."""

    def held_by(self, request):
        """The one way in for pages that reflect: a person's own."""
        return self.filter(user=request.user)

    def unfinished(self):
        return self.filter(finished_at=None)

    def finished(self):
        return self.exclude(finished_at=None).order_by("-finished_at")

    def last_perspective(self):
        """Which questions fitted this person the last time; None if they never said."""
        return self.finished().values_list("perspective", flat=True).first()

    def latest_first(self):
        """The one under way, then the finished ones by date."""
        return self.order_by(F("finished_at").desc(nulls_first=True))

    def with_levels(self):
        return self.prefetch_related("reflections")
