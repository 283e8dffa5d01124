"""What merging two records does with what organisations said (PIA-14)."""

from caseload.merging.registry import Handler, Way, register

register(
    Handler("outcomes.attempt", Way.KEPT, "an attempt goes with its disclosure"),
    Handler("outcomes.answer", Way.KEPT, "an answer goes with its disclosure"),
    Handler("outcomes.referral", Way.KEPT, "a referral goes with its disclosure"),
    Handler("outcomes.workbookrow", Way.KEPT, "a row of a workbook goes with its disclosure"),
)
