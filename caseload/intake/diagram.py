"""The states of a file as a picture in words, for ``docs/states.md``."""

from pathlib import Path

from caseload.intake.rules import FINAL, NEXT_STATES, WITH_PEOPLE, WORKING, FileState

PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"
BEGINS = "<!-- A file that arrives: drawn by `manage.py draw_states` -->"
ENDS = "<!-- end of: a file that arrives -->"


def drawing() -> str:
    """The diagram in Mermaid, with who has the file in each state beneath it."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {_name(FileState.RECEIVED)}"]
    for state in FileState:
        lines.append(f"    {_name(state)}: {state.label}")
        lines += [f"    {_name(state)} --> {_name(after)}" for after in _in_order(state)]
        if state in FINAL:
            lines.append(f"    {_name(state)} --> [*]")
    lines += ["```", "", "| State | On screen | Who has it |", "| --- | --- | --- |"]
    lines += [f"| `{state}` | {state.label} | {_who(state)} |" for state in FileState]
    return "\n".join(lines)


def _name(state: FileState) -> str:
    return state.value.replace("-", "_")


def _in_order(state: FileState) -> list[FileState]:
    return [after for after in FileState if after in NEXT_STATES[state]]


def _who(state: FileState) -> str:
    if state in WORKING:
        return "a worker"
    if state == FileState.WITH_SENDER:
        return "whoever sent it"
    if state in WITH_PEOPLE or state in (FileState.NEEDS_COLUMNS, FileState.STOPPED):
        return "a person"
    return "a worker, next" if state == FileState.RECEIVED else "nobody: it is finished"


def section() -> str:
    """What stands in ``docs/states.md`` between the marks, marks included."""
    return f"{BEGINS}\n\n{drawing()}\n\n{ENDS}"


def redraw(page: str) -> str:
    """The page with its section drawn afresh; put at the end when it has none."""
    if BEGINS not in page:
        return f"{page.rstrip()}\n\n## A file that arrives\n\n{section()}\n"
    before, rest = page.split(BEGINS, 1)
    return f"{before}{section()}{rest.split(ENDS, 1)[1]}"
