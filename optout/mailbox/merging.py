"""What merging two records does with messages of the drop box (PIA-14)."""

from caseload.merging.registry import Handler, Way, register

register(Handler("mailbox.mail", Way.KEPT, "a message goes with the request made of it"))
