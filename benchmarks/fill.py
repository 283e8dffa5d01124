"""Fills a migrated, empty database with invented people: ``python -m benchmarks.fill 100000``."""

import sys
from datetime import date

import django

MONTH = "2026-10"
"""The month of the return that is measured; people are made as at its last day."""

LAST_DAY = date(2026, 10, 31)


def main(people: int) -> None:
    """Serve one authority and give it so many people; needs the owner's login."""
    django.setup()

    from django.db import connection

    from benchmarks.people import make_people
    from ccis.authorities.models import Authority

    authority = Authority.objects.open_on(LAST_DAY).order_by("code")[0]
    Authority.objects.filter(pk=authority.pk).update(is_served=True)
    make_people(people, authority=authority, on=LAST_DAY)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


if __name__ == "__main__":
    main(int(sys.argv[1]))
