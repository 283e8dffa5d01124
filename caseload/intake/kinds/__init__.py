"""The kinds of file that may arrive. Importing this registers those that intake itself owns."""

from caseload.intake.kinds.attendance import AttendanceExtract
from caseload.intake.kinds.base import KINDS, Column, Kind, Level, Problem, kind_named, register
from caseload.intake.kinds.dwp_claimants import DwpClaimants
from caseload.intake.kinds.enrolments import CollegeEnrolments
from caseload.intake.kinds.ldor import Ldor
from caseload.intake.kinds.offers import GuaranteeOffers
from caseload.intake.kinds.risk_return import RiskReturn
from caseload.intake.kinds.school_census import SchoolCensus
from caseload.intake.kinds.school_feed import SchoolFeed
from caseload.intake.kinds.starters_leavers import StartersLeavers
from caseload.intake.kinds.transfer import AuthorityTransfer

__all__ = [
    "KINDS",
    "AttendanceExtract",
    "AuthorityTransfer",
    "CollegeEnrolments",
    "Column",
    "DwpClaimants",
    "GuaranteeOffers",
    "Kind",
    "Ldor",
    "Level",
    "Problem",
    "RiskReturn",
    "SchoolCensus",
    "SchoolFeed",
    "StartersLeavers",
    "kind_named",
    "register",
]
