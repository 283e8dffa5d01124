"""As whom PostgreSQL runs. It refuses root, so root needs another way.

1. In place, in a user namespace where root looks like someone else (``unshare --user``).
2. As ``nobody``, in place, where that user can reach the programs and the data folder.
3. As ``nobody``, from a copy of the programs, with the data beside the copy.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

UNSHARE = ("unshare", "--user", "--map-user=1000")
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Identity:
    """How to run a program so that it is not root. ``user`` is None for the caller's own."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    @property
    def owner(self) -> int:
        """The user id that files of the server must belong to, as seen from outside."""
        return os.geteuid() if self.user is None else self.user

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and return it with what it said."""
        return subprocess.run(
            [*self.prefix, *command],
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            env=CLEAN_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, command: list[str], *, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a program that goes on by itself, deaf to the terminal's Ctrl-C."""
        return subprocess.Popen(
            [*self.prefix, *command],
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            env=CLEAN_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@cache
def namespaces_work() -> bool:
    """Say whether root may make a user namespace here (containers often forbid it)."""
    if shutil.which(UNSHARE[0]) is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def nobody() -> Identity:
    """Return the identity of the user ``nobody``."""
    entry = pwd.getpwnam("nobody")
    return Identity(user=entry.pw_uid, group=entry.pw_gid)


def can_run(identity: Identity, program: Path) -> bool:
    """Say whether the identity can reach and run a program."""
    try:
        return identity.run([str(program), "--version"]).returncode == 0
    except OSError:
        return False


def can_reach(identity: Identity, folder: Path) -> bool:
    """Say whether the identity can enter a folder; all its parents included."""
    return identity.run(["test", "-x", str(folder)]).returncode == 0
