"""Keep what people asked for, and what the database holds, out of the logs."""

import logging
import re
import traceback
from collections.abc import Mapping
from types import TracebackType

QUERY = re.compile(r"\?[^\s\"']*")
TOKEN = re.compile(
    r"((?:/invitations/|/sign-in/password/)(?=[^/\s]{20})|/choices/(?=[^/\s]{8}))[^/\s\"']+"
)
"""What opens something to whoever has it: an invitation, a new password, someone's choices."""


class WithoutQueries(logging.Filter):
    """Cuts from a message what may be personal.

    That is the query string of an address, and a token in it; and of a task what it answered, and
    the words of the error that it ended with (the kind of error stays).
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "celery.app.trace" and isinstance(record.args, Mapping):
            error = str(record.args.get("exc", "")).partition("(")[0]
            record.args = {**record.args, "exc": error, "return_value": "done"}
        record.msg = TOKEN.sub(r"\1…", QUERY.sub("", record.getMessage()))
        record.args = ()
        return True


class WithoutValues(logging.Formatter):
    """Writes where an error happened and of what kind it was, but not its message.

    A message may quote a row: PostgreSQL's "Key (upn)=(…) already exists" does.
    """

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        kind, _, where = ei
        lines = traceback.format_tb(where)
        name = f"{kind.__module__}.{kind.__qualname__}" if kind else "no error"
        return "".join([*lines, name])
