"""``make bench`` from end to end, with 300 people: every way runs and writes the same records."""

import os
from pathlib import Path

import pytest
from lxml import etree

from benchmarks.__main__ import main
from ccis.embedded import ensure_database, var_folder

pytestmark = [pytest.mark.slow]


@pytest.fixture
def both_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's and the worker's login, to the tests' embedded server or the one named."""
    if os.environ.get("DATABASE_OWNER_URL") and os.environ.get("DATABASE_URL"):
        return
    if os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL"):
        pytest.skip("needs the worker's login as well as the owner's")
    urls = ensure_database(var_folder(), durable=False)
    monkeypatch.setenv("DATABASE_OWNER_URL", urls.owner)
    monkeypatch.setenv("DATABASE_URL", urls.worker)


def records(path: Path) -> list[bytes]:
    """The header and each record of a file, however it was laid out."""
    tree = etree.parse(path, etree.XMLParser(remove_blank_text=True))
    return [etree.tostring(node, method="c14n") for node in tree.getroot()]


@pytest.mark.usefixtures("both_logins")
def test_it_measures_every_way_and_all_write_the_same_records(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv("CCIS_VAR", str(tmp_path))
    monkeypatch.setenv("BENCHMARK_KEEPS", str(kept))

    assert main(["--people", "300", "--no-authority", "--times", "1"]) == 0

    table = capsys.readouterr().out
    assert "## Writing the return of 300 young people" in table
    assert "## A file of 300 starters and leavers among 300 people" in table
    assert "| Taking in 300 rows among 300 people: no transaction over 2 s |" in table
    assert "| Peak memory at 300 of each of our processes under 100 MB |" in table
    assert (tmp_path / "bench" / "measurements.json").exists()
    ours = records(kept / "two.xml")
    assert len(ours) == 301
    assert (kept / "one.xml").read_bytes() == (kept / "two.xml").read_bytes()
    assert records(kept / "lxml.xml") == ours
    assert records(kept / "plain.xml") == ours
