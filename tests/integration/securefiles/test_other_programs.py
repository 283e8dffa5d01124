"""LibreOffice and 7-Zip open what we encrypt with the passphrase, and not without (LC-11)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sharing.files import packing

SEVEN = shutil.which("7zz") or shutil.which("7z")
PYTHON = "/usr/bin/python3"
OPENER = Path(__file__).with_name("open_with_office.py")
WORDS = "harbour-kettle-violin-orchard-pencil-lantern"
NAME = "Amara Oduya-Marsh"


def office_is_there() -> bool:
    """LibreOffice, and the bridge to it of the distribution's own Python."""
    if not shutil.which("soffice") or not Path(PYTHON).exists():
        return False
    tried = subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.fixture(scope="module")
def plain():
    """The workbook of a list of one, as it is before encryption."""
    row = packing.Row("7F3K-Q29M-7F3K", {"name": NAME})
    about = [("List", "7F3K-Q29M")]
    return packing.workbook(packing.Sheet("7F3K-Q29M", "7F3K", ["name"], [row], about))


def run(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.skipif(SEVEN is None, reason="7-ZIP NOT TRIED: 7zip is not installed")
def test_seven_zip_opens_the_zip_with_the_passphrase_alone(plain, tmp_path):
    (tmp_path / "list.zip").write_bytes(packing.encrypted_zip(plain, WORDS, name="list.xlsx"))

    for phrase in ("wrong-words", ""):
        assert run(SEVEN, "x", f"-p{phrase}", "-y", "list.zip", folder=tmp_path).returncode != 0
        assert not (tmp_path / "list.xlsx").exists() or not (tmp_path / "list.xlsx").stat().st_size
    assert run(SEVEN, "x", f"-p{WORDS}", "-y", "list.zip", folder=tmp_path).returncode == 0
    assert (tmp_path / "list.xlsx").read_bytes() == plain
    listed = run(SEVEN, "l", "-slt", "-p", "list.zip", folder=tmp_path).stdout
    assert "AES-256" in listed


@pytest.mark.skipif(
    not office_is_there(),
    reason="LIBREOFFICE NOT TRIED: libreoffice-calc-nogui and python3-uno are not installed",
)
def test_libreoffice_opens_the_workbook_with_the_passphrase_alone(plain, tmp_path):
    workbook = tmp_path / "list.xlsx"
    workbook.write_bytes(packing.encrypted_workbook(plain, WORDS))

    said = run(
        PYTHON, OPENER, workbook, tmp_path / "profile", "wrong-words", "", WORDS, folder=tmp_path
    )

    assert said.stdout.split("\n") == ["refused", "refused", NAME, ""], said.stderr
