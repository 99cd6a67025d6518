"""Every setting, read from the environment. Development needs none; a secret has no default."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError

from onestepback.mailing import is_sent, kept_in, mailer_from

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what this copy of the product keeps: its database and letters

env = Env()


def setting(read, name, **options):
    """A variable's value; ImproperlyConfigured with a sentence that says what to do about it."""
    try:
        return read(name, **options)
    except EnvError as error:
        raise ImproperlyConfigured(
            f"{str(error).rstrip('.')}. See “Configuration” in README.md."
        ) from error


# Without a secret key this is somebody's own machine. `wsgi.py` says otherwise for servers.
DEBUG = setting(env.bool, "DEBUG", default=not env.str("SECRET_KEY", default=""))
if DEBUG:
    SECRET_KEY = "for development only: a server has its own"
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
else:
    SECRET_KEY = setting(env.str, "SECRET_KEY")
    ALLOWED_HOSTS = setting(env.list, "ALLOWED_HOSTS")

# --- Apps, middleware and templates ---------------------------------------------------------

INSTALLED_APPS = [
    # Before ours, so that organisations/admin.py can take their pages out of the admin again.
    "allauth",
    "allauth.account",
    "actionplans",
    "reflections",
    "organisations",
    "onestepback",
    "crispy_forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "onestepback.middleware.SignedInMiddleware",
    "onestepback.middleware.PersonMiddleware",
    "onestepback.middleware.HeadMiddleware",  # around the messages, which live in the session
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "onestepback.urls"
WSGI_APPLICATION = "onestepback.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("nhsuk",)
CRISPY_TEMPLATE_PACK = "nhsuk"
CRISPY_FAIL_SILENTLY = False

# --- Database and cache ---------------------------------------------------------------------

VAR_DIR.mkdir(exist_ok=True)
DATABASES = {
    "default": setting(
        env.dj_db_url,
        "DATABASE_URL",
        default=f"sqlite:///{VAR_DIR / 'onestepback.sqlite3'}",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # An acknowledged save survives a power cut, and writers queue instead of failing.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=10,
        init_command="PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
    )
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        pool={"min_size": 1, "max_size": 4, "timeout": 5, "reconnect_timeout": 5}
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by every process, because limits on signing in must hold for all of them together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # or a flood of tries would push out the counts
    }
}

# --- Accounts and signing in ----------------------------------------------------------------

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:home"
ACCOUNT_ADAPTER = "organisations.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    page: f"onestepback.pages.account.allauth_forms.{form}"
    for page, form in {
        "login": "LoginForm",
        "signup": "SignupForm",
        "request_login_code": "RequestLoginCodeForm",
        "confirm_login_code": "ConfirmLoginCodeForm",
        "confirm_email_verification_code": "ConfirmEmailCodeForm",
        "add_email": "AddEmailForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "reauthenticate": "ReauthenticateForm",
    }.items()
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without a password, each sign-in sends a code
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]  # whoever has none signs in anew: again.py
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
ALLAUTH_TRUSTED_PROXY_COUNT = setting(env.int, "TRUSTED_PROXY_COUNT", default=0)

# True if everybody who is signed in may create an organisation, and not only site operators.
ALLOW_ORGANISATION_CREATION = setting(env.bool, "ALLOW_ORGANISATION_CREATION", default=True)

# --- Letters --------------------------------------------------------------------------------

LETTERS_DIR = VAR_DIR / "letters"  # read at /dev/letters/ while developing
MAILERS = {
    "default": kept_in(LETTERS_DIR) if DEBUG else setting(mailer_from(env, LETTERS_DIR), "MAIL_URL")
}
# If no e-mail is sent, pages say so, and invitations show their link to be copied.
MAIL_IS_SENT = is_sent(MAILERS["default"])
DEFAULT_FROM_EMAIL = setting(env.str, "MAIL_FROM", default="One Step Back <onestepback@localhost>")
# A message to somebody is in their session, so that pages set no cookie for it.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
POST_CODES_IN_BACKGROUND = not DEBUG
DELIVER_LETTERS_AT_ONCE = DEBUG  # elsewhere `manage.py tick` does

# The beginning of links in letters, which are made without a request.
PORT = setting(env.int, "PORT", default=8000)
HTTPS = setting(env.bool, "HTTPS", default=not DEBUG)
SITE_URL: str = setting(
    env.str,
    "SITE_URL",
    default=f"http://127.0.0.1:{PORT}" if DEBUG else f"http{'s' * HTTPS}://{ALLOWED_HOSTS[0]}",
).rstrip("/")

# --- Words, dates and files -----------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "onestepback" / "locale"]
TIME_ZONE = setting(env.str, "TIME_ZONE", default="Europe/London")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static-collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Safety ---------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "onestepback.pages.home.views.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
# A level with 50 barriers of 10,000 characters, each sent with what it replaces.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
    SECURE_SSL_REDIRECT = HTTPS
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "onestepback.logs.WordlessFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"weasyprint": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
