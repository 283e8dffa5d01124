"""What the database roles may do to the caseload's tables (see ``ccis.access.grants``)."""

from ccis.access.grants import APPEND_ONLY, CODES, FACT, TableGrants

FACT_TABLES = (
    "caseload_identifier",
    "caseload_name",
    "caseload_particulars",
    "caseload_address",
    "caseload_contactpoint",
    "caseload_activity",
    "caseload_verification",
    "caseload_characteristic",
    "caseload_sendprovision",
    "caseload_levelofneed",
    "caseload_guarantee",
    "caseload_intendeddestination",
    "caseload_enrolment",
    "caseload_departure",
)
"""Facts: read and insert, and update of ``superseded_id`` alone."""

SEALABLE = {
    table: TableGrants(FACT, ("superseded_id", "sealed_id"))
    for table in ("caseload_identifier", "caseload_name", "caseload_particulars")
}
"""Facts that say who someone is: besides, that they are sealed."""

SEALED: dict[str, TableGrants] = {
    **SEALABLE,
    "caseload_sealedidentity": TableGrants(APPEND_ONLY, ("lifted_id",)),
}
"""That an identity was sealed is never edited or deleted, only lifted."""

NEWER_FACT_TABLES = (
    "caseload_section72",
    "caseload_attendance",
    "caseload_riskindicators",
    "caseload_contactneed",
    "caseload_donotsurvey",
    "caseload_consent",
    "caseload_consentattempt",
    "caseload_noticegiven",
    "caseload_consentoverride",
)
"""Facts that came later, each narrowed by the migration that made it."""

CODE_TABLES = (
    "caseload_activitycode",
    "caseload_gendercode",
    "caseload_ethnicitycode",
    "caseload_characteristiccode",
    "caseload_levelofneedcode",
    "caseload_destinationcode",
    "caseload_guaranteestatuscode",
    "caseload_identifierkind",
)
"""National lists: written at migrate by the owner, read by everyone else."""

WORD_TABLE = "caseload_nameword"
"""Words of names: written by a trigger, as the owner."""

PERSON_TABLE = "caseload_youngperson"
PERSON_COLUMNS = ("restriction_level",)
MERGED_COLUMN = "merged_into_id"
"""Of a young person only the restriction may be changed, and the record that it was merged into."""

TASKS: dict[str, TableGrants] = {
    "caseload_task": TableGrants(
        APPEND_ONLY, ("person_id", "owner_id", "state", "done_by_id", "done_at")
    )
}
"""Of a task only who does it and whether it is done may be changed, and whom it is about when
records are merged; none is deleted."""

WRONG: dict[str, TableGrants] = {
    "caseload_foundwrong": TableGrants(
        APPEND_ONLY, ("person_id", "told_by_id", "told_at", "told_how")
    )
}
"""Of what was found wrong only that its sender was told may be added, and whom it is about changed
when records are merged."""

GRANTS: dict[str, TableGrants] = {
    **{table: TableGrants(FACT, ("superseded_id",)) for table in FACT_TABLES + NEWER_FACT_TABLES},
    **{table: TableGrants(CODES) for table in CODE_TABLES},
    WORD_TABLE: TableGrants(CODES),
    PERSON_TABLE: TableGrants(FACT, (*PERSON_COLUMNS, MERGED_COLUMN)),
    **TASKS,
    **WRONG,
    **SEALED,
}
