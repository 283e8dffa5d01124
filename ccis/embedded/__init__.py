"""The embedded stack: a real PostgreSQL and a real Valkey that need no administrator."""

import atexit
import os
from pathlib import Path

from ccis.embedded.broker import Broker
from ccis.embedded.errors import EmbeddedError
from ccis.embedded.folders import var_folder
from ccis.embedded.postgres import Cluster, DatabaseUrls

__all__ = [
    "DatabaseUrls",
    "EmbeddedError",
    "broker_url",
    "database_urls",
    "ensure_broker",
    "ensure_database",
    "var_folder",
]

_clusters: dict[tuple[Path, bool], Cluster] = {}
_brokers: dict[Path, Broker] = {}


def cluster(var: Path, *, durable: bool) -> Cluster:
    """Return this process's handle on the database of a var folder, always the same one."""
    return _clusters.setdefault((var.resolve(), durable), Cluster(var, durable=durable))


def broker(var: Path) -> Broker:
    """Return this process's handle on the broker of a var folder, always the same one."""
    return _brokers.setdefault(var.resolve(), Broker(var))


def database_urls(var: Path, *, durable: bool) -> DatabaseUrls:
    """Return how to reach the embedded database of a var folder, without starting it."""
    return cluster(var, durable=durable).urls()


def broker_url(var: Path) -> str:
    """Return how to reach the embedded broker of a var folder, without starting it."""
    return broker(var).url


def ensure_database(var: Path, *, durable: bool) -> DatabaseUrls:
    """Start the embedded database of a var folder if it is not running, and use it.

    A durable one keeps what it was given through a crash; the other is for tests. It stops with
    the last process that uses it. Raises EmbeddedError with a sentence that says what to do.
    """
    handle = cluster(var, durable=durable)
    urls = handle.start()
    _leave_at_exit(handle)
    return urls


def ensure_broker(var: Path) -> str:
    """Start the embedded broker of a var folder if it is not running, use it, return its URL.

    It stops with the last process that uses it. Raises EmbeddedError.
    """
    handle = broker(var)
    url = handle.start()
    _leave_at_exit(handle)
    return url


def _leave_at_exit(handle: Cluster | Broker) -> None:
    mine = os.getpid()  # a forked child must not stop what its parent uses
    atexit.register(lambda: handle.leave() if os.getpid() == mine else None)
