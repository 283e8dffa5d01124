"""The young person's side of the demo: letters that went out, and what people said to them.

Nobody in it exists. One code is the same in every demo, so that it can be printed at each start.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from caseload.demo.further import Made
from caseload.models import Name, Particulars, YoungPerson
from ccis.calendar.words import local_date
from optout.actions import choices, requests
from optout.actions.requests import Asked
from optout.models import Channel, PersonalCode, Request, Statement
from optout.models.codes import digest_of
from providers.models import Provider

CODE = "K7MP3XQD9RTH"
"""Works in every demo for somebody who was written to."""

WRITTEN_AGO, POSTED_AGO = timedelta(days=20), timedelta(days=19)
CODE_DAYS = 365


def make(made: Made) -> None:
    """Publish a letter, post a batch, and fill the queue: every kind, one late."""
    listed = _letters(made)
    people = _written_to(made)
    PersonalCode.objects.create(
        person=people[0],
        digest=digest_of(CODE),
        made_at=made.at,
        expires_on=made.today + timedelta(days=CODE_DAYS),
    )
    _statements(made, people, listed)
    _requests(made, people)


def _letters(made: Made) -> list[Provider]:
    from optout.letters import rules
    from optout.letters.actions import batches, making, templates
    from optout.letters.choosing import NONE, Rule
    from optout.letters.models import ProviderList

    planner, second = made.staff["dana.achterberg"], made.staff["ines.governance"]
    at = made.at - WRITTEN_AGO
    # Made of the agreements, which come first.
    newest = ProviderList.objects.filter(authority=made.authority).latest("version")
    listed = list(newest.providers.order_by("name"))
    template = templates.begin(
        authority=made.authority, name="Help with courses and jobs", by=planner, at=at
    )
    templates.publish(
        template,
        by=planner,
        at=at,
        after=0,
        said={
            "language": "en",
            "body": (Path(rules.__file__).parent / "standard.txt").read_text(),
            "purpose": rules.SUPPORT,
            "columns": ["name", "address", "phone"],
            "sender": f"{made.authority.title}\n1 Guildhall Square\nNorthgate\nNG1 1AA",
            "phone": "0115 496 0000",
            "email": "choices@northgate.example",
            "signed_by": "Priya Sand",
            "team": "Northgate Futures",
            "web_address": "https://choices.northgate.example",
            "why": "The demo's first letter",
        },
    )
    batch = batches.plan(
        authority=made.authority,
        rule=Rule(neet=True, not_known=NONE),
        template=template,
        dated_on=local_date(at),
        by=planner,
        at=at,
    )
    batches.approve(batch, by=second, at=at)
    making.make(batch_id=batch.pk, now=lambda: at)
    posted = made.at - POSTED_AGO
    batches.mark_posted(batch, on=local_date(posted), by=planner, at=posted)
    return listed


def _written_to(made: Made) -> list[YoungPerson]:
    """The first few who have a letter."""
    written = YoungPerson.objects.filter(lead_authority=made.authority, letters__skipped="")
    return list(written.select_related("lead_authority").order_by("pk").distinct()[:8])


def _statements(made: Made, people: list[YoungPerson], listed: list[Provider]) -> None:
    """What was said on paper and to schools: it need not agree."""
    officer = made.staff["tom.officer"]
    said = (
        (1, Statement.Says.NO, listed[:1], Statement.SaidBy.OWN, Channel.POST, "a letter to us"),
        (2, Statement.Says.NO, None, Statement.SaidBy.SCHOOL, Channel.EMAIL, "Castle Academy"),
        (2, Statement.Says.YES, None, Statement.SaidBy.OWN, Channel.PHONE, ""),
        (3, Statement.Says.NO, None, Statement.SaidBy.PARENT, Channel.PHONE, "their mother"),
    )
    for place, says, providers, said_by, channel, source in said:
        choices.record(
            person=people[place % len(people)],
            says=says,
            providers=providers,
            said_on=made.today - timedelta(days=10 - place),
            said_by=said_by,
            channel=channel,
            source=source,
            by=officer,
            at=made.at,
        )


def _requests(made: Made, people: list[YoungPerson]) -> None:
    """One of every kind; the oldest is late, and a complaint runs."""
    words = "We will answer in the way that you chose."
    kinds = Request.Kind
    asked: tuple[tuple[str, int | None, dict[str, str], timedelta], ...] = (
        (kinds.OPT_OUT, None, {}, timedelta(hours=3)),
        (kinds.SHARE, None, {}, timedelta(hours=4)),
        (kinds.OPT_OUT, 4, {}, timedelta(days=3)),
        (kinds.CORRECTION, 5, {"choice": "address", "words": "14 Mill Lane, NG1 5AB"}, _HOURS),
        (kinds.DOING, 6, {"choice": "learning", "words": "Northgate College since Monday"}, _HOURS),
        (kinds.REACH, 7, {"choice": "text", "words": "07700 900 982"}, _HOURS),
        (kinds.HELP, 0, {"words": "a course in plumbing"}, timedelta(days=9)),
        (kinds.REVIEW, 3, {"words": "I would rather learn to cook"}, _HOURS),
        (kinds.COMPLAINT, None, {"words": "You wrote to my old address twice."}, _DAYS),
    )
    unmatched = _says_who_they_are(people[1])
    for place, (kind, at_person, said, ago) in enumerate(asked):
        person = None if at_person is None else people[at_person % len(people)]
        requests.receive(
            Asked(kind=kind, said=said, **({} if person else unmatched)),
            authority=made.authority,
            person=person,
            sent_key=f"demo {place}",
            words=words,
            at=made.at - ago,
        )


_HOURS, _DAYS = timedelta(hours=5), timedelta(days=12)


def _says_who_they_are(person: YoungPerson) -> dict[str, Any]:
    """What someone without a code types: as on record, so that an officer finds them."""
    name = Name.objects.believed().filter(person=person).first()
    born = Particulars.objects.believed().filter(person=person).first()
    return {
        "given": name.given if name else "",
        "family": name.family if name else "",
        "date_of_birth": born.date_of_birth if born else None,
        "postcode": "NG1 4AB",
    }
