"""Reads of the directory."""

from django.db.models import Q, QuerySet

from providers.models import Provider

NUMBERS: tuple[str, ...] = ("dfe_number", "urn", "ukprn")


def found_by(text: str, providers: QuerySet[Provider]) -> QuerySet[Provider]:
    """Those whose name holds the words, or one of whose numbers they are.

    A DfE number may be typed as ``306/4001``.
    """
    words = text.split()
    by_name = Q()
    for word in words:
        by_name &= Q(name__icontains=word)
    number = "".join(words).replace("/", "")
    by_number = Q()
    if number.isdecimal():
        for field in NUMBERS:
            by_number |= Q(**{field: number})
    return providers.filter(by_name | by_number) if words else providers


def holder_of(field: str, number: str, *, other_than: Provider | None) -> Provider | None:
    """Another provider that has a number already; for a DfE number, only one that is open.

    ``field`` is one of ``NUMBERS``.
    """
    if not number:
        return None
    holders = Provider.objects.filter(**{field: number})
    if field == "dfe_number":
        holders = holders.filter(closed_on=None)
    if other_than is not None:
        holders = holders.exclude(pk=other_than.pk)
    return holders.first()
