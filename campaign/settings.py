"""Settings, all of them from the environment; see docs/deployment.md for the list.

Without DATABASE_URL the private PostgreSQL of this checkout is used (core.private_postgres).
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from core import private_postgres

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# With DEMO the sign-in page shows the demonstration's accounts; they work on loopback only.
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env(
    "SECRET_KEY", default="insecure-only-for-development" if DEBUG else environ.Env.NOTSET
)
# Identity numbers are kept as digests under this secret; it must outlive every other setting.
PERSONAL_DATA_KEY = env(
    "PERSONAL_DATA_KEY",
    default="insecure-only-for-trying-out" if DEBUG or DEMO else environ.Env.NOTSET,
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PORTAL_NAME = "Cổng Thi đua Xã hội học tập"  # in authenticators; on pages it is translated
DATA_DIR = Path(env("DATA_DIR", default=str(private_postgres.data_dir())))

INSTALLED_APPS = [
    "core",  # before django.contrib: its `migrate` connects as the owner of the tables
    "accounts",
    "units",
    "campaign",
    "criteria",
    "awards",
    "reports",
    "accounts.admin_app.PortalAdminConfig",  # django.contrib.admin, behind a second factor
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_include_bootstrap",
    "django_htmx",
    "import_export",
    "pgtrigger",
    "procrastinate.contrib.django",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionTimes",
    "accounts.middleware.PersonalLanguage",
    "accounts.middleware.TriesCounted",
    "core.htmx.SignInRequired",  # Django's LoginRequiredMiddleware, with an answer for htmx
    "accounts.middleware.SecondFactorAsked",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.middleware.PrivatePages",
    "core.replica.ReplicaReads",
    "core.middleware.ReadOnlyRequests",  # last: it calls the view
]

ROOT_URLCONF = "campaign.urls"
WSGI_APPLICATION = "campaign.wsgi.application"

FORM_RENDERER = "core.forms.renderer.FieldRenderer"
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
                "accounts.demonstration.context",
                "units.context_processors.person",
            ],
        },
    }
]

# The web and worker processes connect as the application's role, which may not change what is
# append-only; `manage.py migrate` connects as the owner of the tables.
DATABASES = {"default": env.db_url("DATABASE_URL", default=private_postgres.app_url())}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# What only asks may be answered by a streaming replica (core/replica.py).
if replica := env("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = DATABASES["default"] | env.db_url_config(replica)
DATABASE_OWNER_URL = env(
    "DATABASE_OWNER_URL",
    default="" if "DATABASE_URL" in env.ENVIRON else private_postgres.owner_url(),
)
DATABASE_APP_ROLE = env("DATABASE_APP_ROLE", default=private_postgres.APP_ROLE)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PortalBackend",
    "units.backends.AppointmentBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.signing_in.locked_out"
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.of_client"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# A session ends when it was not used for a while, and in any case after a working day.
SESSION_ENGINE = "accounts.sessions"
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=60))
SESSION_LONGEST = timedelta(hours=env.int("SESSION_HOURS", default=12))
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
INVITATION_VALID = timedelta(days=env.int("INVITATION_DAYS", default=7))
RESET_LINK_VALID = timedelta(days=env.int("RESET_LINK_DAYS", default=1))
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The reverse proxy ends TLS; on loopback (script/server) there is none.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
# Both bind names that are not the portal's and are hard to take back: the domain's owner chooses,
# so `check --deploy` need not insist on them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "core.views.csrf_failed"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["core.formats"]

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Pages name files by their digest, and maps are for developers: the rest need not be compressed,
# which takes most of a minute.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=20 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Mails. Without a mail server notices stay in the portal, and pages say that links are not mailed.
# core.mailing alone sends, by these settings; Django's own way leads nowhere.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL_CONFIGURED = bool(env("EMAIL_URL", default=""))
_MAIL = env.email_url("EMAIL_URL") if MAIL_CONFIGURED else {}
EMAIL_HOST = _MAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env.int("MAIL_TIMEOUT", default=30)
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default="thidua@localhost")
MAIL_ONLY_TO = env.list("MAIL_ONLY_TO", default=[])
MAIL_DIGEST_HOUR = env.int("MAIL_DIGEST_HOUR", default=7)
# How many days before a deadline those who owe are told.
DEADLINE_NOTICE_DAYS = env.int("DEADLINE_NOTICE_DAYS", default=7)
# How many days before its end a title is announced; no text says it, so nothing is preset.
TITLE_NOTICE_DAYS = env.int("TITLE_NOTICE_DAYS", default=None)
# The address of the portal, for links in mails: whoever sets up a mail server for real says it.
PORTAL_URL = env(
    "PORTAL_URL",
    default="http://localhost:8000" if DEBUG or DEMO or not MAIL_CONFIGURED else environ.Env.NOTSET,
).rstrip("/")

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True
PGTRIGGER_MIGRATIONS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Libraries that tell every step of theirs at INFO.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("procrastinate", "weasyprint.progress", "fontTools", "pikepdf")
    },
}
