"""The whole service as ``make demo`` runs it, with a small caseload, to walk through."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
READY = re.compile(r"http://127\.0\.0\.1:\d+")
PATIENCE = 240
PASSWORD = "northgate-demo-2026"

# What a busy machine may take to answer; a page that is quick is not waited for.
expect.set_options(timeout=30_000)


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, its folder, and what it printed while it started."""

    address: str
    folder: Path
    printed: str

    def file(self, name: str) -> Path:
        """One of the files to try."""
        return self.folder / "demo" / "files" / name


def free_port() -> int:
    """A TCP port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start the demo as a newcomer would, wait for its address, and stop it with Ctrl-C."""
    folder = tmp_path_factory.mktemp("demo")
    log = folder.parent / f"{folder.name}.log"
    without = ("DATABASE", "REDIS", "DJANGO_SETTINGS", "CCIS_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(without)}
    command = [sys.executable, "-m", "ccis.embedded", "--var", str(folder), "serve", "--demo"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--port", str(free_port())],
            cwd=ROOT,
            env={**environment, "CCIS_DEMO_SMALL": "on"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Demo(_address(process, log), folder, log.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        found = READY.search(log.read_text())
        if found:
            return found.group()
        if process.poll() is not None:
            break
        time.sleep(0.5)
    raise AssertionError(f"the demo did not start:\n{log.read_text()[-3000:]}")
