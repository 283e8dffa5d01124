"""Random people and random days, played through the actions: what must never be never is.

Thirty people in the suite; ``make bench ARGS=sharing`` plays a thousand (``CCIS_WORLDS``).
"""

import os
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection, transaction

from optout.actions import choices
from optout.letters.models import Letter
from sharing.actions import life, lists
from sharing.agreements.queries import terms_of
from sharing.errors import CannotShare
from sharing.models import Disclosure, EndedBecause
from tests.factories.caseload import (
    ContactPointFactory,
    DepartureFactory,
    SendProvisionFactory,
    complete_person,
)
from tests.factories.letters import LetterFactory
from tests.factories.optout import RequestFactory, StatementFactory
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db

WORLDS = int(os.environ.get("CCIS_WORLDS", "30"))
AT_ONCE = 30
HOUR = timedelta(hours=1)
DAY = AT.date()
SETS = (["name"], ["name", "address"], ["name", "phone", "email"], ["phone"], ["name", "gender"])

BROKEN = {
    "two live at once": """
        SELECT a.id FROM sharing_disclosure a JOIN sharing_disclosure b
          ON a.person_id = b.person_id AND a.id < b.id AND a.kind = 'list' AND b.kind = 'list'
         AND tstzrange(a.released_at, a.ends_at) && tstzrange(b.released_at, b.ends_at)""",
    "refused and live": """
        SELECT d.id FROM sharing_disclosure d WHERE d.ends_at > %(at)s
           AND optout_objection_covers(d.person_id, d.provider_id, %(day)s)""",
    "restricted, gone, and live": """
        SELECT d.id FROM sharing_disclosure d JOIN caseload_youngperson p ON p.id = d.person_id
         WHERE d.ends_at > greatest(%(at)s, statement_timestamp())
           AND (p.restriction_level > 0 OR p.merged_into_id IS NOT NULL)""",
    "live under an agreement that stopped": """
        SELECT d.id FROM sharing_disclosure d JOIN agreements_version v ON v.id = d.version_id
         WHERE d.ends_at > %(at)s AND NOT EXISTS (
               SELECT FROM agreements_version w WHERE w.agreement_id = v.agreement_id
                  AND w.state IN ('in-force', 'under-review'))""",
    "read after its end": """
        SELECT d.id FROM sharing_disclosure d JOIN sharing_disclosedrow r ON r.disclosure_id = d.id
         WHERE r.ends_at <> d.ends_at""",
    "a column that was not agreed or not announced": """
        SELECT d.id FROM sharing_disclosure d JOIN sharing_disclosedrow r ON r.disclosure_id = d.id
          JOIN agreements_version v ON v.id = d.version_id
          JOIN letters_letter l ON l.id = d.letter_id
          JOIN letters_version w ON w.id = l.version_id
         WHERE r.values - d.columns::text[] <> '{}' OR NOT d.columns <@ v.columns
            OR NOT to_jsonb(d.columns) <@ w.columns""",
    "no notice": """
        SELECT d.id FROM sharing_disclosure d JOIN letters_letter l ON l.id = d.letter_id
          JOIN letters_batch b ON b.id = l.batch_id JOIN letters_version w ON w.id = l.version_id
         WHERE l.person_id <> d.person_id OR l.returned_on IS NOT NULL OR b.state <> 'posted'
            OR w.purpose <> d.purpose OR b.sharing_from > %(day)s
            OR d.provider_id NOT IN (SELECT p.provider_id FROM letters_listedprovider p
                                      WHERE p.list_id = b.provider_list_id)""",
    "out of scope": """
        SELECT d.id FROM sharing_disclosure d
          JOIN caseload_particulars p ON p.person_id = d.person_id AND p.superseded_id IS NULL
         WHERE date_part('year', age(%(day)s, p.date_of_birth)) NOT BETWEEN 13 AND
               CASE WHEN EXISTS (SELECT FROM caseload_sendprovision s WHERE s.superseded_id IS NULL
                                 AND s.person_id = d.person_id AND s.provision = 'E')
                    THEN 24 ELSE 19 END""",
}
"""What may never be found in the tables, whatever happened."""


def write(written, place, person, columns, posted, back):
    """A letter to someone, in one batch with all others that say the same."""
    key = (place.provider.pk, tuple(columns), posted)
    if key in written:
        like = written[key]
        LetterFactory(person=person, batch=like.batch, version=like.version, returned_on=back)
    else:
        written[key] = place.letter(
            person, version__columns=columns, posted_on=posted, returned_on=back
        )


def someone(random, places, written):
    """A person with what befalls people: ages, plans, letters that came back, a no or two."""
    here = random.choice(places)
    born = date(
        DAY.year - random.choice((12, 15, 16, 17, 17, 19, 20, 24)), 11, random.randint(18, 22)
    )
    person = complete_person(lead_authority=here.authority, date_of_birth=born)
    if random.random() < 0.3:
        SendProvisionFactory(person=person)
    if random.random() < 0.5:
        ContactPointFactory(person=person)
    for place in places:
        if random.random() < 0.8:
            columns = random.choice(SETS)
            posted = random.choice((date(2026, 10, 1), date(2026, 10, 1), date(2026, 11, 12)))
            back = None if random.random() < 0.9 else date(2026, 11, 13)
            write(written, place, person, columns, posted, back)
    if random.random() < 0.1:
        DepartureFactory(person=person, starts=date(2026, 11, 1))
    befall(random, person, AT)
    return person


def befall(random, person, at):
    """Something that happens to someone at a moment; mostly nothing."""
    dice = random.random()
    if dice < 0.08:
        choices.record(
            person=person, says="no", providers=None, said_on=at.date(), said_by="own",
            channel="web", by=None, at=at,
        )  # fmt: skip
    elif dice < 0.12:
        StatementFactory(person=person, says="yes", said_on=at.date())
    elif dice < 0.16:
        RequestFactory(person=person, authority=person.lead_authority, kind="correction")
    elif dice < 0.19:
        type(person).objects.filter(pk=person.pk).update(restriction_level=2)
    elif dice < 0.22:
        rested_on = Disclosure.objects.filter(person=person).values("letter")
        theirs = Letter.objects.filter(person=person).exclude(pk__in=rested_on)
        theirs.update(returned_on=at.date())


def go_on(random, made, by, at):
    """What may become of a disclosure."""
    dice = random.random()
    if dice < 0.1:
        life.recall(made, why="A change of plan", by=by, at=at)
    elif dice < 0.2:
        life.record_outcome(made, EndedBecause.NOT_REACHED, by=by, at=at)
    elif dice < 0.3:
        life.record_engaged(made, by=by, at=at)


def play(random, places, people):
    """Lists for each organisation in turn, with days that go by between."""
    at = AT
    for place in random.choices(places, k=4):
        at += HOUR
        terms = terms_of(place.version.agreement, on=DAY)
        if terms is None:
            continue
        chosen = [one.pk for one in random.sample(people, k=len(people) * 2 // 3)]
        try:
            drafted = lists.draft_list(
                authority=place.authority, terms=terms, purpose="support", people=chosen,
                by=place.drafter, at=at,
            )  # fmt: skip
            for one in people:
                befall(random, one, at)
            with transaction.atomic():
                went = lists.release(drafted.list, by=place.releaser, at=at)
        except CannotShare:
            continue
        life.receive(went[0].on_list, by=place.named, at=at)
        for one in went:
            go_on(random, one, place.releaser, at)
        for one in people:
            befall(random, one, at)
    return at


def broken(at):
    """What is found that may never be."""
    with connection.cursor() as cursor:
        found = {}
        for what, sql in BROKEN.items():
            cursor.execute(sql, {"at": at, "day": DAY})
            if ids := cursor.fetchall():
                found[what] = ids
    return found


@pytest.mark.parametrize("seed", range(-(-WORLDS // AT_ONCE)))
def test_nothing_that_may_never_be_is_ever_found(seed):
    random = Random(seed)
    first = ready()
    places = [first, ready(authority=first.authority, columns=["name", "phone", "email"])]
    written = {}
    people = [someone(random, places, written) for _ in range(AT_ONCE)]

    at = play(random, places, people)

    assert broken(at) == {}
    assert Disclosure.objects.exists()
    life.end_of_agreements(
        {places[0].version.agreement_id}, authority=first.authority, by=None, at=at
    )
    live = Disclosure.objects.live(at)
    assert not live.filter(version=places[0].version).exists()
    life.purge(at=at)
    assert set(live.values_list("pk", flat=True)) == set(
        Disclosure.objects.filter(row__isnull=False).values_list("pk", flat=True)
    )
