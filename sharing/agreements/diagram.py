"""The states of an agreement as a picture in words, for ``docs/states.md``."""

from pathlib import Path

from sharing.agreements.rules import ALLOWING, FINAL, NEXT_STATES, State

PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"
TITLE = "An agreement"
BEGINS = f"<!-- {TITLE}: drawn by `manage.py draw_agreements` -->"
ENDS = f"<!-- end of: {TITLE.lower()} -->"


def drawing() -> str:
    """The diagram in Mermaid, with what each state allows beneath it."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {_name(State.DRAFT)}"]
    for state in State:
        lines.append(f"    {_name(state)}: {state.label}")
        lines += [
            f"    {_name(state)} --> {_name(after)}"
            for after in State
            if after in NEXT_STATES[state]
        ]
        if state in FINAL:
            lines.append(f"    {_name(state)} --> [*]")
    lines += ["```", "", "| State | On screen | Within its period |", "| --- | --- | --- |"]
    lines += [
        f"| `{state}` | {state.label} | "
        f"{'lets things be shared' if state in ALLOWING else 'nothing is shared'} |"
        for state in State
    ]
    return "\n".join(lines)


def _name(state: State) -> str:
    return state.value.replace("-", "_")


def section() -> str:
    """What stands in ``docs/states.md`` between the marks, marks included."""
    return f"{BEGINS}\n\n{drawing()}\n\n{ENDS}"


def redraw(page: str) -> str:
    """The page with its section drawn afresh; put at the end when it has none."""
    if BEGINS not in page:
        return f"{page.rstrip()}\n\n## {TITLE}\n\n{section()}\n"
    before, rest = page.split(BEGINS, 1)
    return f"{before}{section()}{rest.split(ENDS, 1)[1]}"
