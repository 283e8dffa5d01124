"""Who is in a return, with what status, and why: one SQL text for everyone or for one person.

The cohort is as at the last day of a month and as known at a moment (docs/nccis.md §5). The same
text makes the return, explains one person and counts who joined and left, so they cannot differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from ccis.calendar.academic import academic_year_start
from ccis.calendar.periods import Period
from returns import editions
from returns.editions.model import Edition
from returns.models import Build

MONTHLY = ("P", "G")
"""Statuses that are sent every month; the others once."""


@dataclass(frozen=True, kw_only=True)
class AsAt:
    """What a cohort is asked of: an authority, a month, and what was known.

    ``baseline_id`` is the build whose statuses say who was sent before; without one, leavers are
    those who left within the month. With ``frozen_build_id`` the directory of providers is as it
    was kept for that build, else as it is now.
    """

    authority_id: int
    lead_code: str
    period: Period
    moment: int
    edition: Edition
    baseline_id: int | None = None
    frozen_build_id: int | None = None
    people: tuple[int, ...] | None = None
    """Ask about these people alone."""
    after: int | None = None
    """Ask only about people whose ids are above this."""
    up_to: int | None = None
    """Ask only about people whose ids are this or below."""

    def some(self, column: str) -> str:
        """SQL: the person whose id is in ``column`` is one of those asked about."""
        parts = {
            f" AND {column} = ANY(%(people)s)": self.people,
            f" AND {column} > %(after)s": self.after,
            f" AND {column} <= %(up_to)s": self.up_to,
        }
        return "".join(sql for sql, asked in parts.items() if asked is not None)

    @classmethod
    def of_build(cls, build: Build, *, people: Iterable[int] | None = None) -> Self:
        """What a build was made from. Raises ``ValueError`` when its moment is not fixed yet."""
        if build.moment is None:
            raise ValueError("the moment of this return is not fixed yet")
        return cls(
            authority_id=build.authority_id,
            lead_code=build.authority.code,
            period=build.month,
            moment=build.moment,
            edition=editions.load(build.edition),
            baseline_id=build.baseline_id,
            frozen_build_id=build.pk,
            people=None if people is None else tuple(people),
        )

    def parameters(self) -> dict[str, Any]:
        """The values of the named parameters of :func:`cohort_sql`."""
        end = self.period.end
        ages = self.edition.cohort
        year_11_due, year_12_due = ages.guarantee_year_groups(end)
        return {
            "authority_id": self.authority_id,
            "lead": self.lead_code,
            "moment": self.moment,
            "period_start": self.period.start,
            "period_end": end,
            "next_day": end + timedelta(days=1),
            "academic_year": academic_year_start(end).year,
            "baseline": self.baseline_id,
            "frozen": self.frozen_build_id,
            "people": list(self.people or ()),
            "after": self.after,
            "up_to": self.up_to,
            "compulsory_age": ages.final_compulsory_age,
            "core_from": ages.core_from_age,
            "core_to": ages.core_to_age,
            "plan_to": ages.send_to_age,
            "year_11_due": year_11_due,
            "year_12_due": year_12_due,
        }


def known(alias: str) -> str:
    """SQL: this version was believed at the moment."""
    return (
        f"{alias}.recorded_id <= %(moment)s"
        f" AND ({alias}.superseded_id IS NULL OR {alias}.superseded_id > %(moment)s)"
    )


def held(alias: str, day: str = "%(period_end)s") -> str:
    """SQL: this version was believed at the moment, and says what was true on a day."""
    return f"{known(alias)} AND {alias}.during @> {day}"


def begun(alias: str) -> str:
    """SQL: this version was believed at the moment, and began by the end of the period."""
    return f"{known(alias)} AND NOT {alias}.during >> daterange(NULL, %(next_day)s)"


BIRTH_YEAR = "date_part('year', pa.date_of_birth + interval '4 months')::int"
"""SQL: the year whose 31 August ends the academic year of birth; ages count from it."""

END_OF_YEAR_11 = f"make_date({BIRTH_YEAR} + 16, 5, 31)"
"""31 May of the person's Year 11: where they are then is where they were educated in Year 11."""


def turns(age: str) -> str:
    """SQL: the 1 September on which the academic age becomes ``age`` (docs/nccis.md §5.1)."""
    return f"make_date(birth_year + {age}, 9, 1)"


PROVIDERS_NOW = """
    SELECT pr.id, pr.name, pr.kind, pr.dfe_number, pr.ukprn,
           coalesce(au.code, '') AS authority_code
    FROM providers_provider pr LEFT JOIN authorities_authority au ON au.id = pr.authority_id"""

PROVIDERS_KEPT = """
    SELECT provider_id AS id, name, kind, dfe_number, ukprn, authority_code
    FROM returns_buildprovider WHERE build_id = %(frozen)s"""

ROLL_ORDER = "CASE e.status WHEN 'C' THEN 0 WHEN 'M' THEN 1 WHEN '' THEN 2 ELSE 3 END"
"""Current and main registrations before those of guests and second schools."""

AGE_BEFORE = """(date_part('year', event_on - 1 + interval '4 months')::int - 1 - birth_year)"""
"""SQL: academic age on the day before they left."""


def cohort_sql(as_at: AsAt) -> str:
    """The WITH list that ends in ``judged``: every person of the authority with a verdict.

    ``status`` is what to send, or null for someone who is not in; ``reason`` is a key of
    ``returns.lineage.REASONS``; ``event_on`` the first day out; ``day`` the day as at which the
    record is made: a leaver keeps the data of the last day in (docs/nccis.md §5.3).
    """
    some = as_at.some("id")
    providers = PROVIDERS_NOW if as_at.frozen_build_id is None else PROVIDERS_KEPT
    # Everything put into the text is a constant of this module.
    return f"""
WITH person AS (
    SELECT id, young_persons_id FROM caseload_youngperson
    WHERE lead_authority_id = %(authority_id)s{some}
), provider AS ({providers}
), school AS (
    SELECT DISTINCT ON (e.person_id) e.person_id, e.id AS enrolment_id,
           coalesce(au.code, nullif(pr.authority_code, ''), nullif(e.outside_code, '')) AS code
    FROM person p
    JOIN caseload_particulars pa ON pa.person_id = p.id AND {held("pa")}
    JOIN caseload_enrolment e ON e.person_id = p.id
        AND {held("e", f"least(%(period_end)s, {END_OF_YEAR_11})")}
    LEFT JOIN authorities_authority au ON au.id = e.authority_id
    LEFT JOIN provider pr ON pr.id = e.provider_id
    ORDER BY e.person_id, {ROLL_ORDER}, e.during DESC, e.id DESC
), plan AS (
    SELECT DISTINCT ON (s.person_id) s.person_id, s.id AS plan_id, s.during
    FROM person p
    JOIN caseload_sendprovision s ON s.person_id = p.id AND s.provision = 'E' AND {begun("s")}
    ORDER BY s.person_id, s.during DESC, s.id DESC
), arrival AS (
    SELECT DISTINCT ON (a.person_id) a.person_id, a.id AS arrival_id,
           lower(a.during) AS arrives_on
    FROM person p
    JOIN caseload_address a ON a.person_id = p.id AND a.kind = 'home' AND {known("a")}
        AND a.during >> daterange(NULL, %(next_day)s)
    WHERE NOT EXISTS (
        SELECT FROM caseload_address b
        WHERE b.person_id = p.id AND b.kind = 'home' AND {begun("b")}
    )
    ORDER BY a.person_id, a.during, a.id
), facts AS (
    SELECT p.id AS person_id, p.young_persons_id,
           pa.id AS particulars_id, pa.date_of_birth AS dob, {BIRTH_YEAR} AS birth_year,
           %(academic_year)s - {BIRTH_YEAR} AS academic_age,
           ad.id AS address_id, lower(ad.during) AS lives_there_since,
           CASE WHEN ad.authority_id <> %(authority_id)s THEN au.code
                WHEN ad.authority_id IS NULL THEN nullif(ad.outside_code, '') END AS lives_in,
           arrival.arrival_id, arrival.arrives_on,
           de.id AS departure_id, de.kind AS departure, de.to_code, lower(de.during) AS departs_on,
           plan.plan_id, plan.during AS plan_during, plan.during @> %(period_end)s AS has_plan,
           school.enrolment_id, school.code AS school_code,
           sent.status AS last_status
    FROM person p
    LEFT JOIN caseload_particulars pa ON pa.person_id = p.id AND {held("pa")}
    LEFT JOIN caseload_address ad ON ad.person_id = p.id AND ad.kind = 'home' AND {held("ad")}
    LEFT JOIN authorities_authority au ON au.id = ad.authority_id
    LEFT JOIN arrival ON arrival.person_id = p.id
    LEFT JOIN caseload_departure de ON de.person_id = p.id AND {held("de")}
    LEFT JOIN plan ON plan.person_id = p.id
    LEFT JOIN school ON school.person_id = p.id
    LEFT JOIN returns_sentstatus sent
        ON sent.build_id = %(baseline)s AND sent.person_id = p.id
    WHERE pa.id IS NOT NULL OR (
        -- Nobody had heard of someone of whom not even a name was known.
        SELECT n.id FROM caseload_name n WHERE n.person_id = p.id AND {known("n")} LIMIT 1
    ) IS NOT NULL
    OFFSET 0
), reasoned AS (
    SELECT *,
           CASE
               WHEN departure_id IS NOT NULL THEN 'departed'
               WHEN academic_age < %(compulsory_age)s THEN 'too-young'
               WHEN lives_in IS NOT NULL AND school_code = %(lead)s
                   AND academic_age - 4 = %(year_11_due)s THEN 'guarantee'
               WHEN lives_in IS NOT NULL THEN 'lives-elsewhere'
               WHEN arrival_id IS NOT NULL THEN 'not-here-yet'
               WHEN dob IS NULL THEN 'no-date-of-birth'
               WHEN academic_age < %(core_from)s THEN 'year-11'
               WHEN academic_age <= %(core_to)s THEN 'core'
               WHEN academic_age <= %(plan_to)s AND has_plan THEN 'plan'
               WHEN academic_age > %(plan_to)s
                   AND (has_plan OR upper(plan_during) > {turns("%(plan_to)s + 1")})
                   THEN 'too-old-with-plan'
               WHEN upper(plan_during) > {turns("%(core_to)s + 1")} THEN 'plan-ended'
               ELSE 'aged-out'
           END AS reason
    FROM facts
    OFFSET 0
), dated AS (
    SELECT *,
           CASE reason
               WHEN 'departed' THEN departs_on
               WHEN 'lives-elsewhere' THEN CASE
                   WHEN last_status = 'G' THEN greatest(lives_there_since, %(period_start)s)
                   ELSE lives_there_since
               END
               WHEN 'plan-ended' THEN upper(plan_during)
               WHEN 'aged-out' THEN {turns("%(core_to)s + 1")}
               WHEN 'too-old-with-plan' THEN {turns("%(plan_to)s + 1")}
           END AS event_on,
           CASE reason
               WHEN 'departed' THEN departure
               WHEN 'lives-elsewhere' THEN 'T'
               WHEN 'plan-ended' THEN 'L'
               WHEN 'aged-out' THEN 'A'
               WHEN 'too-old-with-plan' THEN 'A'
           END AS leaver_status
    FROM reasoned
    OFFSET 0
), leaving AS (
    SELECT *,
           CASE
               WHEN leaver_status IS NULL THEN false
               WHEN %(baseline)s::bigint IS NOT NULL THEN coalesce(last_status IN ('P', 'G'), false)
               WHEN event_on NOT BETWEEN %(period_start)s AND %(period_end)s THEN false
               WHEN event_on IS NULL THEN false
               WHEN reason IN ('aged-out', 'too-old-with-plan', 'plan-ended') THEN true
               WHEN dob IS NOT NULL AND NOT (
                   {AGE_BEFORE} BETWEEN %(compulsory_age)s AND %(core_to)s
                   OR ({AGE_BEFORE} BETWEEN %(core_to)s AND %(plan_to)s
                       AND coalesce(plan_during @> (event_on - 1), false))
               ) THEN false
               WHEN reason = 'departed' THEN true
               ELSE EXISTS (
                   SELECT FROM caseload_address was
                   WHERE was.person_id = dated.person_id AND was.kind = 'home'
                     AND {held("was", "(event_on - 1)")}
                     AND was.outside_code = ''
                     AND (was.authority_id IS NULL OR was.authority_id = %(authority_id)s)
               )
           END AS leaves
    FROM dated
    OFFSET 0
), judged AS (
    SELECT *, academic_age - 4 AS year_group,
           CASE
               WHEN reason IN ('no-date-of-birth', 'year-11', 'core', 'plan') THEN 'P'
               WHEN reason = 'guarantee' THEN 'G'
               WHEN leaves THEN leaver_status
           END AS status,
           CASE WHEN leaves THEN least(event_on - 1, %(period_end)s)
                ELSE %(period_end)s::date END AS day,
           CASE
               WHEN leaves AND reason = 'departed' THEN nullif(to_code, '')
               WHEN leaves AND reason = 'lives-elsewhere' THEN lives_in
           END AS transferred_to
    FROM leaving
)"""  # noqa: S608
