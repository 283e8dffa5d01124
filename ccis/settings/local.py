"""A machine of one's own: the demo, and working on the service."""

from ccis.embedded import broker_url, database_urls

from .base import *  # noqa: F403
from .base import DATABASE_ROLE, VAR_DIR, database, env, portal_database
from .kept_secrets import kept_secrets

_secrets = kept_secrets(VAR_DIR)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=_secrets["SECRET_KEY"])
FILE_KEY = env.str("FILE_KEY", default=_secrets["FILE_KEY"])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

_url = env.str("DATABASE_URL", default="")
if DATABASE_ROLE == "owner":
    _url = env.str("DATABASE_OWNER_URL", default=_url)
DATABASES = {
    "default": database(_url or database_urls(VAR_DIR, durable=True).for_role(DATABASE_ROLE))
}
_portal_url = env.str("DATABASE_PORTAL_URL", default="")
if DATABASE_ROLE == "web" and (_portal_url or not _url):
    DATABASES["portal"] = portal_database(
        _portal_url or database_urls(VAR_DIR, durable=True).portal
    )

FILES_FOLDER = VAR_DIR / "files"
KEYS_FOLDER = VAR_DIR / "keys"
PURGES_FOLDER = VAR_DIR / "purges"
AUDIT_SEALS_FOLDER = VAR_DIR / "seals"
RETURNS_FOLDER = VAR_DIR / "returns"
DROP_FOLDER = VAR_DIR / "drop"

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "emails"

CELERY_BROKER_URL = env.str("REDIS_URL", default=broker_url(VAR_DIR))
# Shared by all web processes, so that a limit on guessing is one limit.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CELERY_BROKER_URL.replace("redis+socket://", "unix://"),
        "KEY_PREFIX": "ccis-cache",
    }
}
