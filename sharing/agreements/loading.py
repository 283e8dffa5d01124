"""Programmes and legal gateways that the service comes with, each with where it is written."""

from datetime import date

from sharing.agreements.models import Gateway, Programme

PROGRAMMES: tuple[tuple[str, str, date | None, date | None, str], ...] = (
    (
        "esf",
        "European Social Fund, 2014 to 2020 programme",
        date(2014, 1, 1),
        date(2023, 12, 31),
        "Regulation (EU) 1303/2013, Article 65(2): spending counts to 31 December 2023",
    ),
    (
        "esfa",
        "Education and Skills Funding Agency",
        date(2017, 4, 1),
        date(2025, 3, 31),
        "GOV.UK, Education and Skills Funding Agency: closed on 31 March 2025",
    ),
    (
        "dfe",
        "Department for Education, post-16 funding",
        date(2025, 4, 1),
        None,
        "GOV.UK: took over from the Education and Skills Funding Agency",
    ),
    ("dwp", "Department for Work and Pensions", None, None, "GOV.UK, the department's own pages"),
)

ESA = "Education and Skills Act 2008"
ESA_AT = "legislation.gov.uk, 2008 chapter 25"
LSA_WHY = (
    "Named by agreements of before. In England Part 2 of the Education and Skills Act 2008 "
    "provides for support services, so it is not to be chosen for a new agreement"
)

GATEWAYS: tuple[tuple[str, str, str, bool, str], ...] = (
    (
        "esa-2008-s68",
        f"{ESA}, section 68",
        "Services that encourage, enable or assist young people to take part in education or "
        "training, provided by the council or by others for it",
        True,
        f"{ESA_AT}, section 68",
    ),
    (
        "esa-2008-s70",
        f"{ESA}, section 70",
        "Taking part in services of that kind otherwise, and securing them",
        True,
        f"{ESA_AT}, section 70",
    ),
    (
        "esa-2008-s10",
        f"{ESA}, section 10",
        "Promoting that young people fulfil the duty to take part in education or training",
        True,
        f"{ESA_AT}, section 10",
    ),
    (
        "esa-2008-s12",
        f"{ESA}, section 12",
        "Finding out who does not fulfil the duty to take part",
        True,
        f"{ESA_AT}, section 12",
    ),
    (
        "esa-2008-s14",
        f"{ESA}, section 14",
        "Schools and colleges giving information about their students for the duty to take part",
        True,
        f"{ESA_AT}, section 14",
    ),
    (
        "esa-2008-s72",
        f"{ESA}, section 72",
        "Schools and colleges giving information about their students for support services; the "
        "young person, or a parent before 16, may hold back what is more than the basic details",
        True,
        f"{ESA_AT}, section 72",
    ),
    (
        "esa-2008-s76",
        f"{ESA}, section 76",
        "Public bodies giving information for support services",
        True,
        f"{ESA_AT}, section 76",
    ),
    (
        "esa-2008-s77",
        f"{ESA}, section 77",
        "Sharing and using information that is held for support services",
        True,
        f"{ESA_AT}, section 77",
    ),
    (
        "ca-2004-s10",
        "Children Act 2004, section 10",
        "Co-operation to improve the well-being of children and young people",
        True,
        "legislation.gov.uk, 2004 chapter 31, section 10",
    ),
    (
        "ea-1996-s436a",
        "Education Act 1996, section 436A",
        "Finding out which children of school age are missing education",
        True,
        "legislation.gov.uk, 1996 chapter 56, section 436A",
    ),
    (
        "ea-1996-s537a",
        "Education Act 1996, section 537A",
        "Schools giving information about individual pupils",
        True,
        "legislation.gov.uk, 1996 chapter 56, section 537A",
    ),
    (
        "lsa-2000-s114",
        "Learning and Skills Act 2000, section 114",
        LSA_WHY,
        False,
        "legislation.gov.uk, 2000 chapter 21",
    ),
    (
        "lsa-2000-s117",
        "Learning and Skills Act 2000, section 117",
        LSA_WHY,
        False,
        "legislation.gov.uk, 2000 chapter 21",
    ),
)


def load_registers() -> None:
    """Put in what is not there yet; what an installation changed of it stays as it is."""
    Programme.objects.bulk_create(
        [
            Programme(code=code, name=name, starts_on=starts_on, ends_on=ends_on, source=source)
            for code, name, starts_on, ends_on, source in PROGRAMMES
        ],
        ignore_conflicts=True,
    )
    Gateway.objects.bulk_create(
        [
            Gateway(code=code, name=name, says=says, usable=usable, source=source)
            for code, name, says, usable, source in GATEWAYS
        ],
        ignore_conflicts=True,
    )
