"""A small GOV.UK Notify of our own: takes what the real client sends, and tells what became of it.

It answers as https://docs.notifications.service.gov.uk/rest-api.html says.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"


class FakeNotify:
    """What was sent, newest first; ``refuse`` answers the next ones with an error instead."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.refuse: tuple[int, str, str] | None = None
        self.address = ""
        self.headers: dict[str, str] = {}

    def became(self, reference: str, status: str) -> None:
        """Say what became of the message of a reference."""
        for one in self.sent:
            if one["reference"] == reference:
                one["status"] = status

    def take(self, by: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer a message."""
        if self.refuse:
            code, kind, words = self.refuse
            return code, {"status_code": code, "errors": [{"error": kind, "message": words}]}
        number = len(self.sent) + 1
        one = {
            **asked,
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "type": by,
            "status": "created",
        }
        self.sent.insert(0, one)
        return 201, {"id": one["id"], "reference": asked.get("reference")}

    def told(self, wanted: dict[str, list[str]]) -> dict[str, Any]:
        """What is known of messages: of one reference, or all in pages of two."""
        known = self.sent
        if "reference" in wanted:
            known = [one for one in known if one["reference"] == wanted["reference"][0]]
        if "older_than" in wanted:
            ids = [one["id"] for one in known]
            known = known[ids.index(wanted["older_than"][0]) + 1 :]
        return {"notifications": known[:2], "links": {}}


@contextmanager
def running() -> Iterator[FakeNotify]:
    """Serve a fake Notify on a port of this machine."""
    fake = FakeNotify()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.headers = dict(self.headers)
            self._answer(*fake.take(self.path.rsplit("/", 1)[-1], asked))

        def do_GET(self) -> None:
            self._answer(200, fake.told(parse_qs(urlsplit(self.path).query)))

        def _answer(self, code: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
