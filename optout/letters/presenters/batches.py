"""What the pages of batches say."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from caseload.presenters.facts import address_lines
from caseload.queries.choices import hold_back
from caseload.queries.summaries import summaries_of
from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.govuk.progress import Progress
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import number, plural, short_date
from optout.letters import rules
from optout.letters.actions.batches import TakeOut
from optout.letters.actions.making import letter_words
from optout.letters.actions.returned import Answer
from optout.letters.choosing import ALL, AT_RISK, CHANGED, SINCE, Choice, Rule, names_of
from optout.letters.models import Batch, BatchState, Letter, Template
from optout.letters.queries import current_list
from optout.letters.texts import ALSO_BY, POST
from optout.outbox import rules as outbox
from optout.outbox.models import State

COLOURS = {
    BatchState.WAITING: "yellow",
    BatchState.MAKING: "blue",
    BatchState.PRINTED: "blue",
    BatchState.POSTED: "green",
    BatchState.STOPPED: "red",
    BatchState.WITHDRAWN: "grey",
}
A_YEAR = timedelta(days=365)


def tag(batch: Batch) -> dict[str, str]:
    """Where a batch stands (pages §5.2)."""
    return {"text": BatchState(batch.state).label, "colour": COLOURS[BatchState(batch.state)]}


def with_counts(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Batches with how many letters they have and how many came back."""
    return batches.select_related("template").annotate(
        letter_count=Count("letters", filter=Q(letters__skipped="")),
        returned_count=Count("letters", filter=Q(letters__returned_on__isnull=False)),
    )


def row(batch: Any) -> dict[str, Any]:
    """One batch of the list."""
    return {
        "planned": short_date(batch.planned_at),
        "href": reverse("letters:batch", args=[batch.ref]),
        "template": batch.template.name,
        "tag": tag(batch),
        "letters": number(batch.letter_count),
        "posted": short_date(batch.posted_on) or "not yet",
        "returned": number(batch.returned_count),
    }


def list_changed(authority: Authority, batches: QuerySet[Batch]) -> str:
    """What to say when the list is newer than the last letters; nothing when it is not."""
    newest = current_list(authority)
    last = batches.filter(state=BatchState.POSTED).order_by("-posted_on", "-pk").first()
    if newest is None or last is None or last.provider_list_id == newest.pk:
        return ""
    return (
        f"The list of organisations has changed since the last letters went out on "
        f"{short_date(last.posted_on)}. Nothing is shared with an organisation that someone’s "
        "letter did not point to: write to them again first."
    )


# -- the plan --------------------------------------------------------------------------------------


def usual_plan(written: str, today: date, *, template: Template | None) -> dict[str, Any]:
    """What the form of a plan begins with."""
    return {
        "template": template.pk if template else None,
        "neet": True,
        "not_known": ALL,
        "written": CHANGED if written == CHANGED else SINCE,
        "since": today - A_YEAR,
        "dated_on": today,
    }


def as_sent(initial: dict[str, Any]) -> dict[str, Any]:
    """What a form begins with, as if somebody had sent it so."""
    words = {name: short_date(value) for name, value in initial.items() if isinstance(value, date)}
    return {**initial, "template": str(initial["template"]), "neet": "on", **words}


def seen(choice: Choice) -> dict[str, Any]:
    """How many a plan reaches, and who is left out and why."""
    return {"count": len(choice.chosen), "left_out": left_out(choice.counts)}


def also_seen(count: int, left_out: dict[str, int]) -> dict[str, Any]:
    """How many would get a text or email with their letter, and who not and why."""
    return {"count": count, "left_out": also_left_out(left_out)}


def also_left_out(counts: dict[str, int]) -> list[list[str]]:
    """Reasons why a text or email does not go with a letter, with their counts."""
    return [
        [words, number(counts[why])] for why, words in outbox.LEFT_OUT.items() if counts.get(why)
    ]


def also_words(batch: Batch) -> list[str]:
    """How a batch goes out, and what became of its texts and emails."""
    sent = batch.letters.filter(outgoing__isnull=False).values_list("outgoing__state")
    counts = dict(sent.annotate(many=Count("pk")))
    return [
        batch.get_also_by_display() or ALSO_BY[POST],
        *(f"{number(counts[one])} {one.label.lower()}" for one in State if counts.get(one)),
    ]


def left_out(counts: dict[str, int]) -> list[list[str]]:
    """Reasons with their counts, in the order in which they are asked."""
    return [
        [words, number(counts[why])] for why, words in rules.LEFT_OUT.items() if counts.get(why)
    ]


def rule_words(kept: dict[str, Any]) -> list[str]:
    """Whom a batch is for, in sentences."""
    rule = Rule.of(kept)
    said = ["Everyone who is NEET"] if rule.neet else []
    if rule.learning:
        said.append("Everyone in learning")
    if rule.not_known == ALL:
        said.append("Everyone whose activity is not known")
    if rule.not_known == AT_RISK:
        by = "your authority’s indicators"
        if rule.risk_codes:
            by += f", or by {plural(len(rule.risk_codes), 'circumstance')}"
        said.append(f"Those whose activity is not known and who are at risk by {by}")
    if rule.written == CHANGED:
        said.append("Only those written to before, whose letter says less than this one")
    elif rule.since_day:
        said.append(f"Nobody who was written to since {short_date(rule.since_day)}")
    return said


# -- one batch -------------------------------------------------------------------------------------


def details(batch: Batch) -> dict[str, Any]:
    """What a batch is, who planned and approved it, and when it went."""
    letters = batch.letters.filter(skipped="").count()
    returned = batch.letters.filter(returned_on__isnull=False).count()
    rows = [
        summary_row("Reference", show_reference(batch.ref)),
        summary_row("Letter", batch.template.name),
        summary_row("For", rule_words(batch.rule)),
        summary_row("Letters", number(letters)),
        summary_row("Goes out", also_words(batch)),
        summary_row("Date on them", short_date(batch.dated_on)),
        summary_row("They say that sharing may begin", short_date(batch.sharing_from)),
        summary_row("List of organisations", f"Version {batch.provider_list.version}"),
        summary_row("Planned", f"{short_date(batch.planned_at)} by {batch.planned_by.name}"),
    ]
    if batch.approved_by and batch.approved_at:
        words = f"{short_date(batch.approved_at)} by {batch.approved_by.name}"
        rows.append(summary_row("Approved", words))
    if batch.posted_on and batch.posted_by:
        words = f"{short_date(batch.posted_on)}, recorded by {batch.posted_by.name}"
        rows += [summary_row("Posted", words), summary_row("Came back", number(returned))]
    if batch.sha256:
        rows.append(summary_row("SHA-256 of the file", batch.sha256))
    return summary(rows)


def skipped(batch: Batch) -> list[list[str]]:
    """Who was left out after all when the letters were made, by reason."""
    counts = batch.letters.exclude(skipped="").values_list("skipped")
    return left_out(dict(counts.annotate(many=Count("pk"))))


def progress(batch: Batch) -> Progress:
    """How far the letters are."""
    address = reverse("letters:batch", args=[batch.ref])
    total = batch.letters.filter(Q(skipped="") | Q(part__isnull=False)).count()
    done = batch.letters.filter(part__pdf_id__gt="").count()
    finished = batch.state not in (BatchState.MAKING, BatchState.STOPPED)
    return Progress(
        done=total if finished else done,
        total=total,
        thing="letters",
        check=address,
        finished=finished,
        stopped=batch.stopped_because if batch.state == BatchState.STOPPED else "",
        carry_on=reverse("letters:carry-on", args=[batch.ref]),
        result=address,
        result_text="See the letters",
    )


def taken_out(out: list[TakeOut], may_name: set[int], on: date) -> list[list[str]]:
    """Printed letters that may not be sent any more: which in the file, whose, and why.

    Whose only where the reader may open the record; the reference finds it in either case.
    """
    summaries = summaries_of(
        [one.letter.person for one in out if one.letter.person_id in may_name], on
    )
    return [
        [
            number(one.number),
            show_reference(one.letter.ref),
            summaries[one.letter.person_id].sorted_name
            if one.letter.person_id in may_name
            else "A restricted record",
            rules.LEFT_OUT[one.why],
        ]
        for one in out
    ]


def examples(batch: Batch, letters: list[Letter], on: date) -> list[dict[str, Any]]:
    """Some letters as they will read, with another's code in place of theirs."""
    names = names_of([one.person_id for one in letters], on)
    hold_back(one.address for one in letters)
    return [
        {
            "reference": show_reference(one.person.ref),
            "to": words.to,
            "pieces": words.pieces,
        }
        for one in letters
        for words in [
            letter_words(
                batch,
                one.version,
                to=address_lines(one.address),
                name=names.get(one.person_id, ""),
                code="K7MP3XQD9RTH",
            )
        ]
    ]


def letter_rows(letters: list[Letter], on: date) -> list[dict[str, Any]]:
    """Letters of a batch with their people."""
    summaries = summaries_of([one.person for one in letters], on)
    return [
        {
            "name": summaries[one.person_id].sorted_name,
            "href": reverse("letters:person", args=[one.person.ref]),
            "state": letter_state(one),
        }
        for one in letters
    ]


def came_back_rows(answers: list[Answer], on: date) -> list[dict[str, Any]]:
    """What became of each line of a list of letters that came back."""
    people = [one.letter.person for one in answers if one.letter]
    summaries = summaries_of(people, on)
    return [
        {
            "line": one.line,
            "name": summaries[one.letter.person_id].sorted_name if one.letter else "",
            "href": reverse("letters:person", args=[one.letter.person.ref]) if one.letter else "",
            "text": one.problem or "Recorded",
            "colour": "yellow" if one.problem else "green",
        }
        for one in answers
    ]


def letter_state(letter: Letter) -> dict[str, str]:
    """Where one letter stands."""
    if letter.skipped:
        what = "Taken out" if letter.part_id else "Not made"
        return {"text": f"{what}: {rules.LEFT_OUT[letter.skipped].lower()}", "colour": "grey"}
    if letter.returned_on:
        return {"text": f"Returned {short_date(letter.returned_on)}", "colour": "red"}
    if letter.batch.posted_on:
        return {"text": f"Sent {short_date(letter.batch.posted_on)}", "colour": "green"}
    return tag(letter.batch)
