"""Folders and clusters for the launcher's tests. They need no Django database."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccis.embedded import postgres
from ccis.embedded.broker import Broker
from ccis.embedded.postgres import Cluster


@pytest.fixture(autouse=True)
def _nothing_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "CCIS_VAR",
        "CCIS_DATABASE_ROLE",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A short folder that any user may enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="ccis-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_cluster() -> Iterator[Callable[[Path], Cluster]]:
    """Make clusters and stop them all when the test ends."""
    made: list[Cluster] = []

    def make(var: Path, *, durable: bool = False) -> Cluster:
        made.append(Cluster(var, durable=durable))
        return made[-1]

    yield make
    for cluster in made:
        cluster.stop()


@pytest.fixture
def cluster(tmp_path: Path, make_cluster: Callable[[Path], Cluster]) -> Cluster:
    """A running cluster of its own."""
    cluster = make_cluster(tmp_path / "var")
    cluster.start()
    return cluster


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running broker of its own."""
    broker = Broker(tmp_path / "var")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def as_root() -> None:
    """Skip the test unless it runs as root."""
    if os.geteuid() != 0:
        pytest.skip("only root needs another way to run PostgreSQL")


@pytest.fixture
def copies(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let copies of the programs go to a folder that is removed again."""
    folder = open_folder / "copies"
    folder.mkdir(mode=0o755)
    monkeypatch.setattr(postgres, "COPIES", folder)
    return folder
