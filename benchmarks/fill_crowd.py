"""Fills a migrated, empty database with a crowd: ``python -m benchmarks.fill_crowd 500000``."""

import sys

import django

from benchmarks.fill import LAST_DAY


def main(number: int) -> None:
    """Serve five authorities and give them so many people; needs the owner's login."""
    django.setup()

    from django.db import connection

    from benchmarks.crowd import SHARES, make_crowd
    from ccis.authorities.models import Authority

    authorities = list(Authority.objects.open_on(LAST_DAY).order_by("code")[: len(SHARES)])
    Authority.objects.filter(pk__in=[one.pk for one in authorities]).update(is_served=True)
    make_crowd(number, authorities=authorities, on=LAST_DAY)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


if __name__ == "__main__":
    main(int(sys.argv[1]))
