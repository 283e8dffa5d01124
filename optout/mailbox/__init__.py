"""The drop box: what people write by email, taken in from a mailbox for officers to deal with."""
