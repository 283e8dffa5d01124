"""What leaves an organisation when its agreement ends, for the page that asks."""

from datetime import datetime

from sharing.agreements.models import Agreement
from sharing.models import Disclosure


def what_leaves(agreement: Agreement, at: datetime) -> list[str]:
    """``18 young people on 2 lists``; nothing when nobody is shared under it at a moment."""
    live = Disclosure.objects.live(at).filter(
        version__agreement=agreement, kind=Disclosure.Kind.LIST
    )
    people = live.count()
    if not people:
        return []
    lists = live.values("on_list").distinct().count()
    return [f"{_many(people, 'young person', 'young people')} on {_many(lists, 'list', 'lists')}"]


def _many(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
