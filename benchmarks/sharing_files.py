"""A list as an encrypted workbook, ours or plainly: ``python -m benchmarks.sharing_files ours``.

Each way in a process of its own, so that its peak memory is its own. *Plainly* is what one would
write first: openpyxl for the same cells, and msoffcrypto for the encryption. Prints JSON.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable

PEOPLE = 5_000
COLUMNS = ("name", "date-of-birth", "address", "phone", "email", "last-place")
PHRASE = "six-words-that-are-not-secret-here"


def rows() -> list[tuple[str, dict[str, str | list[str]]]]:
    """Invented people, as a list gives them: a reference, and by column a text or several."""
    return [
        (
            f"{n:08d}-7F3K",
            {
                "name": f"Amara{n} Oduya-Marsh",
                "date-of-birth": "14 March 2009",
                "address": [f"{n % 200} Harbour Lane", "Northgate", "NG9 9ZZ"],
                "phone": f"07700 9{n % 100_000:05d}",
                "email": f"amara{n}@example.org",
                "last-place": "Kestrel School",
            },
        )
        for n in range(PEOPLE)
    ]


def ours() -> bytes:
    """The file as the service makes it: locked, with choices, marked in each row."""
    from sharing.files import packing

    sheet = packing.Sheet(
        reference="7F3K-Q29M",
        mark="7F3K",
        columns=COLUMNS,
        rows=[packing.Row(reference, values) for reference, values in rows()],
        about=[("List", "7F3K-Q29M")],
    )
    return packing.encrypted_workbook(packing.workbook(sheet), PHRASE)


def plainly() -> bytes:
    """The same cells, unformatted."""
    import openpyxl
    from msoffcrypto.format.ooxml import OOXMLFile

    from sharing.template import ANSWERS, authority_headings

    book = openpyxl.Workbook()
    page = book.active
    page.append([*authority_headings(list(COLUMNS)), *(one.heading for one in ANSWERS)])
    for reference, values in rows():
        texts = (
            "\n".join(value) if isinstance(value, list) else value for value in values.values()
        )
        page.append(["7F3K-Q29M", reference, *texts, *("" for _ in ANSWERS)])
    plain, locked = io.BytesIO(), io.BytesIO()
    book.save(plain)
    OOXMLFile(plain).encrypt(PHRASE, locked)
    return locked.getvalue()


WAYS: dict[str, Callable[[], bytes]] = {"ours": ours, "plainly": plainly}


def main(way: str) -> None:
    """Measure one way and print what was measured."""
    import django

    django.setup()
    began, worked = time.perf_counter(), time.process_time()
    content = WAYS[way]()
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "worked": time.process_time() - worked,
                "bytes": len(content),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
