"""And then one step forward: a plan, its actions, and the story of each."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.querysets import OPEN, ActionPlanQuerySet, ActionQuerySet
from organisations.models import Organisation, System, Team, User
from reflections.models import Barrier, Level, Question


class ActionPlan(models.Model):
    """What somebody will do: exactly one a person, team, organisation and system."""

    user = models.OneToOneField(User, models.CASCADE, null=True, blank=True, related_name="plan")
    team = models.OneToOneField(Team, models.PROTECT, null=True, blank=True, related_name="plan")
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, blank=True, related_name="plan"
    )
    system = models.OneToOneField(
        System, models.PROTECT, null=True, blank=True, related_name="plan"
    )

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None, organisation=None, system=None)
                | Q(user=None, team__isnull=False, organisation=None, system=None)
                | Q(user=None, team=None, organisation__isnull=False, system=None)
                | Q(user=None, team=None, organisation=None, system__isnull=False),
                name="a_plan_is_of_exactly_one",
            )
        ]

    def __str__(self):
        return str(self.user or self.team or self.organisation or self.system)

    def get_absolute_url(self):
        return reverse("actionplans:plan_detail")


class Action(models.Model):
    """One promise in a plan: somebody does something by a date."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        PLANNED = "planned", _("Planned")
        UNDER_WAY = "under_way", _("Under way")
        STUCK = "stuck", _("Stuck")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="actions")
    level = models.CharField(_("level"), max_length=12, choices=Level)
    title = models.CharField(_("what"), max_length=200)
    detail = models.TextField(_("more about it"), blank=True)
    measure = models.TextField(_("how will we know"), blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="actions")
    owner_name = models.CharField(_("who"), max_length=150, blank=True)
    owner_left = models.BooleanField(default=False)
    with_partners = models.TextField(_("who with lived experience is part of this"), blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    made_with = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # its form
    created_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="completed_actions"
    )
    version = models.PositiveIntegerField(default=0)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "dropped"])
                | Q(due_on__isnull=False)
                & (Q(owner__isnull=False) | ~Q(owner_name="") | Q(owner_left=True)),
                name="planned_actions_have_somebody_and_a_date",
                violation_error_message=_("Say who will do this, and by when"),
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(owner_name=""),
                name="one_owner_with_an_account_or_without",
            ),
            models.CheckConstraint(
                condition=Q(status="done", completed_at__isnull=False)
                | ~Q(status="done") & Q(completed_at__isnull=True),
                name="done_actions_say_when",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("actionplans:action_detail", args=[self.pk])

    @property
    def is_open(self):
        return self.status in OPEN

    def is_overdue(self, today):
        """Whether the date has passed for somebody whose date is `today`."""
        return self.is_open and self.due_on < today


class ActionBarrier(models.Model):
    """Which barriers an action answers: the words as they were, never who wrote them."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="action_barriers")
    barrier = models.ForeignKey(
        Barrier, models.SET_NULL, null=True, blank=True, related_name="action_barriers"
    )
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "barrier"], name="barrier_once_an_action")
        ]

    def __str__(self):
        return self.text


class ActionUpdate(models.Model):
    """One entry in the story of an action. Entries are added, never changed."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="updates")
    author = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="action_updates"
    )
    made_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)  # {field: [from, to]}, as text

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.action} {self.made_at:%Y-%m-%d}"
