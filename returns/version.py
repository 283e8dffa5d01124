"""What the file says of the software that made it (docs/nccis.md §1.1)."""

SUPPLIER_NAME = "CCIS"
SOFTWARE_VERSION = "0.1.0"
SCHEMA_VERSION = "1.0"

SCHEMA_VERSIONS_SEEN = ("1.0", "1")
"""How other suppliers' files say it."""
