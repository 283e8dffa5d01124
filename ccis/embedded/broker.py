"""The embedded Valkey: the broker between the pages and the worker, on a private socket."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from ccis.embedded import binaries, folders, processes
from ccis.embedded.errors import EmbeddedError

SECONDS_TO_START = 20.0
SECONDS_TO_STOP = 5.0


class Broker:
    """One Valkey in one folder. Any number of processes may use it; the last one stops it."""

    def __init__(self, var: Path) -> None:
        self.home = var.resolve() / "valkey"
        self.socket = folders.socket_folder_for(self.home) / "valkey.sock"
        self._users = folders.Users(self._file("users"))

    def _file(self, name: str) -> Path:
        return self.home.with_name(f"{self.home.name}.{name}")

    @property
    def url(self) -> str:
        """How Celery reaches it."""
        return f"redis+socket://{quote(str(self.socket))}"

    def start(self) -> str:
        """Start it if it is not running, use it from now on, and return its URL.

        Raises EmbeddedError.
        """
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with folders.locked(self._file("lock")):
            self._users.join()
            if not self.running():
                self._run()
        return self.url

    def running(self) -> bool:
        """Say whether it answers."""
        return answers(self.socket)

    def leave(self) -> None:
        """Stop using it; stop it when nobody else uses it."""
        if not self.home.exists():
            return
        with folders.locked(self._file("lock")):
            self._users.leave()
            if not self._users.any_left():
                self._stop()

    def stop(self) -> None:
        """Stop it, whoever uses it."""
        if not self.home.exists():
            return
        with folders.locked(self._file("lock")):
            self._users.leave()
            self._stop()

    def _run(self) -> None:
        folders.private_folder(self.home)
        folders.private_folder(self.socket.parent)
        self.socket.unlink(missing_ok=True)
        log = self.home / "log"
        log.touch(mode=0o600)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "pidfile": str(self.home / "pid"),
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
        }
        command = [str(binaries.valkey_program())]
        for name, value in settings.items():
            command += [f"--{name}", value]
        with log.open("ab") as out:
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.home,
                start_new_session=True,
            )
        until = time.monotonic() + SECONDS_TO_START
        while not self.running():
            if server.poll() is not None or time.monotonic() > until:
                server.kill()
                raise EmbeddedError(
                    f"The embedded broker did not start. The end of {log} says:\n"
                    + "\n".join(log.read_text(errors="replace").splitlines()[-5:])
                )
            time.sleep(0.02)
        processes.let_go(server)

    def _stop(self) -> None:
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        processes.ends(lambda: processes.alive(pid), SECONDS_TO_STOP)
        folders.remove_if_short(self.socket.parent)

    def _pid(self) -> int | None:
        """Return its process id, taken from the server itself and so never a stale one."""
        for line in ask(self.socket, "INFO server").splitlines():
            name, _, value = line.partition(":")
            if name == "process_id":
                return int(value)
        return None


def ask(path: Path, question: str) -> str:
    """Send one inline command to a Valkey on a socket; return what it says, or nothing."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(path))
            connection.sendall(question.encode() + b"\r\n")
            return connection.recv(65_536).decode(errors="replace")
    except OSError:
        return ""


def answers(path: Path) -> bool:
    """Say whether a Valkey on a socket is ready."""
    return ask(path, "PING").startswith("+PONG")
