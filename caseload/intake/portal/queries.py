"""What a sender sees: its own files and rows, and nothing that looking at our record added."""

from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, F, Func, Max, Q

from caseload.intake.kinds import KINDS, Kind
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
    return errors_by_kind(file, for_sender=True)


def rows_with_errors(file: InboundFile) -> InboundRowQuerySet:
    """The rows about which the file itself shows that something is wrong."""
    wrong = FromFileAlone(F("problems"))
    return InboundRow.objects.filter(wrong, file=file, sealed_for=None).exclude(problems=[])


def told_problems(row: InboundRow) -> list[dict[str, Any]]:
    """What is wrong with a row, as its sender is told: nothing of what we hold."""
    return [problem for problem in row.problems if not problem.get("asked")]


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


def returns_in(source: Source, term: Term) -> InboundFileQuerySet:
    """The returns of risk that came in the time of a review and could be used, oldest first."""
    opens = datetime(term.opens.year, term.opens.month, term.opens.day, tzinfo=LONDON)
    until = datetime(term.until.year, term.until.month, term.until.day, tzinfo=LONDON)
    found = InboundFile.objects.filter(
        source=source, kind="risk-return", received_at__gte=opens, received_at__lt=until
    ).exclude(state__in=[FileState.REFUSED, FileState.SET_ASIDE])
    return found.select_related("received_by").order_by("received_at")
