"""Secure files as pages show them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.calendar.words import moment_in_words
from ccis.govuk.progress import Progress
from sharing.files.models import FileState, SecureFile
from sharing.models import SharedList

COLOURS = {
    FileState.MAKING: "blue",
    FileState.READY: "green",
    FileState.STOPPED: "red",
    FileState.DESTROYED: "grey",
}


def tag(file: SecureFile) -> dict[str, str]:
    """Where a file stands."""
    state = FileState(file.state)
    return {"text": str(state.label), "colour": COLOURS[state]}


def details(file: SecureFile) -> dict[str, Any]:
    """What is known of a file, as a summary list."""
    told = f"{file.told_to.email}, once"
    if file.told_at:
        told = f"Shown to {file.told_to.email} on {moment_in_words(file.told_at)}"
    rows = [
        ("Kind", file.get_form_display()),
        ("Young people", f"{file.rows.count():,}"),
        ("Made for", file.for_user.email),
        ("Copy", file.mark),
        ("Passphrase", told),
        ("Asked for", f"{moment_in_words(file.asked_at)}, by {file.asked_by.email}"),
    ]
    if file.sha256:
        rows.append(("SHA-256 of the file", file.sha256))
    if file.destroyed_at:
        rows.append(("Key destroyed", moment_in_words(file.destroyed_at)))
    return {"rows": [{"key": {"text": key}, "value": {"text": value}} for key, value in rows]}


def downloads(file: SecureFile) -> list[tuple[str, str]]:
    """Each time that it left: when, and who took it."""
    return [(moment_in_words(one.at), one.by.email) for one in file.downloads.select_related("by")]


def file_rows(files: list[SecureFile], *, route: str) -> list[list[dict[str, Any]]]:
    """Files for a table: what, for whom, where each stands; the first cell leads to it."""
    return [
        [
            {
                "text": f"{file.get_form_display()}, copy {file.mark}",
                "href": address(file, route=route),
            },
            {"text": file.for_user.email},
            {"text": moment_in_words(file.asked_at)},
            {"tag": tag(file)},
        ]
        for file in files
    ]


def address(file: SecureFile, *, route: str = "securefiles:file") -> str:
    """Where a file's page is: the officer's, or the named individual's."""
    own = route == "securefiles:mine"
    return reverse(route, args=[file.ref] if own else [file.on_list.ref, file.ref])


def progress(file: SecureFile, *, route: str = "securefiles:file") -> Progress:
    """How far it is: made in one go, so nothing or all. Only an officer carries on with it."""
    done = int(file.state == FileState.READY)
    own = route == "securefiles:mine"
    page = address(file, route=route)
    return Progress(
        done=done,
        total=1,
        thing="files",
        check=page,
        finished=file.state in (FileState.READY, FileState.DESTROYED),
        stopped=file.stopped_because if file.state == FileState.STOPPED else "",
        carry_on="" if own else reverse("securefiles:carry-on", args=[file.on_list.ref, file.ref]),
        result=page,
        result_text="See the file",
    )


def title_of(file: SecureFile) -> str:
    """The file's heading: its list and copy, nobody's name."""
    return f"File of list {show_reference(file.on_list.ref)}"


def own_workbooks(lists: Sequence[SharedList]) -> list[dict[str, str]]:
    """Where a workbook of each list is asked for, named where there are several."""
    return [
        {
            "text": "Make my workbook"
            + (f" of list {show_reference(one.ref)}" if len(lists) > 1 else ""),
            "href": reverse("securefiles:make-mine", args=[one.ref]),
        }
        for one in lists
    ]
