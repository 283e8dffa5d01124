"""The embedded Valkey starts anywhere, opens no port, and forgets no task."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time

import pytest
from celery import Celery

from ccis.embedded import EmbeddedError, binaries
from ccis.embedded.broker import Broker, ask
from ccis.embedded.supervisor import give_back_unfinished_tasks

WORKER = """
import os, time
from celery import Celery
app = Celery("tried", broker=os.environ["BROKER"])
app.conf.update(
    task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=1,
    broker_transport_options={"visibility_timeout": 3600},
)
@app.task(name="note")
def note(number, seconds):
    open(f"began-{number}", "a").write("x")
    time.sleep(seconds)
    open(f"done-{number}", "a").write("x")
"""


def test_it_answers_on_a_private_socket_and_on_no_port(broker):
    assert ask(broker.socket, "PING").startswith("+PONG")
    assert "tcp_port:0" in ask(broker.socket, "INFO server")
    assert stat.S_IMODE(broker.socket.parent.stat().st_mode) == 0o700


def test_it_writes_down_what_it_is_given(broker):
    assert "\r\nyes\r\n" in ask(broker.socket, "CONFIG GET appendonly")


@pytest.mark.parametrize("folder", ["short", "a folder with a long name " * 8, "Zoë's 100%"])
def test_celery_reaches_it_wherever_it_is(tmp_path, folder):
    broker = Broker(tmp_path / folder)
    try:
        with Celery(broker=broker.start()).connection() as connection:
            connection.ensure_connection(max_retries=1)
    finally:
        broker.stop()
    assert not broker.running()


def test_the_last_to_leave_stops_it(broker):
    other = Broker(broker.home.parent)
    other.start()

    other.leave()
    assert broker.running()
    broker.leave()
    assert not broker.running()


def test_it_starts_again_after_a_crash(broker):
    ask(broker.socket, "SET kept 7")
    pid = broker._pid()
    time.sleep(1.1)  # Valkey writes to the disk each second
    os.kill(pid, signal.SIGKILL)
    while broker.running():
        time.sleep(0.01)
    assert broker.socket.exists()

    again = Broker(broker.home.parent)
    again.start()

    assert "7" in ask(again.socket, "GET kept")
    again.stop()


def test_no_program_gives_a_sentence_that_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(EmbeddedError, match="Set REDIS_URL to a server, or install"):
        Broker(tmp_path).start()


def test_a_task_of_a_killed_worker_is_done_by_the_next(broker, tmp_path):
    folder = tmp_path / "worker"
    folder.mkdir()
    (folder / "tried.py").write_text(WORKER)
    environment = {"PATH": os.environ["PATH"], "BROKER": broker.url}

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "tried", "worker", "-c", "1", "-l", "error"],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait_for(name: str) -> None:
        until = time.monotonic() + 40
        while not (folder / name).exists():
            assert time.monotonic() < until, f"{name} never came"
            time.sleep(0.05)

    app = Celery(broker=broker.url)
    app.send_task("note", args=[1, 2])
    worker = start()
    try:
        wait_for("began-1")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

        give_back_unfinished_tasks(broker.url)
        worker = start()
        wait_for("done-1")
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(timeout=20)
        app.close()
