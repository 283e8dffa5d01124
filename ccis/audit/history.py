"""Field-by-field history of what people edit one record at a time.

Facts about young people are versions already and many are written at once, which the history
would neither see nor bear: they are not registered (docs/adr/0004-facts-in-two-times.md).
"""

from collections.abc import Sequence

from auditlog.registry import auditlog
from django.db.models import Model


def keep_history(
    model: type[Model], *, leaving_out: Sequence[str] = (), sets: Sequence[str] = ()
) -> None:
    """Keep who changed which field of a model's records, from what to what, and when.

    ``leaving_out`` names fields whose values are not kept, ``sets`` the many-to-many fields to
    watch. Called from an app's ``ready``; called twice, it changes nothing.
    """
    if not auditlog.contains(model):
        auditlog.register(model, exclude_fields=list(leaving_out), m2m_fields=set(sets))
