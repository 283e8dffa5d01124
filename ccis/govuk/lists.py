"""Lists with filters, one sort at a time, and paging by key (pages §3.1).

A view does::

    SORTS = (
        Sort("name", "Name", ("family_name", "given_name")),
        Sort("lapses", "Lapses", ("lapses_on",), nullable=True),
    )
    filters = PeopleFilters(request.GET)
    listed = page_of(
        filters.narrow(Person.objects.visible_to(user)),
        request=request, name="people", sorts=SORTS, key="ref", filters=filters,
        sentence=format_html("<strong>{}</strong> ...", ...),
    )

and its template extends ``list_page.jinja``, which draws ``listed``. Nothing in the address says
who is on the page: cursors are encrypted (``ccis.govuk.cursors``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from ccis.govuk.cursors import BadCursor, seal, unseal
from ccis.govuk.words import long_date, number

SIZES = (25, 50, 100)
USUAL_SIZE = 50
PAGING_WORDS = ("after", "before", "last")


@dataclass(frozen=True)
class Sort:
    """One named order: its word in the address, its heading, and the columns that it goes by.

    A column with a minus goes down. ``nullable`` says that a column may be empty: empty ones
    come last, whichever way. Ties are broken by the list's key.
    """

    name: str
    label: str
    columns: tuple[str, ...]
    nullable: bool = False

    @property
    def downwards(self) -> bool:
        return self.columns[0].startswith("-")


@dataclass(frozen=True)
class Column:
    """A column of the table: heading, the sort that its heading offers, how it is set."""

    label: str
    sort: str = ""
    numeric: bool = False
    hidden_label: bool = False


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the address without it."""

    text: str
    remove: str


@dataclass(frozen=True)
class Listed:
    """A page of a list, with all that ``list_page.jinja`` says around it."""

    rows: list[Any]
    total: int
    is_capped: bool
    size: int
    sort: Sort
    sorts: tuple[Sort, ...]
    query: QueryDict
    previous: str = ""
    next: str = ""
    chips: tuple[Chip, ...] = ()
    clear: str = ""
    filters: "FilterForm | None" = None
    sentence: str = ""
    sizes: tuple[int, ...] = SIZES

    @property
    def total_text(self) -> str:
        """``214``, or ``more than 500`` where the count stopped at its cap."""
        return f"more than {number(self.total)}" if self.is_capped else number(self.total)

    def link_for_sort(self, name: str) -> str:
        """Address of this list in another order, from its beginning."""
        return address(self.query, sort=name)

    def link_for_size(self, size: int) -> str:
        """Address of this list with another number of rows on a page."""
        return address(self.query, rows=str(size))

    def aria_sort(self, name: str) -> str:
        """``aria-sort`` of the column that offers the sort."""
        if name != self.sort.name:
            return "none"
        return "descending" if self.sort.downwards else "ascending"


def address(query: QueryDict, **words: str | None) -> str:
    """The query with some words changed or (``None``) taken out, and no place in the paging."""
    changed = query.copy()
    for word in (*PAGING_WORDS, *words):
        changed.pop(word, None)
    for word, value in words.items():
        if value is not None:
            changed[word] = value
    return f"?{changed.urlencode(safe=',')}"


# -- the page --------------------------------------------------------------------------------------


def page_of(
    queryset: QuerySet[Any],
    *,
    request: HttpRequest,
    name: str,
    sorts: Sequence[Sort],
    key: str = "pk",
    filters: "FilterForm | None" = None,
    sentence: str = "",
    cap: int | None = None,
    total: int | None = None,
    usual_size: int = USUAL_SIZE,
) -> Listed:
    """Read one page of a filtered queryset, in the order that the address asks for.

    ``name`` keeps cursors of one list from another. ``key`` is the unique column that breaks
    ties, a reference rather than a database key where there is one. ``cap`` stops the counting
    ("more than 500"); ``total`` gives the count where it is known. An address that makes no
    sense gives the first page.
    """
    query = request.GET
    sort = next((one for one in sorts if one.name == query.get("sort")), sorts[0])
    size = _size(query, usual_size)
    edge = Edge(f"{name}:{sort.name}", (*sort.columns, key), nullable=sort.nullable)
    rows, has_before, has_after = _rows(queryset, edge, query, size)
    counted, is_capped = (total, False) if total is not None else count_to(queryset, cap)
    return Listed(
        rows=rows,
        total=counted,
        is_capped=is_capped,
        size=size,
        sort=sort,
        sorts=tuple(sorts),
        query=query,
        previous=address(query, before=edge.at(rows[0])) if has_before else "",
        next=address(query, after=edge.at(rows[-1])) if has_after else "",
        chips=tuple(filters.chips(query)) if filters is not None else (),
        clear=_cleared(query, filters),
        filters=filters,
        sentence=sentence,
    )


def count_to(queryset: QuerySet[Any], cap: int | None) -> tuple[int, bool]:
    """Count rows, stopping past ``cap``; with it, whether there are more."""
    plain = queryset.order_by()
    if cap is None:
        return plain.count(), False
    counted = plain[: cap + 1].count()
    return min(counted, cap), counted > cap


def _size(query: QueryDict, usual: int) -> int:
    asked = query.get("rows", "")
    return int(asked) if asked in {str(size) for size in SIZES} else usual


def _rows(
    queryset: QuerySet[Any], edge: "Edge", query: QueryDict, size: int
) -> tuple[list[Any], bool, bool]:
    """The rows, and whether there are any before and after them."""
    try:
        if query.get("after"):
            rows = edge.rows(queryset, size + 1, unseal(edge.name, str(query["after"])))
            if rows:
                return rows[:size], True, len(rows) > size
        elif query.get("before"):
            values = unseal(edge.name, str(query["before"]))
            rows = edge.rows(queryset, size + 1, values, backwards=True)
            if len(rows) > size or (rows and len(rows) == size):
                return rows[:size][::-1], len(rows) > size, True
    except BadCursor:
        pass
    rows = edge.rows(queryset, size + 1)
    return rows[:size], False, len(rows) > size


@dataclass(frozen=True)
class Edge:
    """An order made total by a unique last column, and the two sides of a row in it."""

    name: str
    columns: tuple[str, ...]
    nullable: bool = False

    def at(self, row: Any) -> str:
        """The cursor that stands for a row."""
        return seal(self.name, [_value(row, column.lstrip("-")) for column in self.columns])

    def rows(
        self,
        queryset: QuerySet[Any],
        most: int,
        values: Sequence[Any] | None = None,
        *,
        backwards: bool = False,
    ) -> list[Any]:
        """The rows that come after (``backwards``: before) the row with these values, or the first.

        Where the first column may be empty, rows that have it and rows without it are asked for
        apart: each of the two can then be read in the order of an index.
        """
        if values is not None and len(values) != len(self.columns):
            raise BadCursor
        if not self.nullable:
            beyond = (
                queryset.filter(self.beyond(values, backwards=backwards)) if values else queryset
            )
            return list(self._ordered(beyond, backwards)[:most])
        at_empty = values is not None and values[0] is None
        found: list[Any] = []
        for empty in self._parts(at_empty, values is not None, backwards):
            here = values if values is not None and empty == at_empty else None
            found += self._part(empty).rows(
                queryset.filter(**{f"{self.columns[0].lstrip('-')}__isnull": empty}),
                most - len(found),
                here[-1:] if here and empty else here,
                backwards=backwards,
            )
            if len(found) == most:
                break
        return found

    @staticmethod
    def _parts(at_empty: bool, is_on_the_way: bool, backwards: bool) -> tuple[bool, ...]:
        """Which to ask for in turn: with the first column empty (true) or not; empty ones last."""
        if not is_on_the_way:
            return (True, False) if backwards else (False, True)
        if backwards:
            return (True, False) if at_empty else (False,)
        return (True,) if at_empty else (False, True)

    def _part(self, empty: bool) -> "Edge":
        return Edge(self.name, self.columns[-1:] if empty else self.columns)

    def _ordered(self, queryset: QuerySet[Any], backwards: bool) -> QuerySet[Any]:
        """The queryset in this order; ``backwards`` turns it round."""
        terms = []
        for column in self.columns:
            down = column.startswith("-") != backwards
            terms.append(f"{'-' if down else ''}{column.lstrip('-')}")
        return queryset.order_by(*terms)

    def beyond(self, values: Sequence[Any], *, backwards: bool = False) -> Q:
        """The rows that come after (``backwards``: before) the row with these values."""
        either, same = Q(), Q()
        for column, value in zip(self.columns, values, strict=True):
            plain, down = column.lstrip("-"), column.startswith("-") != backwards
            either |= same & Q(**{f"{plain}__{'lt' if down else 'gt'}": value})
            same &= Q(**{plain: value})
        return either & self._bound(values[0], backwards)

    def _bound(self, value: Any, backwards: bool) -> Q:
        """Says again what follows from the rest, in a form that an index can use."""
        plain, down = self.columns[0].lstrip("-"), self.columns[0].startswith("-") != backwards
        return Q(**{f"{plain}__{'lte' if down else 'gte'}": value})


def _value(row: Any, path: str) -> Any:
    """A column of a row, which is a model, a named tuple or a dict; ``a__b`` follows a relation."""
    if isinstance(row, Mapping):
        return row[path]
    if hasattr(row, path):
        return getattr(row, path)
    for step in path.split("__"):
        row = getattr(row, step) if row is not None else None
    return row


def _cleared(query: QueryDict, filters: "FilterForm | None") -> str:
    names = filters.fields if filters is not None else ()
    return address(query, **dict.fromkeys(names))


# -- the filters -----------------------------------------------------------------------------------


class FilterForm(forms.Form):
    """A form whose answers are the words of a list's address: ``?status=not-known&age=16,17``.

    Several values of one field may be given with commas or by repeating the word. Values that
    are not among the choices are dropped rather than refused. Give every field
    ``required=False``. ``narrow(queryset)`` is the list's own. Nothing personal may be a field
    here: a name to search by is posted (pages §2).
    """

    marks_optional = False

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "filter-%s")
        super().__init__(data, **kwargs)
        if data is not None:
            self.data = self._spread(data)

    def _spread(self, data: QueryDict) -> QueryDict:
        """The data with commas taken apart and unknown choices left out."""
        spread = data.copy()
        for name, asked in self.fields.items():
            if isinstance(asked, forms.MultipleChoiceField):
                values = [one for value in data.getlist(name) for one in value.split(",") if one]
                spread.setlist(name, [value for value in values if asked.valid_value(value)])
            elif isinstance(asked, forms.ChoiceField) and not asked.valid_value(data.get(name)):
                spread.pop(name, None)
        return spread

    @property
    def chosen(self) -> dict[str, Any]:
        """The answers that were given, without the empty ones; wrong ones are left out."""
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        return {name: value for name, value in given.items() if value not in (None, "", [], False)}

    def chips(self, query: QueryDict) -> Iterable[Chip]:
        """A chip for each value in force, with the address that takes it away."""
        for name, value in self.chosen.items():
            values = value if isinstance(value, list) else [value]
            for one in values:
                rest = [str(other) for other in values if other != one]
                yield Chip(
                    self.chip_text(name, one),
                    address(query, **{name: ",".join(rest) or None}),
                )

    def chip_text(self, name: str, value: Any) -> str:
        """What a chip says: the words of the choice, else the label and the value."""
        asked = self.fields[name]
        if isinstance(asked, forms.ChoiceField):
            words = dict(_flat(cast(Iterable[Any], asked.choices)))
            if str(value) in words:
                return words[str(value)]
        label = str(asked.label or name)
        if value is True:
            return label
        return f"{label} {long_date(value) if isinstance(value, date) else value}"


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)


@dataclass(frozen=True)
class Outcome:
    """One place in a sum of rows: how many, its words, and where the rows are (pages §3.5)."""

    count: int
    text: str
    href: str = ""
    note: str = ""
    actions: tuple[tuple[str, str], ...] = field(default_factory=tuple)


def row_sum(total: int, outcomes: Sequence[Outcome], *, thing: str = "rows") -> str:
    """The sum in words: ``1,842 rows = 6 cannot be read + 21 need a person``.

    Raises ``ValueError`` when the parts do not add up, for then a row has been lost.
    """
    if total != sum(outcome.count for outcome in outcomes):
        raise ValueError("the places of the rows do not add up to the rows")
    parts = [f"{number(one.count)} {one.text[:1].lower()}{one.text[1:]}" for one in outcomes]
    return f"{number(total)} {thing} = {' + '.join(parts) or '0'}"
