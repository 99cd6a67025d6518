"""Plans, their actions, the story of each, and actions that are raised to a plan above."""

import uuid
from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.querysets import (
    OPEN_STATUSES,
    ActionPlanQuerySet,
    ActionQuerySet,
    EscalationQuerySet,
)
from organisations.groups import Group, keeper_of
from organisations.models import Organisation, System, Team, User
from organisations.statements import CompiledOnce
from reflections.models import Barrier, Level, Question


class ActionPlan(models.Model):
    """The plan of a person, a team, an organisation or a system. Each has exactly one."""

    # Annotated by querysets: by `with_rights`, and by `with_waiting`.
    can_edit: bool
    raised_and_waiting: int
    proposals: int
    raised: int
    ownerless: int

    user = models.OneToOneField(User, models.CASCADE, null=True, blank=True, related_name="plan")
    team = models.OneToOneField(Team, models.PROTECT, null=True, blank=True, related_name="plan")
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, blank=True, related_name="plan"
    )
    system = models.OneToOneField(
        System, models.PROTECT, null=True, blank=True, related_name="plan"
    )
    # {level: where the group wants to be}; a person's own is in their latest reflection.
    visions = models.JSONField(default=dict, blank=True)
    # "You said, we did": first as the plan's readers are shown it, then as everybody may read it.
    previewed = models.JSONField(null=True, blank=True)
    previewed_at = models.DateTimeField(null=True, blank=True)
    published = models.JSONField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_token = models.CharField(max_length=43, unique=True, null=True, blank=True)
    # The last time that the public page was taken back: a form that is older may not publish.
    taken_back_at = models.DateTimeField(null=True, blank=True)

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
            ),
            models.CheckConstraint(
                condition=Q(published__isnull=True, published_at=None, published_token=None)
                | Q(
                    published__isnull=False,
                    published_at__isnull=False,
                    published_token__isnull=False,
                ),
                name="published_pages_have_an_address",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.team or self.organisation or self.system)

    def get_absolute_url(self) -> str:
        if self.is_personal:
            return reverse("plans:own")
        return reverse("plans:detail", args=[self.pk])

    @property
    def is_personal(self) -> bool:
        return self.user_id is not None

    @property
    def group(self) -> Group | None:
        """The team, organisation or system that the plan belongs to; None for a person's own."""
        return self.team or self.organisation or self.system

    @property
    def shared_group(self) -> Group:
        """The group of a plan that is known to be shared; ValueError for a person's own."""
        if self.group is None:
            raise ValueError(f"Plan {self.pk} belongs to a person and not to a group.")
        return self.group

    @property
    def keeper(self) -> User | Organisation | System:
        """The person, organisation or system whose time zone counts for the dates of the plan."""
        return self.user or keeper_of(self.shared_group)

    @property
    def today(self) -> date:
        return timezone.localdate(timezone=ZoneInfo(self.keeper.time_zone))


class Action(models.Model):
    """One promise in a plan: somebody does something by a date."""

    # Annotated by querysets: by `with_rights`, and by `with_raised`.
    can_plan: bool
    can_read_plan: bool
    is_raised: bool

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
    # A copy of a shared idea's words, and its key, by which a text that is taken back is found.
    idea = models.TextField(blank=True)
    idea_key = models.UUIDField(null=True, blank=True, editable=False)
    you_said = models.TextField(_("you said"), blank=True)
    we_did = models.TextField(_("we did"), blank=True)
    # The idempotency key of the form that added the action: a form sent twice adds it once.
    made_with = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    proposed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="proposed_actions"
    )
    created_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="completed_actions"
    )
    version = models.PositiveIntegerField(default=0)  # an optimistic lock: see EditConflict

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
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(completed_at__isnull=True),
                name="actions_to_do_by_date",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("actions:detail", args=[self.pk])

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS[self.status])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_tellable(self) -> bool:
        """True if “You said, we did” may tell of it: `ActionQuerySet.tellable` for one action."""
        is_shared = not self.plan.is_personal
        return is_shared and self.level != Level.INDIVIDUAL and self.status != "proposed"

    @property
    def is_raisable(self) -> bool:
        """True if a plan above could help: `ActionQuerySet.raisable` for one action."""
        organisation = self.plan.organisation
        is_below = bool(self.plan.team or (organisation and organisation.system_id))
        return is_below and self.is_open and self.level != Level.INDIVIDUAL

    def is_overdue(self, today: date) -> bool:
        """True for an open action whose date has passed for a reader whose date is `today`."""
        return self.is_open and self.due_on is not None and self.due_on < today


# `get_status_display` would build this mapping, and hash every lazy label, at each call.
STATUS_LABELS = dict(Action.Status.choices)


class ActionBarrier(models.Model):
    """A barrier that an action answers, with a copy of its words and without its author.

    In a shared plan the words are deleted when their author takes them back, or a facilitator takes
    them out of the results. Words of a named round are never copied.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="action_barriers")
    barrier = models.ForeignKey(
        Barrier, models.SET_NULL, null=True, blank=True, related_name="action_barriers"
    )
    text = models.TextField(blank=True)

    objects = CompiledOnce.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "barrier"], name="barrier_once_an_action")
        ]

    def __str__(self) -> str:
        return self.text


class Escalation(models.Model):
    """An action raised to the plan above in new words, with the answer from there."""

    can_read_other: bool  # set by `raised_around`

    class Status(models.TextChoices):
        RAISED = "raised", _("Raised")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Taken back")  # its words are gone

    action = models.ForeignKey(Action, models.CASCADE, related_name="escalations")
    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="escalations")
    title = models.CharField(_("what is needed"), max_length=200)
    detail = models.TextField(_("why, and what was tried"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RAISED)
    raised_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="escalations"
    )
    raised_at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(_("reply"), blank=True)
    answered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="answered_escalations"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    became = models.OneToOneField(
        Action, models.SET_NULL, null=True, blank=True, related_name="raised_as"
    )
    # The idempotency key of the form that raised it: a form sent twice raises it once.
    made_with = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("raised action")
        verbose_name_plural = _("raised actions")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "plan"],
                condition=Q(status__in=["raised", "accepted"]),
                name="raised_once_until_answered",
                violation_error_message=_("This is raised already"),
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(reply=""),
                name="declining_says_why",
                violation_error_message=_("Say why"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.RAISED


class CalendarFeed(models.Model):
    """The secret address at which a person's calendar reads their actions."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    secret = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.user)


class ActionUpdate(models.Model):
    """One entry in the story of an action. Entries are added, never changed."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="updates")
    author = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="action_updates"
    )
    made_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)  # {field: [from, to]}, as text
    # The version of the action with these changes; None for an update that changed no field of it.
    version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["made_at"], name="updates_by_age")]

    def __str__(self) -> str:
        return f"{self.action} {self.made_at:%Y-%m-%d}"
