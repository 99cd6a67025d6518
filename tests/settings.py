"""The settings of tests: those of the product, with a few changed."""

import os

from onestepback.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
MAIL_IS_SENT = True
DELIVER_LETTERS_AT_ONCE = False
POST_CODES_IN_BACKGROUND = False
ACCOUNT_RATE_LIMITS = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

# No power cut comes in a test, so no commit waits for the disk; and what waits for a lock for ever
# fails, by name.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in use: a database in memory locks whole tables when a server thread shares it.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"tests-{os.getpid()}.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous = OFF;"  # noqa: F405
else:
    DATABASES["default"]["OPTIONS"]["options"] = (  # noqa: F405
        "-c synchronous_commit=off -c lock_timeout=60s"
    )
