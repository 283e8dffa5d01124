"""Addresses as written, looked up in an authority's gazetteer many at a time (PIA-24)."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from ccis.authorities.models import GazetteerAddress


class Written(NamedTuple):
    """An address as somebody wrote it: its lines in one text, and its postcode."""

    text: str
    postcode: str


class Place(NamedTuple):
    """What was found of an address: its property and its ward, each empty when not found."""

    uprn: str = ""
    ward: str = ""
    is_missing: bool = False
    """Whether it should be in the gazetteer and is not: one in another area need not be."""


PLACES = """
WITH sought AS (
    SELECT key, postcode, array_remove(string_to_array(
        regexp_replace(upper(written), '[^A-Z0-9]+', ' ', 'g'), ' '), '') AS words
    FROM unnest(%(keys)s::int[], %(texts)s::text[], %(postcodes)s::text[])
         AS s (key, written, postcode)
), fitting AS (
    SELECT s.key, g.uprn, g.ward_code, rank() OVER (
        PARTITION BY s.key
        ORDER BY cardinality(g.number_words) DESC, array_remove(string_to_array(
            regexp_replace(upper(g.street), '[^A-Z0-9]+', ' ', 'g'), ' '), '') <@ s.words DESC
    ) AS place
    FROM sought s
    JOIN authorities_gazetteeraddress g
      ON g.authority_id = %(authority)s AND g.postcode = s.postcode AND g.gone_on IS NULL
     AND g.number_words <> '{}' AND g.number_words <@ s.words
), best AS (
    SELECT key, min(uprn) AS uprn, min(ward_code) AS ward FROM fitting
    WHERE place = 1 GROUP BY key HAVING count(*) = 1
)
SELECT s.key, coalesce(b.uprn, ''), coalesce(nullif(b.ward, ''), p.ward_code, ''),
       coalesce(p.authority_id, %(authority)s) = %(authority)s
FROM sought s
LEFT JOIN best b ON b.key = s.key
LEFT JOIN authorities_postcode p ON p.postcode = s.postcode
"""
"""The property with the same postcode, all words of whose number or name are in the address; of
several the one with most, then the one whose street is in it too. Two alike are none."""


def has_gazetteer(authority: int) -> bool:
    """Whether an authority has loaded its gazetteer: before, nothing can be missing in it."""
    return GazetteerAddress.objects.filter(authority=authority).exists()


def place_addresses(authority: int, written: Iterable[Written]) -> list[Place]:
    """Look addresses up in one statement; gives a place for each, in the same order.

    ``authority`` is its id. An address without a postcode is never missing: nobody has to have
    a fixed one.
    """
    asked = list(written)
    sought = [(key, one) for key, one in enumerate(asked) if one.postcode]
    places = [Place()] * len(asked)
    if not sought:
        return places
    is_loaded = has_gazetteer(authority)
    with connection.cursor() as cursor:
        cursor.execute(
            PLACES,
            {
                "authority": authority,
                "keys": [key for key, _ in sought],
                "texts": [one.text for _, one in sought],
                "postcodes": [one.postcode for _, one in sought],
            },
        )
        for key, uprn, ward, is_here in cursor.fetchall():
            places[key] = Place(uprn, ward, is_loaded and is_here and not uprn)
    return places
