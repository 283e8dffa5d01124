"""What merging two records does with what was told by word (PIA-14)."""

from caseload.merging.registry import Handler, Way, register, repointed

register(
    Handler("emergency.emergency", Way.KEPT, "it goes with its disclosure"),
    repointed("emergency.enquiry", "who asked about them is told of this person"),
)
