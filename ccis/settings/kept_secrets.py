"""Secrets that a machine of one's own makes for itself, once, and keeps under ``var/``."""

import base64
import json
import os
import secrets
from pathlib import Path

from ccis.embedded.folders import locked


def kept_secrets(var: Path) -> dict[str, str]:
    """Return SECRET_KEY and FILE_KEY (32 bytes, base64) of a var folder, made the first time.

    The file is readable by its owner alone.
    """
    var.mkdir(parents=True, exist_ok=True)
    kept = var / "secrets.json"
    with locked(var / "secrets.lock"):
        if not kept.exists():
            draft = var / f"secrets.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(
                json.dumps(
                    {
                        "SECRET_KEY": secrets.token_urlsafe(48),
                        "FILE_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                    }
                )
            )
            draft.replace(kept)
        found: dict[str, str] = json.loads(kept.read_text())
    return found
