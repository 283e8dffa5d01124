"""Texts and emails that go out: what is to be sent, what became of it, who agreed to what."""
