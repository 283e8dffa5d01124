"""Ask a web process whether it is well: ``python -m ccis.health_check URL``. For containers."""

import os
import sys
import urllib.request


def main(url: str) -> int:
    """Return 0 when the page answers 200 to one of the host names that the site answers to."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    request = urllib.request.Request(url, headers={"Host": host})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
