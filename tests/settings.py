"""The few settings that tests change."""

from onestepback.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
DELIVER_LETTERS_AT_ONCE = False
ACCOUNT_RATE_LIMITS = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
