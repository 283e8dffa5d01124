"""The embedded stack: a real PostgreSQL and a real Valkey that need no administrator."""

from pathlib import Path

from ccis.embedded.errors import EmbeddedError
from ccis.embedded.folders import var_folder
from ccis.embedded.postgres import Cluster, DatabaseUrls

__all__ = ["DatabaseUrls", "EmbeddedError", "database_urls", "ensure_database", "var_folder"]

_clusters: dict[tuple[Path, bool], Cluster] = {}


def cluster(var: Path, *, durable: bool) -> Cluster:
    """Return this process's handle on the cluster of a var folder, always the same one."""
    return _clusters.setdefault((var.resolve(), durable), Cluster(var, durable=durable))


def database_urls(var: Path, *, durable: bool) -> DatabaseUrls:
    """Return how to reach the embedded database of a var folder, without starting it."""
    return cluster(var, durable=durable).urls()


def ensure_database(var: Path, *, durable: bool) -> DatabaseUrls:
    """Start the embedded database of a var folder if it is not running, and use it.

    A durable one keeps what it was given through a crash; the other is for tests. It stops with
    the last process that uses it. Raises EmbeddedError with a sentence that says what to do.
    """
    import atexit
    import os

    handle = cluster(var, durable=durable)
    urls = handle.start()
    mine = os.getpid()
    atexit.register(lambda: handle.leave() if os.getpid() == mine else None)
    return urls
