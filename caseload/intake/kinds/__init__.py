"""The kinds of file that may arrive. Importing this registers those that intake itself owns."""

from caseload.intake.kinds.base import KINDS, Column, Kind, Level, Problem, kind_named, register
from caseload.intake.kinds.school_census import SchoolCensus
from caseload.intake.kinds.starters_leavers import StartersLeavers

__all__ = [
    "KINDS",
    "Column",
    "Kind",
    "Level",
    "Problem",
    "SchoolCensus",
    "StartersLeavers",
    "kind_named",
    "register",
]
