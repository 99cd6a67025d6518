"""People, the organisations and teams they belong to, their letters, and the history."""

import secrets
import zoneinfo
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from organisations.querysets import (
    AuditEventQuerySet,
    InvitationQuerySet,
    LetterQuerySet,
    MembershipQuerySet,
    OrganisationQuerySet,
    SystemQuerySet,
    TeamMembershipQuerySet,
    TeamQuerySet,
)
from organisations.statements import CompiledOnce

SMALLEST_GROUP, LARGEST_MINIMUM = 5, 20  # a minimum group may be set within these
YEARS, KEPT_YEARS = (1, 10), 3  # that names are kept
GROUP_LIMITS = [MinValueValidator(SMALLEST_GROUP), MaxValueValidator(LARGEST_MINIMUM)]
YEAR_LIMITS = [MinValueValidator(YEARS[0]), MaxValueValidator(YEARS[1])]
INVITATION_LASTS = timedelta(days=14)
NAMELESS = _("Somebody who has not given a name")


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> "CompiledOnce[User]":
        return CompiledOnce(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account, who signs in with an e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=settings.TIME_ZONE)
    unwanted_letters = models.JSONField(_("letters not wanted"), default=list, blank=True)
    is_staff = models.BooleanField(_("works in the site's admin"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_its_case")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def public_name(self) -> str:
        """The name for other people: never the address, which only managers of people see."""
        return self.name or str(NAMELESS)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A new e-mail address ends all sessions, as a new password does in Django."""
        # Both public methods call this one, which Django's type stubs leave out.
        of_password: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return salted_hmac(
            "organisations.User.sessions",
            of_password + self.email,
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        """Today's date in the time zone of this person."""
        return timezone.localdate(timezone=self.zone)

    def holds(self, address: str) -> bool:
        """True for the e-mail address of this account, and for others that were proved."""
        if self.email.casefold() == address.casefold():
            return True
        proved = EmailAddress.objects.filter(user=self, verified=True)
        return bool(proved.filter(email__iexact=address).exists())


class System(models.Model):
    """A partnership of organisations, such as an integrated care system."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    minimum_group = models.PositiveSmallIntegerField(
        _("minimum group"), default=SMALLEST_GROUP, validators=GROUP_LIMITS
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=settings.TIME_ZONE)
    conveners = models.ManyToManyField(
        User, verbose_name=_("conveners"), blank=True, related_name="systems"
    )

    objects = SystemQuerySet.as_manager()

    class Meta:
        verbose_name = _("system")
        verbose_name_plural = _("systems")
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_group__range=(SMALLEST_GROUP, LARGEST_MINIMUM)),
                name="system_minimum_group_5_to_20",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("systems:detail", args=[self.slug])


class Organisation(models.Model):
    """A trust, council, charity or practice that people belong to, with settings for its rounds."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    system = models.ForeignKey(
        System,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("system"),
        related_name="organisations",
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=settings.TIME_ZONE)
    minimum_group = models.PositiveSmallIntegerField(
        _("minimum group"), default=SMALLEST_GROUP, validators=GROUP_LIMITS
    )
    allows_named_rounds = models.BooleanField(_("named rounds are allowed"), default=False)
    safeguarding_contact = models.TextField(
        _("whom to contact if somebody is at risk"), blank=True, max_length=1000
    )
    retention_years = models.PositiveSmallIntegerField(
        _("years that names are kept"), default=KEPT_YEARS, validators=YEAR_LIMITS
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_group__range=(SMALLEST_GROUP, LARGEST_MINIMUM)),
                name="organisation_minimum_group_5_to_20",
            ),
            models.CheckConstraint(
                condition=Q(retention_years__range=YEARS), name="names_are_kept_1_to_10_years"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisations:detail", args=[self.slug])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        """Today's date in the time zone of this organisation."""
        return timezone.localdate(timezone=self.zone)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Team(models.Model):
    """A service, project or team of an organisation."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("Service")
        PROJECT = "project", _("Project")
        TEAM = "team", _("Team")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.TEAM)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    # Marks, where a query has asked for them: `with_rights`, `with_counts`.
    can_administer: bool
    can_manage: bool
    is_mine: bool
    people: int

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("name"),
                name="team_name_once_an_organisation",
                violation_error_message=_(
                    "There is a service, project or team of that name already, perhaps an "
                    "archived one. Choose another name"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:detail", args=[self.pk])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Membership(models.Model):
    """A person's membership of an organisation, from a day on until it ends."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=13, choices=Role, default=Role.MEMBER)
    role_changes = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    # Marks, where a query has asked for them: `with_reach`, `for_list`.
    is_not_reached: bool
    places: list["TeamMembership"]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(ended_at=None),
                name="one_current_membership_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("people:detail", args=[self.organisation.slug, self.pk])

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR


class TeamMembership(models.Model):
    """A person's place in a team. It goes when the membership ends."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        FACILITATOR = "facilitator", _("Facilitator")

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="team_memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=11, choices=Role, default=Role.MEMBER)

    objects = TeamMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a team")
        verbose_name_plural = _("places in teams")
        constraints = [
            models.UniqueConstraint(fields=["membership", "team"], name="one_place_a_team")
        ]

    def __str__(self) -> str:
        return str(self.team)

    @property
    def is_facilitator(self) -> bool:
        return self.role == self.Role.FACILITATOR


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def two_weeks_on() -> datetime:
    return timezone.now() + INVITATION_LASTS


class Invitation(models.Model):
    """An invitation to join an organisation: for one address, once, within 14 days."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"), blank=True)  # empty once it is forgotten
    role = models.CharField(max_length=13, choices=Membership.Role, default=Membership.Role.MEMBER)
    teams = models.ManyToManyField(
        Team, blank=True, through="InvitedPlace", related_name="invitations"
    )
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="invitations_made"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    times_sent = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField(default=two_weeks_on)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="invitations_accepted"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    is_not_reached: bool  # a mark, where `for_list` has asked for it

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(accepted_at=None, cancelled_at=None),
                name="one_pending_invitation_an_address",
            )
        ]
        indexes = [models.Index(fields=["invited_by", "sent_at"], name="invitations_of_a_day")]

    def __str__(self) -> str:
        return str(self.accepted_by or self.email)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """True while it can be accepted, as far as its own row tells."""
        return not (self.accepted_at or self.cancelled_at or self.is_expired)

    @property
    def can_be_resent(self) -> bool:
        """True an hour after it was sent, so that nobody's mailbox is filled."""
        return self.sent_at <= timezone.now() - timedelta(hours=1)


class InvitedPlace(models.Model):
    """A place in a team that comes with an invitation."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="places")
    team = models.ForeignKey(Team, models.CASCADE, related_name="invited_places")
    role = models.CharField(
        max_length=11, choices=TeamMembership.Role, default=TeamMembership.Role.MEMBER
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "team"], name="one_invited_place_a_team")
        ]

    def __str__(self) -> str:
        return str(self.team)


class Letter(models.Model):
    """An e-mail to send, or sent (a row of the outbox). Its words are made at delivery.

    So it holds no secret. About one thing, on one occasion, a kind of letter goes to an address
    once: a constraint makes writing it twice harmless.
    """

    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="letters"
    )
    address = models.EmailField()
    about_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True)
    about_id = models.CharField(max_length=36, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    occasion = models.CharField(max_length=40, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)  # no longer true when it was to go

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(
                fields=["about_type", "about_id", "kind", "address", "occasion"],
                condition=Q(about_type__isnull=False),
                name="a_letter_goes_once_an_occasion",
            )
        ]
        indexes = [
            models.Index(
                "not_before",
                condition=Q(sent_at=None, dropped_at=None),
                name="letters_still_to_send",
            ),
            models.Index(Lower("address"), "sent_at", name="letters_to_an_address"),
        ]

    def __str__(self) -> str:
        return self.kind


class AuditEvent(models.Model):
    """An entry of the history. It holds no name of a person, no answer and no secret."""

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=24)  # registered in history.py, by the app it belongs to
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="events_caused"
    )
    subject = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="events_about"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="events"
    )
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, related_name="events")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="events")
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="events"
    )
    changes = models.JSONField(default=dict, blank=True)  # {field: [from, to]}

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["organisation", "-at"], name="events_of_an_organisation")]

    def __str__(self) -> str:
        return self.kind

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("What was done is not changed afterwards.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What was done is not taken away.")
