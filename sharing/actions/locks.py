"""In what order rows are held, so that writers take turns: the agreement, the people, the rest."""

from collections.abc import Collection

from django.db import connection

from caseload.models import YoungPerson


def hold_agreement(agreement: int) -> None:
    """Keep an agreement's versions as they are until this is done; whoever ends it waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM agreements_version WHERE agreement_id = %s ORDER BY id FOR SHARE",
            [agreement],
        )


def hold_people(people: Collection[int]) -> None:
    """Take everyone's row, as whoever records an objection does (design §6)."""
    held = YoungPerson.objects.select_for_update(no_key=True).filter(pk__in=people)
    list(held.order_by("pk").values_list("pk", flat=True))
