"""Every file with personal data that left, in one table, whichever app gave it out (USE-07)."""
