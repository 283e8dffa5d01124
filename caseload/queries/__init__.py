"""Reads that span the record's models. Each asks a fixed number of questions of the database."""

from caseload.queries.near import NearMatch, near_matches
from caseload.queries.search import Hit, find, read_query
from caseload.queries.summaries import Summary, person_header, summaries_of
from caseload.queries.timeline import Event, person_timeline

__all__ = [
    "Event",
    "Hit",
    "NearMatch",
    "Summary",
    "find",
    "near_matches",
    "person_header",
    "person_timeline",
    "read_query",
    "summaries_of",
]
