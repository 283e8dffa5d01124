"""Processes that go on by themselves: whether they live, and waiting for their end."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def let_go(server: subprocess.Popen[bytes]) -> None:
    """Leave a server to itself: it may outlive this process, so nobody waits for it here."""
    server.returncode = 0


def alive(pid: int) -> bool:
    """Say whether a process is there and has not ended; a zombie has."""
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)  # a child of ours stays a zombie until this
        if ended == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def ends(still: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is no longer so; say whether that came within so many seconds."""
    until = time.monotonic() + seconds
    while still():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
