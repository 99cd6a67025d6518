"""A person steps back: what is asked, and what they answer."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organisations.models import User
from reflections.querysets import ParticipationQuerySet


class Level(models.TextChoices):
    """The four levels at which the paper asks, from the person outwards."""

    INDIVIDUAL = "individual", _("Individual")
    TEAM = "team", _("Service, project or team")
    ORGANISATION = "organisation", _("Organisation")
    SYSTEM = "system", _("System")

    @property
    def heading(self):
        """What the paper calls this level above its questions."""
        return {
            Level.INDIVIDUAL: _("Individual level"),
            Level.TEAM: _("Service, project or team"),
            Level.ORGANISATION: _("Organisational level"),
            Level.SYSTEM: _("System level"),
        }[self]

    @property
    def about(self):
        """What somebody looks at there, in a few words."""
        return {
            Level.INDIVIDUAL: _("What you do, or what you experience, yourself"),
            Level.TEAM: _("The service, project or team that you work in or take part in"),
            Level.ORGANISATION: _("How things are done in the organisation"),
            Level.SYSTEM: _("How organisations work together where you are"),
        }[self]

    @property
    def following(self):
        """The next level outwards; None after the system."""
        levels = list(Level)
        return next(iter(levels[levels.index(self) + 1 :]), None)


class Perspective(models.TextChoices):
    """Which questions fit somebody."""

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

    def __str__(self):
        return f"{self.name} {self.version}"


class LevelWording(models.Model):
    """How a level is introduced to somebody."""

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

    def __str__(self):
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

    def __str__(self):
        return self.key


class QuestionWording(models.Model):
    """How a question is asked of somebody: data, not gettext, because past answers keep theirs."""

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

    def __str__(self):
        return self.text


class Participation(models.Model):
    """One person's sitting, for themselves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="participations"
    )
    perspective = models.CharField(max_length=7, choices=Perspective)
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="participations")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(finished_at=None),
                name="one_reflection_at_a_time_for_oneself",
            )
        ]
        indexes = [models.Index(fields=["user", "-finished_at"], name="participations_of_a_person")]

    def __str__(self):
        return str(self.pk)

    def get_absolute_url(self):
        return reverse("actionplans:participation_detail", args=[self.pk])

    @property
    def is_finished(self):
        return self.finished_at is not None

    @property
    def finished_levels(self):
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "level"], name="one_reflection_a_level"
            )
        ]

    def __str__(self):
        return self.get_level_display()


class Answer(models.Model):
    """One question answered. The row is there from the start, so that an empty one says so."""

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

    def __str__(self):
        return str(self.question)


class Barrier(models.Model):
    """Something that gets in the way, in its author's own words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, models.CASCADE, related_name="barriers")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    shared = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text
