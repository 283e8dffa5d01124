"""How gunicorn serves the site: ``-c python:ccis.serving``, the same everywhere.

More processes than processors, each of few threads: who reads a long list holds up nobody. They
share the memory of what they all loaded. ``WEB_CONCURRENCY`` says how many processes there are.
"""

import gc
import os
from typing import Any

workers = int(os.environ.get("WEB_CONCURRENCY") or 4)
threads = 2
worker_class = "gthread"
preload_app = True
loglevel = "warning"
accesslog = None  # addresses of pages and of those who asked belong in no log
control_socket_disable = True

MADE_BEFORE_CLEANING = 20_000
"""Objects made before Python looks for cycles: about as many as the longest page makes."""


def pre_fork(_server: Any, _worker: Any) -> None:
    """Keep what was loaded out of every later search for cycles, and so in shared memory."""
    gc.collect()
    gc.freeze()


def post_worker_init(_worker: Any) -> None:
    """Search for cycles between pages more than in the middle of one."""
    gc.set_threshold(MADE_BEFORE_CLEANING)
