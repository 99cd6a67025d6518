"""Questions, rounds, and the answers of people: the tables of reflecting."""

import uuid
import zoneinfo
from datetime import date
from typing import Any, cast

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.groups import Group
from organisations.models import (
    LARGEST_MINIMUM,
    SMALLEST_GROUP,
    Organisation,
    System,
    Team,
    User,
)
from organisations.statements import CompiledOnce
from reflections.querysets import ParticipationQuerySet, RoundQuerySet


class Level(models.TextChoices):
    """The four levels at which the paper asks, from the person outwards."""

    INDIVIDUAL = "individual", _("Individual")
    TEAM = "team", _("Service, project or team")
    ORGANISATION = "organisation", _("Organisation")
    SYSTEM = "system", _("System")

    @property
    def heading(self) -> Promise:
        """The paper's heading above the questions of this level."""
        return {
            Level.INDIVIDUAL: _("Individual level"),
            Level.TEAM: _("Service, project or team"),
            Level.ORGANISATION: _("Organisational level"),
            Level.SYSTEM: _("System level"),
        }[self]

    @property
    def about(self) -> Promise:
        """The subject of this level, in a few words."""
        return {
            Level.INDIVIDUAL: _("What you do, or what you experience, yourself"),
            Level.TEAM: _("The service, project or team that you work in or take part in"),
            Level.ORGANISATION: _("How things are done in the organisation"),
            Level.SYSTEM: _("How organisations work together where you are"),
        }[self]


class Perspective(models.TextChoices):
    """The side from which somebody answers: it decides the wording of their questions."""

    STAFF = "staff", _("I work or volunteer in a service")
    PARTNER = (
        "partner",
        _("I draw on care and support, or I am a carer, a family member or a citizen"),
    )


class Rating(models.IntegerChoices):
    """The five worded answers, now and wanted. Never a number on a page, never an average."""

    NOT_YET = 1, _("Not yet")
    A_LITTLE = 2, _("A little")
    PARTLY = 3, _("Partly")
    MOSTLY = 4, _("Mostly")
    FULLY = 5, _("Fully")


DONT_KNOW = 0
DONT_KNOW_LABEL = _("I don’t know, or it does not apply")


class QuestionSet(models.Model):
    """A published version of the questions. It never changes: a change is a new version."""

    name = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("question set")
        verbose_name_plural = _("question sets")
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="question_set_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class LevelWording(models.Model):
    """The introduction of a level, for one perspective in one language."""

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="level_wordings")
    level = models.CharField(max_length=12, choices=Level)
    perspective = models.CharField(max_length=7, choices=Perspective)
    language = models.CharField(max_length=10)
    easy = models.BooleanField(_("easy read"), default=False)
    text = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question_set", "level", "perspective", "language", "easy"],
                name="level_wording_once",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Question(models.Model):
    """One question at one level; its key stays the same from version to version."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("Scale")
        BARRIER = "barrier", _("Barrier")

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions")
    level = models.CharField(max_length=12, choices=Level)
    kind = models.CharField(max_length=7, choices=Kind)
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["question_set", "key"], name="question_key_once"),
            models.UniqueConstraint(
                fields=["question_set", "position"], name="question_position_once"
            ),
            models.UniqueConstraint(
                fields=["question_set", "level"],
                condition=Q(kind="barrier"),
                name="one_barrier_question_a_level",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class QuestionWording(models.Model):
    """The words of a question, for one perspective in one language.

    They are data, not gettext: answers keep the wording that was answered.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="wordings")
    perspective = models.CharField(max_length=7, choices=Perspective)
    language = models.CharField(max_length=10)
    easy = models.BooleanField(_("easy read"), default=False)
    text = models.CharField(max_length=300)
    hint = models.CharField(max_length=300, blank=True)
    reviewed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "perspective", "language", "easy"],
                name="question_wording_once",
            )
        ]

    def __str__(self) -> str:
        return self.text


class ReadingPreference(models.Model):
    """A person's choice of how to read the questions. Without a row the defaults count."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="reading_preference"
    )
    one_question_a_page = models.BooleanField(_("one question at a time"), default=False)

    def __str__(self) -> str:
        return str(self.pk)


def all_levels() -> list[str]:
    return list(Level.values)


class Round(models.Model):
    """A dated invitation to a team, an organisation or a system to reflect together.

    The promises that people read before they answer are made from it. So it freezes when it opens:
    only the closing date may change, and only to a later one.
    """

    class Sharing(models.TextChoices):
        CONFIDENTIAL = "confidential", _("Confidential")
        NAMED = "named", _("Named")

    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="rounds")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="rounds"
    )
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="rounds")
    title = models.CharField(_("title"), max_length=100)
    levels = models.JSONField(_("levels"), default=all_levels)
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="rounds")
    sharing = models.CharField(
        _("sharing"), max_length=12, choices=Sharing, default=Sharing.CONFIDENTIAL
    )
    compares_perspectives = models.BooleanField(_("staff and partners side by side"), default=False)
    minimum_group = models.PositiveSmallIntegerField(_("minimum group"), default=SMALLEST_GROUP)
    time_zone = models.CharField(max_length=64)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))  # the last day on which people can answer
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="rounds_created"
    )
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(null=True, blank=True)  # see summaries.py: written once, at closing
    announced_at = models.DateTimeField(null=True, blank=True)  # all letters about them are written

    objects = RoundQuerySet.as_manager()

    # Marks, where a query has asked for them: `with_rights`, `with_earlier_figures`, `for_home`.
    can_manage: bool
    can_read_plan: bool
    earlier_figures: Any  # `StoredFigures` of summaries.py, or None
    is_begun: bool
    is_finished: bool

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, organisation=None, system=None)
                | Q(team=None, organisation__isnull=False, system=None)
                | Q(team=None, organisation=None, system__isnull=False),
                name="a_round_is_of_exactly_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=[whose],
                    condition=Q(closed_at=None),
                    name=f"one_round_at_a_time_of_a_{whose}",
                    violation_error_message=_("There is a round already. Close that one first"),
                )
                for whose in ("team", "organisation", "system")
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")),
                name="a_round_closes_after_it_opens",
                violation_error_message=_("The round must close on the day it opens, or later"),
            ),
            models.CheckConstraint(
                condition=Q(sharing="confidential") | Q(team__isnull=False),
                name="only_a_team_has_named_rounds",
            ),
            models.CheckConstraint(
                condition=Q(sharing="confidential") | Q(compares_perspectives=False),
                name="named_rounds_compare_no_perspectives",
            ),
            models.CheckConstraint(
                condition=Q(minimum_group__range=(SMALLEST_GROUP, LARGEST_MINIMUM)),
                name="round_minimum_group_5_to_20",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, figures__isnull=True)
                | Q(closed_at__isnull=False, figures__isnull=False),
                name="closed_rounds_have_figures",
            ),
        ]
        indexes = [
            models.Index(
                "closes_on", condition=Q(closed_at=None), name="rounds_still_to_open_or_close"
            ),
            models.Index(
                "closed_at",
                condition=Q(closed_at__isnull=False, announced_at=None),
                name="rounds_still_to_announce",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rounds:detail", args=[self.pk])

    @property
    def group(self) -> Group:
        """The team, organisation or system that reflects; a constraint says that there is one."""
        return cast(Group, self.team or self.organisation or self.system)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        """Today's date in the time zone of the round."""
        return timezone.localdate(timezone=self.zone)

    @property
    def is_named(self) -> bool:
        return self.sharing == self.Sharing.NAMED

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_scheduled(self) -> bool:
        """True before the round opens, while everything in it can still change."""
        return self.opened_at is None

    @property
    def is_open(self) -> bool:
        """True while people can answer: until the last day is over, even if `tick` is late."""
        return bool(self.opened_at) and not self.closed_at and self.today <= self.closes_on

    @property
    def asked_levels(self) -> list[Level]:
        """The levels that the round asks about, from the person outwards."""
        return [level for level in Level if level in self.levels]


class Participation(models.Model):
    """One person's sitting, in a round or for themselves: one set of reflections and answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="participations"
    )
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="participations"
    )
    perspective = models.CharField(max_length=7, choices=Perspective)
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="participations")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    one_question_a_page: bool  # a mark, where `with_reading_preference` has asked for it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(finished_at=None, round=None),
                name="one_reflection_at_a_time_for_oneself",
            ),
            models.UniqueConstraint(fields=["round", "user"], name="one_participation_a_round"),
        ]
        indexes = [models.Index(fields=["user", "-finished_at"], name="participations_of_a_person")]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("reflecting:detail", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def is_changeable(self) -> bool:
        """True until its round closes; of a sitting for oneself, until it is finished."""
        return self.round.is_open if self.round else not self.is_finished

    @property
    def finished_levels(self) -> list[Level]:
        """The levels that were answered, from the person outwards; reads all reflections."""
        finished = {
            reflection.level for reflection in self.reflections.all() if reflection.submitted_at
        }
        return [level for level in Level if level in finished]


class Reflection(models.Model):
    """One level of a participation, dated when its author finished it.

    Each `…_shared` is yes, no, or not yet chosen, which counts as no.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="reflections")
    level = models.CharField(max_length=12, choices=Level)
    submitted_at = models.DateTimeField(null=True, blank=True)
    vision = models.TextField(blank=True)
    vision_shared = models.BooleanField(null=True, blank=True)
    idea = models.TextField(blank=True)
    idea_shared = models.BooleanField(null=True, blank=True)
    counted = models.BooleanField(null=True, blank=True)

    objects = CompiledOnce.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "level"], name="one_reflection_a_level"
            )
        ]

    def __str__(self) -> str:
        return self.get_level_display()


class Answer(models.Model):
    """The answer to one question. The row exists from the start; an empty one is not answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=[(DONT_KNOW, DONT_KNOW_LABEL), *Rating.choices]
    )
    target = models.PositiveSmallIntegerField(null=True, blank=True, choices=Rating)
    comment = models.TextField(blank=True)
    comment_shared = models.BooleanField(null=True, blank=True)
    has_barrier = models.BooleanField(null=True, blank=True)

    objects = CompiledOnce.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reflection", "question"], name="one_answer_a_question"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(DONT_KNOW, Rating.FULLY)),
                name="rating_on_the_scale_or_unknown",
            ),
            models.CheckConstraint(
                condition=Q(target=None) | Q(target__range=(Rating.NOT_YET, Rating.FULLY)),
                name="target_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return str(self.question)


class TakenOut(models.Model):
    """A shared text that a facilitator took out of the results, because it shows who somebody is.

    The page of results says that one was taken out, by whom and why. Its author still reads it.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="taken_out")
    level = models.CharField(max_length=12, choices=Level)
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=7)  # comment, barrier, vision or idea
    text_id = models.UUIDField()  # the key that it has among the shared texts: see summaries.py
    taken_out_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="texts_taken_out"
    )
    reason = models.CharField(max_length=300)
    taken_out_at = models.DateTimeField(default=timezone.now)

    objects = CompiledOnce.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "text_id"], name="a_text_is_taken_out_once")
        ]

    def __str__(self) -> str:
        return self.reason


class Barrier(models.Model):
    """Something that gets in the way, in its author's own words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, models.CASCADE, related_name="barriers")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    shared = models.BooleanField(null=True, blank=True)

    objects = CompiledOnce.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
