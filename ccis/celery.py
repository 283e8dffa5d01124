"""The worker's application. Tasks are thin; what they have done is in rows, not in the broker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccis.settings.production")

app = Celery("ccis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
