"""Keep what people asked for out of the logs."""

import logging
import re

QUERY = re.compile(r"\?[^\s\"']*")


class WithoutQueries(logging.Filter):
    """Cuts the query string from addresses in a message; its values may be personal."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = QUERY.sub("", record.getMessage())
        record.args = ()
        return True
