"""A folder of its own for the seals and keys of each test."""

from pathlib import Path

import pytest


@pytest.fixture
def outside(settings, tmp_path: Path) -> Path:
    """Where seals are published; the keys lie beside."""
    settings.AUDIT_SEALS_FOLDER = tmp_path / "outside"
    settings.KEYS_FOLDER = tmp_path / "keys"
    return tmp_path / "outside"
