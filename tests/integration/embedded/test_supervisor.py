"""The supervisor starts children in order, keeps them up, and stops them in reverse."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ccis.embedded import EmbeddedError, supervisor
from ccis.embedded.supervisor import Child, Stopped, Supervisor, listening_socket, only_one, serve

ROOT = Path(__file__).resolve().parents[3]

# A child that notes in a shared file when it starts and when it is told to stop.
NOTER = """
import os, signal, sys, time
name, file = sys.argv[1:]
def note(what):
    with open(file, "a") as out:
        out.write(f"{what} {name}\\n")
def stop(*_):
    note("stop")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
note("start")
print("ready", flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""


def child(name: str, script: str, *words: str) -> Child:
    return Child(
        name=name,
        command=[sys.executable, "-c", script, *words],
        environment=dict(os.environ),
        ready_words="ready",
    )


def wait_until(true: Callable[[], bool], *, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


@pytest.fixture
def watched():
    """A supervisor whose children are stopped when the test ends."""
    watched = Supervisor()
    yield watched
    watched.stop_all(within=1)


def test_children_start_in_order_and_stop_in_reverse(watched, tmp_path):
    notes = tmp_path / "notes"
    for name in ("one", "two", "three"):
        watched.start(child(name, NOTER, name, str(notes)))

    watched.stop_all()

    assert notes.read_text().split("\n")[:-1] == [
        "start one",
        "start two",
        "start three",
        "stop three",
        "stop two",
        "stop one",
    ]


def test_a_child_that_ends_is_started_again(watched, tmp_path):
    notes = tmp_path / "notes"
    one = child("one", NOTER, "one", str(notes))
    watched.start(one)
    first = one.process.pid
    threading.Timer(4, watched.request_stop).start()

    os.kill(first, signal.SIGKILL)
    watched.watch()

    assert one.process.pid != first
    assert not one.ended()
    assert notes.read_text() == "start one\nstart one\n"


def test_the_pause_before_a_restart_doubles(watched, monkeypatch):
    ends_at_once = child("one", "print('ready')")
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.3)
    ends_at_once.pause = 0.1
    watched.children.append(ends_at_once)
    ends_at_once.start()
    pauses = []
    while ends_at_once.pause < 0.3:
        watched._look_after(ends_at_once)
        pauses.append(ends_at_once.pause)
        time.sleep(0.02)

    assert sorted(set(pauses)) == [0.1, 0.2, 0.3]


def test_a_child_that_will_not_stop_is_killed(watched):
    watched.start(child("stubborn", STUBBORN))
    pid = watched.children[0].process.pid
    began = time.monotonic()

    watched.stop_all(within=1)

    assert time.monotonic() - began < 4
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_ends_before_it_is_ready_is_an_error(watched):
    with pytest.raises(EmbeddedError, match="The web process ended before it was ready"):
        watched.start(child("web", "raise SystemExit(3)"))


def test_a_child_that_is_never_ready_is_an_error(watched):
    with pytest.raises(EmbeddedError, match="was not ready in 1 s"):
        watched.start(child("web", "import time; time.sleep(60)"), within=1)


def test_a_step_that_fails_says_what_it_said(watched):
    script = "print('no such table'); raise SystemExit(2)"

    with pytest.raises(EmbeddedError, match=r"Migrating failed \(status 2\). no such table"):
        watched.run_step("Migrating", [sys.executable, "-c", script], os.environ)


def test_a_step_is_cut_short_when_asked_to_stop(watched):
    threading.Timer(0.5, watched.request_stop).start()
    began = time.monotonic()

    with pytest.raises(Stopped):
        watched.run_step(
            "Seeding", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ
        )

    assert time.monotonic() - began < 10


def test_what_a_step_writes_is_kept_for_the_end(watched, capfd):
    wrote = watched.run_step("Seeding", [sys.executable, "-c", "print('sign in as')"], os.environ)

    assert wrote == "sign in as\n"
    assert "sign in as" not in capfd.readouterr().out


def test_a_taken_port_gives_the_next_and_says_so(capsys):
    with listening_socket(18_470) as first:
        port = first.getsockname()[1]
        with listening_socket(port) as second:
            assert second.getsockname()[1] > port
    assert f"Port {port} is taken; using {port + 1}." in capsys.readouterr().out


def test_a_second_supervisor_in_the_same_folder_is_refused(tmp_path):
    with (
        only_one(tmp_path),
        pytest.raises(EmbeddedError, match="is already running"),
        only_one(tmp_path),
    ):
        pass


def test_given_servers_are_used_and_none_started(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ccis_web:x@db/ccis")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://ccis_owner:x@db/ccis")
    monkeypatch.setenv("REDIS_URL", "redis://broker:6379/0")

    environment = supervisor.environments(tmp_path)

    assert environment["web"]["DATABASE_URL"] == "postgresql://ccis_web:x@db/ccis"
    assert environment["owner"]["DATABASE_OWNER_URL"] == "postgresql://ccis_owner:x@db/ccis"
    assert environment["worker"]["REDIS_URL"] == "redis://broker:6379/0"
    assert not any(tmp_path.iterdir())


def test_no_web_or_worker_process_is_told_the_owners_password(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ccis_web:x@db/ccis")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://ccis_owner:secret@db/ccis")
    monkeypatch.setenv("REDIS_URL", "redis://broker:6379/0")

    environment = supervisor.environments(tmp_path)

    for role in ("web", "worker"):
        assert not any("secret" in value for value in environment[role].values())


def test_a_failure_to_start_is_one_sentence_and_leaves_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(
        supervisor, "_prepare", lambda *args, **kwargs: (_ for _ in ()).throw(EmbeddedError("No."))
    )
    handlers = {number: signal.getsignal(number) for number in (1, 2, 15)}
    try:
        status = serve(var=tmp_path / "var", port=18_490, demo=False)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    assert status == 1
    assert capsys.readouterr().err == "No.\n"
    assert not (tmp_path / "var" / "postgres" / "data" / "postmaster.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(tmp_path, number):
    notes = tmp_path / "notes"
    script = textwrap.dedent(
        """
        import os, sys
        from ccis.embedded.supervisor import Child, Supervisor
        noter, notes = sys.argv[1:]
        watched = Supervisor()
        watched.listen_for_stop()
        for name in ("web", "worker"):
            watched.start(Child(name, [sys.executable, "-c", noter, name, notes],
                                dict(os.environ), ready_words="ready"))
        print("all up", flush=True)
        watched.watch()
        watched.stop_all()
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, NOTER, str(notes)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: "all up" in process.stdout.readline())

    os.killpg(process.pid, number)
    process.communicate(timeout=15)

    assert process.returncode == 0
    assert notes.read_text().split("\n")[2:4] == ["stop worker", "stop web"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_end_when_the_supervisor_is_killed_outright(tmp_path):
    script = (
        "import os, sys, time; from ccis.embedded.supervisor import Child\n"
        "one = Child('one', [sys.executable, '-c', 'import time; time.sleep(60)'], os.environ)\n"
        "one.start(); print(one.process.pid, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    pid = int(process.stdout.readline())

    process.kill()
    process.communicate()

    def ended() -> bool:
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"

    wait_until(ended)


@pytest.mark.long
@pytest.mark.slow
def test_the_whole_service_starts_answers_and_stops(tmp_path):
    var = tmp_path / "var"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DJANGO_SETTINGS_MODULE", "CCIS_DATABASE_ROLE")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "ccis.embedded", "--var", str(var), "serve", "--port", "18520"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "The service is at" in line:
            break
    port = int(lines[-1].split("http://127.0.0.1:")[1].split()[0])
    assert supervisor.page_answers(port), "".join(lines)

    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=60)

    assert time.monotonic() - began < 18  # about 3 on a machine with nothing else to do
    assert process.returncode == 0
    order = [line.split()[1] for line in rest.splitlines() if line.startswith("Stopping")]
    assert order == ["beat", "worker", "web"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    left = subprocess.run(["pgrep", "-f", str(var)], capture_output=True, text=True, check=False)
    assert left.stdout == ""
