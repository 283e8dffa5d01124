"""What stands in the first row of a workbook, as LibreOffice opens it with each passphrase.

Run by the distribution's own Python, which has LibreOffice's ``uno``: the workbook, a folder for
the profile, then passphrases; an empty one is none. Writes the name, or ``refused``, for each.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]

SECONDS = 60
NAME_COLUMN, FIRST_ROW = 2, 1


def main(workbook: str, profile: str, *phrases: str) -> None:
    """Start an office of its own, ask it, and end it."""
    pipe = f"pipe,name=ccis{Path(profile).parent.name}"
    office = subprocess.Popen(
        [
            "soffice", "--headless", "--norestore", "--nologo",
            f"-env:UserInstallation=file://{profile}", f"--accept={pipe};urp;",
        ],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        desktop = reach(pipe)
        for phrase in phrases:
            sys.stdout.write(f"{read(desktop, workbook, phrase)}\n")
        desktop.terminate()
        office.wait(SECONDS)
    finally:
        office.kill()


def reach(pipe: str) -> Any:
    """The office's desktop, once it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    until = time.monotonic() + SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:{pipe};urp;StarOffice.ComponentContext")
        except Exception:  # uno's own kinds are not of Python's
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            make = context.ServiceManager.createInstanceWithContext
            return make("com.sun.star.frame.Desktop", context)


def read(desktop: Any, workbook: str, phrase: str) -> str:
    """The name in the first row."""
    given = [PropertyValue("Hidden", 0, True, 0)]
    if phrase:
        given.append(PropertyValue("Password", 0, phrase, 0))
    try:
        book = desktop.loadComponentFromURL(f"file://{workbook}", "_blank", 0, tuple(given))
    except Exception:  # how it says that it cannot
        return "refused"
    if book is None:
        return "refused"
    name: str = book.Sheets.getByIndex(0).getCellByPosition(NAME_COLUMN, FIRST_ROW).String
    book.close(True)
    return name


if __name__ == "__main__":
    main(*sys.argv[1:])
