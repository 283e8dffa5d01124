"""What every test may lean on: the embedded database, started when the first test asks for it."""

import os
from collections.abc import Iterator

import pytest

from ccis.embedded import ensure_database, var_folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the throwaway database, unless DATABASE_URL or DATABASE_OWNER_URL names a server."""
    if not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_OWNER_URL")):
        ensure_database(var_folder(), durable=False)
