"""A tiny IMAP server for tests: what a reader of a mailbox asks, over a real socket (RFC 9051).

It keeps folders of messages in memory. ``refuse`` names commands that it answers with NO;
``hang_up_at`` names one at which it closes the line, once it has done it.
"""

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread

WORD = re.compile(rb'"(?:[^"\\]|\\.)*"|\([^)]*\)|\S+')
RECEIVED = datetime(2026, 11, 3, 10, tzinfo=UTC)


@dataclass
class Held:
    uid: int
    content: bytes
    received_at: datetime


@dataclass
class Post:
    """A mailbox and its server. ``address`` is what the settings would say."""

    address: str = ""
    uid_validity: int = 7
    next_uid: int = 1
    capabilities: str = "IMAP4rev1 UIDPLUS MOVE"
    refuse: set[str] = field(default_factory=set)
    hang_up_at: str = ""
    folders: dict[str, list[Held]] = field(default_factory=lambda: {"INBOX": []})
    asked: list[str] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)

    def deliver(self, content: bytes, *, received_at: datetime = RECEIVED) -> int:
        """Put a message into the inbox; give its number."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.folders["INBOX"].append(Held(uid, content, received_at))
        return uid

    def lying(self, folder: str = "INBOX") -> list[bytes]:
        """What lies in a folder."""
        return [one.content for one in self.folders.get(folder, [])]

    def take(self, uids: set[int], *, keep: bool = False) -> list[Held]:
        """Take messages out of the inbox."""
        inbox = self.folders["INBOX"]
        if not keep:
            self.folders["INBOX"] = [one for one in inbox if one.uid not in uids]
        return [one for one in inbox if one.uid in uids]


class Line(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        self.post: Post = self.server.post  # type: ignore[attr-defined]
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, *words = [word.decode() for word in WORD.findall(line.strip())]
            name = " ".join(words[:2] if words[0].upper() == "UID" else words[:1]).upper()
            self.post.asked.append(name)
            if name in self.post.refuse:
                self.say(f"{tag} NO not here")
                continue
            answer = self.answer(name, [word.strip('"') for word in words])
            if name == self.post.hang_up_at:
                return
            self.say(f"{tag} {answer or 'OK done'}")
            if name == "LOGOUT":
                return

    def say(self, text: str, literal: bytes | None = None) -> None:
        self.wfile.write(text.encode() + (b"" if literal is None else literal + b")") + b"\r\n")

    def answer(self, name: str, words: list[str]) -> str | None:
        post = self.post
        if name == "CAPABILITY":
            self.say(f"* CAPABILITY {post.capabilities}")
        elif name == "LOGIN":
            return None if words[2] == "secret" else "NO [AUTHENTICATIONFAILED] not right"
        elif name == "LIST" and words[2] in post.folders:
            self.say(f'* LIST () "/" "{words[2]}"')
        elif name == "CREATE":
            post.folders[words[1]] = []
        elif name == "SELECT":
            if words[1] not in post.folders:
                return "NO no such folder"
            self.say(f"* {len(post.folders[words[1]])} EXISTS")
            self.say(f"* OK [UIDVALIDITY {post.uid_validity}] valid")
        elif name == "UID SEARCH":
            self.say(" ".join(["* SEARCH", *(str(one.uid) for one in post.folders["INBOX"])]))
        elif name == "UID FETCH":
            self.fetch(numbers(words[2]), words[3])
        elif name in ("UID MOVE", "UID COPY"):
            found = post.take(numbers(words[2]), keep=name == "UID COPY")
            post.folders[words[3]].extend(found)
        elif name == "UID STORE":
            post.deleted |= numbers(words[2])
        elif name == "UID EXPUNGE":
            post.take(numbers(words[2]) & post.deleted)
        return None

    def fetch(self, uids: set[int], parts: str) -> None:
        for place, one in enumerate(self.post.folders["INBOX"], 1):
            if one.uid not in uids:
                continue
            begin = f"* {place} FETCH (UID {one.uid}"
            if "RFC822.SIZE" in parts:
                when = one.received_at.strftime("%d-%b-%Y %H:%M:%S +0000")
                self.say(f'{begin} INTERNALDATE "{when}" RFC822.SIZE {len(one.content)})')
                continue
            head = "HEADER" in parts
            content = one.content.split(b"\r\n\r\n")[0] + b"\r\n\r\n" if head else one.content
            part = "BODY[HEADER]" if head else "BODY[]"
            self.say(f"{begin} {part} {{{len(content)}}}\r\n", content)


def numbers(text: str) -> set[int]:
    """``1,3:5`` as numbers."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition(":")
        found |= set(range(int(first), int(last or first) + 1))
    return found


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def post_office() -> Iterator[Post]:
    """A server on a free port, in a thread, for as long as the block."""
    post = Post()
    with _Server(("127.0.0.1", 0), Line) as server:
        server.post = post  # type: ignore[attr-defined]
        post.address = f"imap://drop.box:secret@127.0.0.1:{server.server_address[1]}/INBOX"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()


def written(text: str = "Please stop sharing my details.", **headers: str) -> bytes:
    """A plain message, with headers besides or instead: ``from_`` for *From*."""
    said = {
        "from": "Amara Oduya <amara@example.org>",
        "subject": "My choice",
        "date": "Tue, 3 Nov 2026 10:00:00 +0000",
        "message-id": "<one@example.org>",
        "content-type": "text/plain; charset=utf-8",
        **{name.rstrip("_").replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return f"{head}\r\n{text}\r\n".encode()
