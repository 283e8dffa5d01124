"""A look at a record, in words."""

from typing import Any

from caseload.queries.looks import SEEN, Kind, Look

PAGES = {
    "story": "Their story",
    "details": "Their details",
    "activities": "Their activities",
    "education": "Education and support",
    "history": "Their history",
    "who-looked": "Who looked at them",
    "return": "What the return says of them",
    "move": "Moving them to another authority",
    "death": "Recording a death",
    "people": "The list of people",
    "search": "Search results",
    "recent": "Those opened lately",
    "near": "People near someone to be added",
    "choices": "Their choices",
    "household": "Their household",
    "sharing": "Who has had their details",
    "disclosure": "What was shared with an organisation",
    "emergency": "Sharing their details in an emergency",
    "emergencies": "Emergencies in which details were shared",
    "enquiry": "What an organisation asked about them",
    "enquiries": "The list of what organisations asked",
    "incident": "People whom an incident affects",
    "shared-row": "Their page on an organisation’s list",
    "shared-contact": "How to reach them, on an organisation’s list",
    "household-of-another": "The household of someone else",
    "merge": "Comparing with another record of theirs",
    "duplicates": "Two records that may be theirs, side by side",
}
PARTS = {"circumstances": "circumstances"}
READ_IN_MANY = {
    "rows seen": "Rows of",
    "file downloaded": "Downloaded",
    "people of a return seen": "People of",
    "return downloaded": "Downloaded",
    "move differences downloaded": "Downloaded",
}


def row(look: Look) -> dict[str, Any]:
    """A look as a row of the table."""
    return {
        "who": look.who,
        "role": look.role,
        "at": look.at,
        "what": what(look),
        "is_sensitive": look.kind is Kind.SENSITIVE,
    }


def what(look: Look) -> str:
    """What was looked at."""
    if look.of:
        return f"{READ_IN_MANY.get(look.verb, 'In')} {look.of}, which has them in it"
    if look.kind is Kind.SENSITIVE:
        part = look.part.replace("-", " ")
        return f"Sensitive details opened: {part}" if part else "Sensitive details opened"
    if look.kind is Kind.FILE:
        return "A row of a file about them"
    if look.verb == SEEN and look.page.startswith("returns "):
        return "A list of people in a return"
    if look.page in PAGES:
        return PAGES[look.page]
    page = look.page.replace("-", " ") or "their record"
    return f"Their record: {page}"
