"""What a sender sees: its own files and rows, and nothing that looking at our record added."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, F, Func, Max, Q

from caseload.intake.kinds import KINDS, Kind, kind_named
from caseload.intake.models import (
    InboundFile,
    InboundFileQuerySet,
    InboundRow,
    InboundRowQuerySet,
)
from caseload.intake.portal.rules import SENT_HERE, Term, kinds_here
from caseload.intake.queries import errors_by_kind
from caseload.intake.rules import FileState, Outcome
from caseload.intake.source_models import Source
from caseload.intake.taking import taken_of
from caseload.models import FoundWrong
from ccis.authorities.models import Authority
from ccis.calendar.words import LONDON
from providers.models import Provider

TOLD_HERE = "In the portal"
"""How a sender was told of what proved wrong, when it reads it here."""


def source_of(authority: Authority, provider: Provider) -> Source | None:
    """What an authority knows an organisation as that sends files; ``None`` when it is none."""
    found = Source.objects.of(authority).filter(provider=provider)
    return found.select_related("authority", "provider").first()


def asked_kinds(source: Source | None) -> list[Kind]:
    """The kinds of file that a source is asked for here: those that are taken from it at all."""
    if source is None or source.provider is None:
        return []
    here = kinds_here(source.kinds, is_school=source.provider.kind == Provider.Kind.SCHOOL)
    return [
        kind
        for name, kind in KINDS.items()
        if name in here and (not kind.fields or taken_of(source.authority, kind).suffices_for(kind))
    ]


def files_of(source: Source) -> InboundFileQuerySet:
    """The files of a source that belong on these pages."""
    mine = InboundFile.objects.filter(source=source, kind__in=[*SENT_HERE, ""])
    return mine.select_related("authority", "provider", "received_by")


def last_sent(source: Source) -> dict[str, Any]:
    """When a file of each kind that could be used was last received."""
    used = files_of(source).exclude(state__in=[FileState.REFUSED, FileState.SET_ASIDE])
    return dict(used.order_by().values_list("kind").annotate(Max("received_at")))


# -- errors ----------------------------------------------------------------------------------------


class FromFileAlone(Func):
    """Whether any problem of a row is of the file itself, and not of our record."""

    output_field = BooleanField()
    template = "jsonb_path_exists(%(expressions)s, '$[*] ? (!exists(@.asked))')"


def errors_of(file: InboundFile) -> list[tuple[Any, ...]]:
    """One line for each kind of problem, as ``errors_by_kind`` gives it."""
    if not file.dropped.get("withheld"):
        return errors_by_kind(file, for_sender=True)
    found: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = {}
    for row in rows_with_errors(file):
        for problem in told_problems(row):
            key = (problem["level"], problem["code"])
            found.setdefault(key, []).append((row.number, problem))
    order = {level: at for at, level in enumerate(("hard", "soft", "note"))}
    lines: list[tuple[Any, ...]] = []
    for (level, code), told in sorted(found.items(), key=lambda one: (order[one[0][0]], one[0])):
        problems = [problem for _, problem in told]
        messages = sorted({problem["message"] for problem in problems})
        letters = sorted({problem["letter"] for problem in problems})
        rows = len({number for number, _ in told})
        heading = problems[0]["heading"]
        lines.append((code, level, messages[0], rows, len(messages), letters, heading, 0))
    return lines


def rows_with_errors(file: InboundFile) -> InboundRowQuerySet:
    """The rows about which the file itself shows that something is wrong, in its order."""
    wrong = FromFileAlone(F("problems"))
    rows = InboundRow.objects.filter(wrong, file=file, sealed_for=None).exclude(problems=[])
    return rows.select_related("file").order_by("number")


def told_problems(row: InboundRow) -> list[dict[str, Any]]:
    """What is wrong with a row, as its sender is told: nothing of what we hold.

    Of a row that an instruction of section 72 emptied, nothing about what it emptied: somebody
    else may have given the instruction (LAW-07).
    """
    told = [problem for problem in row.problems if not problem.get("asked")]
    if not row.file.dropped.get("withheld") or has_more_than_identity(row.file, row.sent):
        return told
    stays = kind_named(row.file.kind).identity
    return [problem for problem in told if problem["column"] in stays]


def has_more_than_identity(file: InboundFile, cells: Sequence[Any]) -> bool:
    """Whether more of a row was kept than an instruction of section 72 leaves of it."""
    stays = kind_named(file.kind).identity
    more = (int(at) for at, key in file.columns.items() if key not in stays)
    return any(at < len(cells) and cells[at] not in (None, "") for at in more)


def has_sealed_rows(file: InboundFile) -> bool:
    """Whether any row holds a sealed identity, which nobody gets back."""
    return InboundRow.objects.filter(file=file, sealed_for__isnull=False).exists()


# -- questions, and what proved wrong --------------------------------------------------------------


def questions_of(source: Source) -> InboundRowQuerySet:
    """The rows that a source is asked about, oldest file first."""
    rows = InboundRow.objects.filter(file__source=source, sealed_for=None)
    asked = rows.filter(outcome=Outcome.ASK_SCHOOL).select_related("file", "file__authority")
    return asked.order_by("file__received_at", "file_id", "number")


def answered_by(source: Source, *, since: date) -> InboundRowQuerySet:
    """The rows that a source has answered from a day on, newest first."""
    rows = InboundRow.objects.filter(file__source=source, sealed_for=None).exclude(school_said="")
    said = rows.filter(~Q(outcome=Outcome.ASK_SCHOOL), decided_at__date__gte=since)
    return said.select_related("file").order_by("-decided_at", "-pk")


def found_wrong(source: Source) -> list[FoundWrong]:
    """What proved wrong of a source's files and is to be told here, newest first."""
    refs = files_of(source).values("ref")
    told = FoundWrong.objects.filter(came_by__file_ref__in=refs, told_how=TOLD_HERE)
    return list(told.select_related("came_by").order_by("-told_at", "source_row", "pk"))


# -- the at-risk review ----------------------------------------------------------------------------


def returns_in(term: Term, *sources: Source) -> InboundFileQuerySet:
    """The returns of risk that came in the time of a review and could be used, oldest first."""
    opens = datetime(term.opens.year, term.opens.month, term.opens.day, tzinfo=LONDON)
    until = datetime(term.until.year, term.until.month, term.until.day, tzinfo=LONDON)
    found = InboundFile.objects.filter(
        source__in=sources, kind="risk-return", received_at__gte=opens, received_at__lt=until
    ).exclude(state__in=[FileState.REFUSED, FileState.SET_ASIDE])
    return found.select_related("received_by").order_by("received_at")
