"""Readers of single cells that several kinds share, on top of ``ccis.files.values``."""

from caseload.intake.directory import Given
from caseload.intake.kinds.base import Advice, Level, Reader
from ccis.files import values
from ccis.files.values import BadValue, Cell

ETHNICITIES: dict[str, str] = {
    # The school census's extended codes of England, to the main code that each belongs to.
    **dict.fromkeys(("WENG", "WSCO", "WWEL", "WNIR", "WCOR", "WOWB"), "WBRI"),
    **dict.fromkeys(("WIRT", "WALB", "WBOS", "WCRO", "WKOS", "WPOR", "WSER", "WITA"), "WOTH"),
    **dict.fromkeys(("WGRE", "WGRK", "WGRC", "WTUR", "WTUK", "WTUC"), "WOTH"),
    **dict.fromkeys(("WEUR", "WEEU", "WWEU", "WOTW"), "WOTH"),
    "WROG": "WROM",
    "WROO": "WROM",
    **dict.fromkeys(("MABL", "MACH", "MBOE", "MBCH", "MCOE", "MWOE", "MWCH", "MOTM"), "MOTH"),
    **dict.fromkeys(("MWAP", "MWAI", "MWAO"), "MWAS"),
    **dict.fromkeys(("AMPK", "AKPA", "AOPK"), "APKN"),
    **dict.fromkeys(("AAFR", "AKAO", "ANEP", "ASLT", "ASNL", "ASRO", "ATML", "AOTA"), "AOTH"),
    **dict.fromkeys(("BANN", "BCON", "BGHA", "BNGN", "BSLN", "BSOM", "BSUD", "BAOF"), "BAFR"),
    **dict.fromkeys(("BEUR", "BNAM", "BOTB"), "BOTH"),
    **dict.fromkeys(("CHKC", "CMAL", "CSNG", "CTWN", "COCH"), "CHNE"),
    **dict.fromkeys(("OAFG", "OEGY", "OFIL", "OIRN", "OIRQ", "OJPN", "OKOR", "OKRD"), "OOTH"),
    **dict.fromkeys(("OLAM", "OLEB", "OLIB", "OMAL", "OMRC", "OPOL", "OTHA", "OVIE"), "OOTH"),
    **dict.fromkeys(("OYEM", "OOEG"), "OOTH"),
    "OARA": "OARA",
}


def birth(cell: Cell, given: Given) -> object:
    """A date of birth, which cannot lie ahead."""
    found = values.parse_date(cell, not_after=given.today)
    if found is not None and found > given.today:
        raise BadValue("Give a real date of birth. This one is still to come.", "birth to come")
    return found


def day(cell: Cell, given: Given) -> object:
    """Any date, day first."""
    return values.parse_date(cell)


def upn(cell: Cell, given: Given) -> object:
    """A unique pupil number whose check letter agrees."""
    return values.parse_upn(cell)


def uln(cell: Cell, given: Given) -> object:
    """A unique learner number whose check digit agrees; the stand-in for "none yet" is empty."""
    if values.as_text(cell) == values.NO_ULN_YET:
        return None
    return values.parse_uln(cell)


def name(cell: Cell, given: Given) -> object:
    """A name as written; what the national return will not take is noted."""
    found = values.parse_name(cell)
    advice = values.name_advice(found) if found else None
    if advice:
        raise Advice(advice, "name not for the return", value=found)
    return found


def postcode(cell: Cell, given: Given) -> object:
    """A whole postcode; one that is not real is to be checked, and not used."""
    try:
        return values.parse_postcode(cell)
    except BadValue as error:
        raise Advice(error.message, error.code, Level.SOFT) from None


def gender(cell: Cell, given: Given) -> object:
    """F, M, U or W; anything else is noted and not used."""
    try:
        return values.parse_gender(cell)
    except BadValue as error:
        raise Advice(error.message, error.code) from None


def ethnicity(cell: Cell, given: Given) -> object:
    """A code of the national list; extended codes become the main one that they belong to."""
    code = values.as_text(cell).upper()
    if not code:
        return None
    code = code if code in given.directory.ethnicities else ETHNICITIES.get(code, code)
    if code not in given.directory.ethnicities:
        raise Advice(
            "This ethnicity is not in the national list. We kept it with the row and did not "
            "use it.",
            "ethnicity not in the list",
        )
    return code


def dfe_number(cell: Cell, given: Given) -> object:
    """A school's DfE number, of which the authority's part may be left out."""
    return values.parse_dfe_number(cell)


def ukprn(cell: Cell, given: Given) -> object:
    """A UK provider reference number."""
    return values.parse_ukprn(cell)


def text_of(most: int) -> Reader:
    """Text of no more than so many letters."""

    def read(cell: Cell, given: Given) -> object:
        text = " ".join(values.as_text(cell).split())
        if len(text) > most:
            raise BadValue(f"Give no more than {most} letters.", "text too long")
        return text or None

    return read


def one_of(choices: dict[str, str], said: str) -> Reader:
    """One of a few codes; anything else is noted and not used."""

    def read(cell: Cell, given: Given) -> object:
        text = values.as_text(cell).upper()
        if text and text not in choices:
            raise Advice(f"{said}. We kept it with the row and did not use it.", "code not known")
        return choices.get(text)

    return read


def yes_or_no(cell: Cell, given: Given) -> object:
    """Yes or no in any of the ways that systems write it."""
    return values.parse_bool(cell)
