"""Servers: everything that is secret or particular comes from the environment."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import (
    CCIS_DEMO_WITHOUT_SECOND_FACTOR,
    DATABASE_ROLE,
    LOGGING,
    VAR_DIR,
    database,
    env,
    portal_database,
)

WHAT_TO_SET = {
    "SECRET_KEY": "a long random text, the same for every process of this installation",
    "DATABASE_URL": "postgresql://ccis_web:PASSWORD@HOST/ccis for the web process, "
    "and the same with ccis_worker for the worker",
    "DATABASE_OWNER_URL": "postgresql://ccis_owner:PASSWORD@HOST/ccis, for migrations only",
    "DATABASE_PORTAL_URL": "postgresql://ccis_portal:PASSWORD@HOST/ccis, for the web process, "
    "by which the portal reads who was disclosed",
    "REDIS_URL": "redis://HOST:6379/0",
    "FILE_KEY": "32 random bytes in base64, as made by: openssl rand -base64 32",
    "ALLOWED_HOSTS": "the host names it answers to, with commas between them",
}


def required(name: str) -> str:
    """Return a variable of the environment, or stop with one sentence that says what to set."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment: {WHAT_TO_SET[name]}.")
    return str(value)


if CCIS_DEMO_WITHOUT_SECOND_FACTOR:
    raise ImproperlyConfigured(
        "Take CCIS_DEMO_WITHOUT_SECOND_FACTOR out of the environment: "
        "it is for a demo on a machine of one's own, never for a server."
    )

DEBUG = False
SECRET_KEY = required("SECRET_KEY")
FILE_KEY = required("FILE_KEY")
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS").split(",") if host.strip()]
CCIS_ADDRESS = next((host for host in ALLOWED_HOSTS if not host.startswith(("*", "."))), "")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

DATABASES = {
    "default": database(
        required("DATABASE_OWNER_URL" if DATABASE_ROLE == "owner" else "DATABASE_URL")
    )
}
if DATABASE_ROLE == "web":
    DATABASES["portal"] = portal_database(required("DATABASE_PORTAL_URL"))
CELERY_BROKER_URL = required("REDIS_URL")
# Shared by all web processes, so that a limit on guessing is one limit.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CELERY_BROKER_URL,
        "KEY_PREFIX": "ccis-cache",
    }
}
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "staticfiles"))

# The wrapped keys must not be backed up with the files and the database: give them a place apart.
FILES_FOLDER = env.path("FILES_FOLDER", default=str(VAR_DIR / "files"))
KEYS_FOLDER = env.path("KEYS_FOLDER", default=str(VAR_DIR / "keys"))
# What was destroyed, by id. A backup that is put back is shown to nobody before this is played on
# it, so it must not come back with one (docs/how-to/back-up-and-restore.md).
PURGES_FOLDER = env.path("PURGES_FOLDER", default=str(VAR_DIR / "purges"))
# Seals of the trail prove something where whoever runs the database cannot write.
AUDIT_SEALS_FOLDER = env.path("AUDIT_SEALS_FOLDER", default=str(VAR_DIR / "seals"))
# Where sources put files for watch_drop_folder, by SFTP or a share.
DROP_FOLDER = env.path("DROP_FOLDER", default=str(VAR_DIR / "drop"))
RETURNS_FOLDER = env.path("RETURNS_FOLDER", default=str(VAR_DIR / "returns"))

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ccis@localhost")

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of our own stand in front; the address before them is the browser's.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True

LOGGING["formatters"]["line"]["()"] = "ccis.settings.logs.WithoutValues"
