"""What merging two records does with messages out (PIA-14)."""

from caseload.merging.registry import register, repointed

register(
    repointed("outbox.outgoing", "what was sent was sent to this person"),
    repointed("outbox.messagechoice", "what was said about messages was said by this person"),
)
