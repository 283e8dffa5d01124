"""Users and roles: who may sign in, to what, until when (pages §2.9; USE-09)."""
