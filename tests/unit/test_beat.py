"""What is done at its hour is something that the worker knows."""

from ccis.celery import BEAT_SCHEDULE, app


def test_every_task_of_the_hours_is_one_that_the_worker_knows():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} - app.tasks.keys() == set()
