"""Where the embedded servers keep their things: private folders, short socket paths, locks."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ccis.embedded.errors import EmbeddedError

# A socket's path may be 107 bytes on Linux and 103 on macOS; both servers add a name of their own.
LONGEST_SOCKET_FOLDER = 80
SHORT_ROOT = Path("/tmp")  # noqa: S108 - only ever holds a folder of our own with mode 0700


def var_folder() -> Path:
    """Return the folder of everything the service writes: ``CCIS_VAR``, else ``var`` here."""
    chosen = os.environ.get("CCIS_VAR")
    return Path(chosen).resolve() if chosen else Path(__file__).resolve().parents[2] / "var"


def short_name(path: Path) -> str:
    """Return a short name that stands for a path, the same each time."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def private_folder(path: Path, *, owner: int | None = None) -> Path:
    """Make a folder that only its owner may enter, or check that the one there is such.

    ``owner`` is the user id it must belong to; the caller's own when left out.
    Raises EmbeddedError when something else is there, so that nobody can lay a trap in /tmp.
    """
    wanted = os.geteuid() if owner is None else owner
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
        if wanted != os.geteuid():
            os.chown(path, wanted, -1)
    except FileExistsError:
        pass
    found = path.lstat()
    ours = {wanted, os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise EmbeddedError(f"{path} is there already and is not ours; move it away first.")
    if found.st_uid != wanted:
        os.chown(path, wanted, -1)
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def socket_folder_for(home: Path) -> Path:
    """Return a folder whose path is short enough to hold a socket: in ``home`` when that is."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    return SHORT_ROOT / f"ccis-{os.geteuid()}-{short_name(home)}"


def remove_if_short(sockets: Path) -> None:
    """Remove a socket folder that lies outside the var folder, once nothing is in it."""
    if sockets.parent == SHORT_ROOT:
        with suppress(OSError):
            sockets.rmdir()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this file alone, waiting for whoever has it."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Users:
    """Who is using a server: each process holds a shared lock, which the kernel frees with it.

    So the last to leave can tell that it is the last, even when another was killed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: int | None = None

    def join(self) -> None:
        """Say that this process uses the server, until it leaves or ends."""
        if self._held is None:
            self._held = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Say that this process no longer uses the server."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def any_left(self) -> bool:
        """Say whether any process, this one included, still uses the server."""
        probe = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(probe)
