"""The service: settings, and what every app leans on."""

from ccis.celery import app as celery_app

__all__ = ["celery_app"]
