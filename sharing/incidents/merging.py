"""What merging two records does with who was affected by an incident (PIA-14)."""

from caseload.merging.registry import Handler, Way, register

register(
    Handler("incidents.affected", Way.KEPT, "a reckoning is frozen with the records of its day"),
    Handler("incidents.risk", Way.KEPT, "a risk was judged of the record that was affected"),
)
