"""The worker's application. Tasks are thin; what they have done is in rows, not in the broker."""

from celery import Celery
from celery.schedules import crontab

# What is done at its hour, in UK time. It lives here and not in a table: a change is a release.
BEAT_SCHEDULE = {
    "close the accounts of people who have left": {
        "task": "ccis.tasks.close_left_accounts",
        "schedule": crontab(hour="0", minute="5"),
    },
    "forget old sessions": {
        "task": "ccis.tasks.forget_old_sessions",
        "schedule": crontab(hour="3", minute="10"),
    },
    "forget forms that nobody came back for": {
        "task": "ccis.idle.tasks.forget_held_forms",
        "schedule": crontab(),
    },
    "make partitions of the trail": {
        "task": "ccis.audit.tasks.make_partitions",
        "schedule": crontab(hour="3", minute="20"),
    },
    "check the trail": {
        "task": "ccis.audit.tasks.check_trail",
        "schedule": crontab(hour="3", minute="40"),
    },
    "seal the trail": {
        "task": "ccis.audit.tasks.seal_trail",
        "schedule": crontab(),
    },
    "take up files whose worker is gone": {
        "task": "caseload.intake.tasks.resume_stalled_files",
        "schedule": crontab(),
    },
    "bring back rows that have waited": {
        "task": "caseload.intake.tasks.bring_back_waiting_rows",
        "schedule": crontab(hour="4", minute="10"),
    },
    "look addresses up again in a newer gazetteer": {
        "task": "caseload.tasks.check_addresses",
        "schedule": crontab(hour="4", minute="35"),
    },
    "destroy originals whose time is over": {
        "task": "caseload.intake.tasks.destroy_old_originals",
        "schedule": crontab(hour="4", minute="20"),
    },
    "pass on drop-outs for which there is a route now": {
        "task": "caseload.dropouts.tasks.pass_on_what_waits",
        "schedule": crontab(hour="4", minute="30"),
    },
    "destroy rows about nobody of ours": {
        "task": "caseload.intake.tasks.destroy_rows_elsewhere",
        "schedule": crontab(hour="4", minute="25"),
    },
    "remind those who send files of what is due": {
        "task": "caseload.intake.tasks.remind_senders",
        "schedule": crontab(hour="7", minute="10"),
    },
    "look for people held twice": {
        "task": "caseload.merging.tasks.look_for_duplicates",
        "schedule": crontab(hour="2", minute="30"),
    },
    "destroy rows of what was shared and has ended": {
        "task": "sharing.destruction.tasks.purge_what_ended",
        "schedule": crontab(),
    },
    "forget sessions of the portal": {
        "task": "sharing.tasks.forget_portal_sessions",
        "schedule": crontab(hour="3", minute="15"),
    },
    "ask organisations again to confirm destruction": {
        "task": "sharing.destruction.tasks.chase_confirmations",
        "schedule": crontab(hour="7", minute="30"),
    },
    "give intake what organisations confirmed": {
        "task": "sharing.outcomes.tasks.feed_the_record",
        "schedule": crontab(),
    },
    "ask organisations for updates that are late": {
        "task": "sharing.outcomes.tasks.chase_updates",
        "schedule": crontab(hour="7", minute="35"),
    },
    "write to organisations that were asked and not written to": {
        "task": "sharing.outcomes.tasks.write_to_those_asked",
        "schedule": crontab(),
    },
    "look after completed workbooks of lists": {
        "task": "sharing.outcomes.tasks.look_after_workbooks",
        "schedule": crontab(),
    },
    "look after encrypted files of lists": {
        "task": "sharing.files.tasks.look_after_files",
        "schedule": crontab(),
    },
    "carry on with returns whose worker is gone": {
        "task": "returns.tasks.resume_stalled",
        "schedule": crontab(),
    },
    "carry on with checks whose worker is gone": {
        "task": "returns.tasks.resume_stalled_checks",
        "schedule": crontab(),
    },
    "destroy checked files whose day is over": {
        "task": "returns.tasks.destroy_checked_files",
        "schedule": crontab(minute="*/5"),
    },
    "carry on with letters whose worker is gone": {
        "task": "optout.letters.tasks.resume_stalled_batches",
        "schedule": crontab(),
    },
    "end access of organisations that nobody uses": {
        "task": "providers.portal.tasks.look_after_access",
        "schedule": crontab(hour="6", minute="40"),
    },
    "say which agreements expired, and what comes near": {
        "task": "sharing.agreements.tasks.keep_agreements",
        "schedule": crontab(hour="0", minute="2"),
    },
    "destroy files of letters that were posted long ago": {
        "task": "optout.letters.tasks.destroy_old_files",
        "schedule": crontab(hour="4", minute="35"),
    },
    "send texts and emails": {
        "task": "optout.outbox.tasks.send_messages",
        "schedule": crontab(),
    },
    "ask what became of texts and emails": {
        "task": "optout.outbox.tasks.ask_what_became",
        "schedule": crontab(minute="*/5"),
    },
    "read the drop boxes": {
        "task": "optout.mailbox.tasks.read_mailboxes",
        "schedule": crontab(),
    },
    "destroy the words of messages that were no requests": {
        "task": "optout.mailbox.tasks.destroy_old_mail",
        "schedule": crontab(hour="4", minute="40"),
    },
    "drop records of returns that nobody is to keep": {
        "task": "returns.tasks.sweep_records",
        "schedule": crontab(hour="4", minute="30"),
    },
    "write of emergencies that governance was not written to of": {
        "task": "sharing.emergency.tasks.tell_governance",
        "schedule": crontab(minute="*/15"),
    },
    "write of incidents whose clock ends": {
        "task": "sharing.incidents.tasks.watch_clocks",
        "schedule": crontab(minute="*/15"),
    },
}

app = Celery("ccis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = BEAT_SCHEDULE
