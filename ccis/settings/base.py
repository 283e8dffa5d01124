"""Settings that hold everywhere. No secret has a value here."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ccis.embedded import var_folder

django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = var_folder()

# -- the council -----------------------------------------------------------------------------------

CCIS_SERVICE_NAME = env.str("CCIS_SERVICE_NAME", default="Young people's caseload")
CCIS_COUNCIL_NAME = env.str("CCIS_COUNCIL_NAME", default="Your council")
CCIS_COUNCIL_COLOUR = env.str("CCIS_COUNCIL_COLOUR", default="#00513f")
CCIS_COUNCIL_TEXT_COLOUR = env.str("CCIS_COUNCIL_TEXT_COLOUR", default="#ffffff")
CCIS_ADDRESS = ""  # where emails say to sign in: production takes it from ALLOWED_HOSTS
CCIS_CONTACT_EMAIL = env.str("CCIS_CONTACT_EMAIL", default="")
CCIS_DEMO = env.bool("CCIS_DEMO", default=False)

# -- what it is made of ----------------------------------------------------------------------------

INSTALLED_APPS = [
    "ccis.accounts",
    "ccis.access",
    "ccis.audit",
    "ccis.authorities",
    "ccis.idle",
    "ccis.files",
    "ccis.purges",
    "ccis.leaving",
    "ccis.govuk",
    "providers",
    "providers.portal",
    "caseload",
    "caseload.intake",
    "caseload.dropouts",
    "caseload.matching",
    "caseload.merging",
    "caseload.policies",
    "optout",
    "optout.outbox",
    "optout.letters",
    "optout.mailbox",
    "sharing",
    "sharing.agreements",
    "sharing.files",
    "sharing.destruction",
    "sharing.triage",
    "sharing.monitoring",
    "sharing.outcomes",
    "sharing.incidents",
    "sharing.emergency",
    "returns",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "auditlog",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ccis.access.middleware.RequestReferenceMiddleware",
    "ccis.middleware.PrivatePagesMiddleware",
    "ccis.access.middleware.DatabaseRoleMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ccis.idle.middleware.IdleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ccis.audit.middleware.HistoryMiddleware",
    "ccis.access.middleware.CurrentAuthorityMiddleware",
    "ccis.access.middleware.SecondFactorMiddleware",
    "ccis.accounts.middleware.AccountRulesMiddleware",
    "ccis.purges.middleware.ClosedUntilReplayed",
]

ROOT_URLCONF = "ccis.urls"
WSGI_APPLICATION = "ccis.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- pages -----------------------------------------------------------------------------------------

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
OF_OUR_PAGES = [*CONTEXT_PROCESSORS, "ccis.govuk.acting.acting_for"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "ccis.govuk.jinja.environment",
            "context_processors": OF_OUR_PAGES,
        },
    },
    {
        # The admin's pages and allauth's emails.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "ccis.static_files.HashedStaticFiles"},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
# The words of young people's pages, in files that a translator can edit (docs/how-to/translate.md).
LOCALE_PATHS = [BASE_DIR / "optout" / "locale"]

# -- signing in ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_LEAST_CHARACTERS = env.int("PASSWORD_LEAST_CHARACTERS", default=12)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "ccis.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": PASSWORD_LEAST_CHARACTERS},
    },
    {"NAME": "ccis.accounts.passwords.NotCommon"},
    {"NAME": "ccis.accounts.passwords.NotGuessable"},
    {"NAME": "ccis.accounts.passwords.NotThePresentOne"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ccis.accounts.adapter.AccountAdapter"
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts come by invitation to a work address
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/signed-out/"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # an email to someone with no account would say so
ACCOUNT_FORMS = {
    "login": "ccis.accounts.forms.SignInForm",
    "reset_password": "ccis.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "ccis.accounts.forms.NewPasswordForm",
    "set_password": "ccis.accounts.forms.FirstPasswordForm",
    "change_password": "ccis.accounts.forms.ChangePasswordForm",
    "reauthenticate": "ccis.accounts.forms.AgainForm",
}
# By address of the browser: a whole office may share one. Guessing at one account is stopped by
# the lock-out below, wherever it comes from.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip"}
SIGN_IN_FAILURES_ALLOWED = env.int("SIGN_IN_FAILURES_ALLOWED", default=5)
SIGN_IN_FAILURES_WITHIN_MINUTES = env.int("SIGN_IN_FAILURES_WITHIN_MINUTES", default=5)
SIGN_IN_LOCKED_MINUTES = env.int("SIGN_IN_LOCKED_MINUTES", default=15)
# 0 means never, as national guidance advises; an authority's policy may ask for it too.
ACCOUNT_PASSWORD_EXPIRY_DAYS = env.int("ACCOUNT_PASSWORD_EXPIRY_DAYS", default=0)
# Whoever may see personal data proves more than a password (PIA-13); the demo alone may not.
CCIS_DEMO_WITHOUT_SECOND_FACTOR = env.bool("CCIS_DEMO_WITHOUT_SECOND_FACTOR", default=False)
if CCIS_DEMO_WITHOUT_SECOND_FACTOR and not CCIS_DEMO:
    raise ImproperlyConfigured("Take CCIS_DEMO_WITHOUT_SECOND_FACTOR away: this is not the demo.")
CCIS_SECOND_FACTOR = not CCIS_DEMO_WITHOUT_SECOND_FACTOR
CCIS_PASSKEY_DOMAIN = env.str("PASSKEY_DOMAIN", default="")
MFA_ADAPTER = "ccis.accounts.factors.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are proved by the invitation that they were sent
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_DIGITS = 6
MFA_TRUST_ENABLED = False
MFA_FORMS = {
    "authenticate": "ccis.accounts.factors.forms.CodeForm",
    "authenticate_webauthn": "ccis.accounts.factors.forms.PasskeyForm",
    "login_webauthn": "ccis.accounts.factors.forms.PasskeySignInForm",
    "reauthenticate": "ccis.accounts.factors.forms.CodeAgainForm",
    "reauthenticate_webauthn": "ccis.accounts.factors.forms.PasskeyAgainForm",
    "activate_totp": "ccis.accounts.factors.forms.NewAppForm",
    "deactivate_totp": "ccis.accounts.factors.forms.RemoveAppForm",
    "add_webauthn": "ccis.accounts.factors.forms.NewPasskeyForm",
    "edit_webauthn": "ccis.accounts.factors.forms.PasskeyNameForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}

# What the pages for young people allow in an hour: wrong codes and forms without a code by the
# address that they come from, which a whole school may share; openings by the code.
CHOICES_LIMITS = {
    "wrong-code": env.int("CHOICES_WRONG_CODES_AN_HOUR", default=30),
    "opening": env.int("CHOICES_OPENINGS_AN_HOUR", default=60),
    "sending": env.int("CHOICES_FORMS_AN_HOUR", default=60),
}

# The drop box of each authority, by its code (docs/how-to/read-the-drop-box.md). In one run at most
# so many messages; larger ones by their heading alone; past so many in an hour a sender's are held
# back; what was no request is destroyed after so many days.
MAILBOXES = env.dict("MAILBOXES", default={})
MAILBOX_MOST_AT_ONCE = env.int("MAILBOX_MOST_AT_ONCE", default=200)
MAILBOX_LARGEST = env.int("MAILBOX_LARGEST_BYTES", default=10_000_000)
MAILBOX_MOST_FROM_ONE = env.int("MAILBOX_MOST_FROM_ONE_AN_HOUR", default=20)
MAILBOX_KEPT_DAYS = env.int("MAILBOX_KEPT_DAYS", default=28)

# An edit's history names the request as the trail does, and not by a header of the browser's.
AUDITLOG_CID_GETTER = "ccis.audit.context.request_reference"

ANONYMOUS_USER_NAME = None  # guardian's anonymous user is not wanted

# -- browsers --------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# A session ends after so long without its person, and at most so long after they signed in. What
# they had typed is kept a while longer. The row lasts a little longer still, so that a form that
# comes after the end finds whose it was.
CCIS_IDLE_MINUTES = env.int("CCIS_IDLE_MINUTES", default=20)
CCIS_IDLE_WARNING_MINUTES = env.int("CCIS_IDLE_WARNING_MINUTES", default=2)
CCIS_SESSION_HOURS = env.int("CCIS_SESSION_HOURS", default=12)
CCIS_KEPT_MINUTES = env.int("CCIS_KEPT_MINUTES", default=30)
SESSION_COOKIE_AGE = (CCIS_SESSION_HOURS + 1) * 60 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ccis.govuk.errors.form_too_old"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = ["ccis.files.uploads.MemoryOnlyUploadHandler"]  # never on disk in clear

# For how many days the database's backups are kept: certificates of destruction say until when what
# was destroyed lasts in them.
CCIS_BACKUP_DAYS = env.int("CCIS_BACKUP_DAYS", default=35)

# -- the database ----------------------------------------------------------------------------------

DATABASE_ROLE = env.str("CCIS_DATABASE_ROLE", default="worker")


def database(url: str) -> dict[str, object]:
    """Return Django's settings for a libpq URL, whose ``?host=`` may be a socket's folder."""
    config = dict(environ.Env.db_url_config(url))
    options = dict(config.pop("OPTIONS", None) or {})
    for name in ("host", "port"):
        if name in options:
            config[name.upper()] = unquote(str(options.pop(name)))
    config["OPTIONS"] = options
    config["ATOMIC_REQUESTS"] = True
    if DATABASE_ROLE == "web":
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    else:
        config["CONN_MAX_AGE"] = 0
    return config


# By which of the connections the portal reads who was disclosed (docs/adr/0053).
PORTAL_DATABASE = "portal"


def portal_database(url: str) -> dict[str, object]:
    """The same for the portal's own login, which begins a transaction only where it reads."""
    return {**database(url), "ATOMIC_REQUESTS": False, "TEST": {"MIRROR": "default"}}


# Keys that FILE_KEY was before, newest first: what they wrapped still opens, until
# rotate_file_keys has wrapped it again (docs/how-to/change-the-file-key.md).
FILE_KEYS_BEFORE = env.list("FILE_KEYS_BEFORE", default=[])

# -- work behind the pages -------------------------------------------------------------------------

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 20 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 19 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# On SIGQUIT a worker waits so long for its tasks, then gives them back to the broker.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
CELERY_IMPORTS = ("ccis.tasks",)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task that nobody has finished after this long is given to another worker: a little more than
# the longest may take.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 21 * 60}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "ccis"
CELERY_TASK_ROUTES: dict[str, dict[str, str]] = {}

# -- texts and emails ------------------------------------------------------------------------------

# GOV.UK Notify, see docs/how-to/send-texts-and-emails.md. Without a key nothing leaves.
NOTIFY_API_KEY = env.str("NOTIFY_API_KEY", default="")
NOTIFY_TEXT_TEMPLATE = env.str("NOTIFY_TEXT_TEMPLATE", default="")
NOTIFY_EMAIL_TEMPLATE = env.str("NOTIFY_EMAIL_TEMPLATE", default="")
NOTIFY_ADDRESS = env.str("NOTIFY_ADDRESS", default="https://api.notifications.service.gov.uk")

# -- logs ------------------------------------------------------------------------------------------

# Paths and codes only: no bodies, no query strings, no names.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_queries": {"()": "ccis.settings.logs.WithoutQueries"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_queries"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.db.backends": {"level": "WARNING"},
        "notifications_python_client": {"level": "ERROR"},  # it quotes what it was refused
        "fido2": {"level": "WARNING"},  # else it tells of each passkey by its id
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
