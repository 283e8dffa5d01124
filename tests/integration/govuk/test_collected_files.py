"""Static files as a server serves them: named by content, modules finding one another."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command


@pytest.fixture
def collected(tmp_path: Path, settings: Any) -> Path:
    """What ``collectstatic`` makes of our files."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "ccis.static_files.HashedStaticFiles"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_modules_import_one_another_by_their_hashed_names(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]

    script = (collected / names["ccis/ccis.js"]).read_text()

    imported = re.findall(r'from\s*"([^"]+)"', script)
    assert len(imported) == 6
    folder = (collected / names["ccis/ccis.js"]).parent
    assert all((folder / name).resolve().exists() for name in imported)
    assert all(re.search(r"\.[0-9a-f]{12}\.", name) for name in imported)
