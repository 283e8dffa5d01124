"""The kinds of file that may arrive. Importing this registers those that intake itself owns."""

from caseload.intake.kinds.base import KINDS, Column, Kind, Level, Problem, kind_named, register
from caseload.intake.kinds.dwp_claimants import DwpClaimants
from caseload.intake.kinds.ldor import Ldor
from caseload.intake.kinds.school_census import SchoolCensus
from caseload.intake.kinds.school_feed import SchoolFeed
from caseload.intake.kinds.starters_leavers import StartersLeavers
from caseload.intake.kinds.transfer import AuthorityTransfer

__all__ = [
    "KINDS",
    "AuthorityTransfer",
    "Column",
    "DwpClaimants",
    "Kind",
    "Ldor",
    "Level",
    "Problem",
    "SchoolCensus",
    "SchoolFeed",
    "StartersLeavers",
    "kind_named",
    "register",
]
