"""More than a password to sign in: an app's codes, passkeys, recovery codes (PIA-13)."""
