"""Tests: a throwaway embedded database, tasks in place, fast passwords."""

from ccis.embedded import database_urls

from .base import *  # noqa: F403
from .base import VAR_DIR, database, env, portal_database

DEBUG = False
SECRET_KEY = "for tests only: it protects nothing"  # noqa: S105
FILE_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# The connection is the owner's, for fixtures; requests and tasks take on the role they stand for.
_url = env.str("DATABASE_OWNER_URL", default=env.str("DATABASE_URL", default=""))
_portal_url = env.str("DATABASE_PORTAL_URL", default="")
DATABASES = {
    "default": database(_url or database_urls(VAR_DIR, durable=False).owner),
    "portal": portal_database(_portal_url or database_urls(VAR_DIR, durable=False).portal),
}
CCIS_TAKE_ROLE = True
# What a test has not committed only its own connection sees: it takes on the portal's role.
PORTAL_DATABASE = "default"

_folder = VAR_DIR / "test"
FILES_FOLDER = _folder / "files"
KEYS_FOLDER = _folder / "keys"
PURGES_FOLDER = _folder / "purges"  # a fixture gives each test its own
AUDIT_SEALS_FOLDER = _folder / "seals"
RETURNS_FOLDER = _folder / "returns"
DROP_FOLDER = _folder / "drop"

# Tests sign in with one step; those of the second step ask for it (the fixture second_step).
CCIS_SECOND_FACTOR = False

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Static files straight from their folders: tests collect nothing first.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

WHITENOISE_AUTOREFRESH = True  # finds files as they are, with nothing collected
WHITENOISE_USE_FINDERS = True

CELERY_BROKER_URL = env.str("REDIS_URL", default="memory://")
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
