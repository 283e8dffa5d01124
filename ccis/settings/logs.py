"""Keep what people asked for, and what the database holds, out of the logs."""

import logging
import re
import traceback
from types import TracebackType

QUERY = re.compile(r"\?[^\s\"']*")


class WithoutQueries(logging.Filter):
    """Cuts the query string from addresses in a message; its values may be personal."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = QUERY.sub("", record.getMessage())
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
