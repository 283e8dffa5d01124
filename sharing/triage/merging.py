"""What merging two records does with what was decided of them (PIA-14)."""

from caseload.merging.registry import Handler, Way, register

register(
    Handler("triage.choice", Way.KEPT, "a choice tells which record was weighed at the time"),
)
