"""Who people are, and the letters they are sent."""

import zoneinfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from organisations.querysets import LetterQuerySet


class UserManager(BaseUserManager["User"]):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account, who signs in with an e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=settings.TIME_ZONE)
    one_question_a_page = models.BooleanField(_("one question at a time"), default=False)
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

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    def _get_session_auth_hash(self, secret=None):
        """Sessions end with the password, as Django has it, and with the e-mail address."""
        # Both public methods call this one, which Django's type stubs leave out.
        of_password = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return salted_hmac(
            "organisations.User.sessions",
            of_password + self.email,
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def today(self):
        """The date where this person is."""
        return timezone.localdate(timezone=self.zone)


class Letter(models.Model):
    """An e-mail to send, or sent. Its words are made at delivery, so it holds no secret."""

    class Kind(models.TextChoices):
        ACCOUNT_ALREADY_EXISTS = "account_already_exists", _("You already have an account")
        EMAIL_CHANGED = "email_changed", _("Your e-mail address was changed")
        EMAIL_CONFIRM = "email_confirm", _("Your e-mail address was confirmed")
        EMAIL_DELETED = "email_deleted", _("An e-mail address was removed")
        PASSWORD_CHANGED = "password_changed", _("Your password was changed")
        PASSWORD_RESET = "password_reset", _("Your password was reset")
        PASSWORD_SET = "password_set", _("You now have a password")

    kind = models.CharField(max_length=40, choices=Kind)
    recipient = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="letters"
    )
    address = models.EmailField()
    written_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(
                "not_before", condition=models.Q(sent_at=None), name="letters_still_to_send"
            )
        ]

    def __str__(self):
        return self.get_kind_display()
