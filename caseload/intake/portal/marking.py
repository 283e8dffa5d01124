"""The sender's own file with what to mend marked in it, and nothing of what others told us."""

import csv
import io

from caseload.intake.columns import headings_known
from caseload.intake.models import InboundFile
from caseload.intake.portal.queries import (
    has_more_than_identity,
    has_sealed_rows,
    rows_with_errors,
    told_problems,
)
from caseload.intake.presenters.errors import cell_problems
from ccis.files import storage
from ccis.files.writing import annotate_workbook


def marked_workbook(file: InboundFile) -> bytes | None:
    """The file as a workbook with its errors marked; ``None`` when it cannot be given back."""
    if not file.stored_id or has_sealed_rows(file):
        return None
    try:
        original = storage.read_stored(file.stored_id)
    except storage.CannotOpenStored:
        return None
    if file.dropped.get("withheld"):
        original = without_withheld(original, file)
    problems = [
        problem
        for row in rows_with_errors(file)
        for problem in cell_problems(row.number, told_problems(row))
    ]
    return annotate_workbook(original, problems, filename=file.file_name, headings=headings_known())


def without_withheld(content: bytes, file: InboundFile) -> bytes:
    """A kept file less the rows of which no more than who they are was kept.

    So much is left of someone under an instruction of section 72, which another school or a
    parent may have told us of: a row with the rest taken out would say so (LAW-07). Row numbers
    stay.
    """
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for number, cells in enumerate(lines, start=1):
        stays = number <= file.header_row or has_more_than_identity(file, cells)
        writer.writerow(cells if stays else [])
    return out.getvalue().encode("utf-8-sig")
