"""Lists that leave the portal as encrypted files, as far as the authority allows files at all."""
