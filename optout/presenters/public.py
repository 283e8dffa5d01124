"""What the public pages say back: answers to check, and what happens now (pages §5.3, §5.5)."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from ccis.govuk.summary import row, summary
from optout.forms import public as forms
from optout.models import Request
from optout.presenters.dates import said_day
from optout.queries import Announced, Standing
from optout.visits import Visit
from providers.models import Provider

PAGES = {
    forms.STOP_SOME: "optout:stop",
    forms.WRONG: "optout:wrong",
    forms.DOING: "optout:doing",
    forms.REACH: "optout:reach",
    forms.AGAIN: "optout:again",
    forms.HELP: "optout:help",
}
"""Where each choice is told more of; the others are told by themselves."""


HELD = (
    _lazy("your name and date of birth, and names that you had before"),
    _lazy("where you live, and how to reach you"),
    _lazy("the numbers that schools use for you"),
    _lazy("where you have studied and worked, and what you are doing now"),
    _lazy("what helps us to offer the right support, such as special needs or caring for someone"),
    _lazy("when we were in touch, and what you asked us to do"),
)
"""What is held, by kind: of everyone the same, so that nobody learns from it what is held of one
person.
"""


def with_whom(announced: Announced) -> str:
    """To how many organisations we may give something; nothing where there are none."""
    count = len(announced.organisations)
    if not count:
        return ""
    if not announced.helps:
        return ngettext(
            "We may give some of it to {count} organisation.",
            "We may give some of it to one of {count} organisations.",
            count,
        ).format(count=count)
    return ngettext(
        "We may give some of it to {count} organisation that offers free help with courses and "
        "jobs.",
        "We may give some of it to one of {count} organisations that offer free help with courses "
        "and jobs.",
        count,
    ).format(count=count)


def what_may_go(announced: Announced, stands: Standing | None) -> dict[str, Any]:
    """What the first page says: what may be given to whom, and what somebody said no to."""
    refused = stands.some if stands else []
    return {
        "held": HELD,
        "with_whom": with_whom(announced),
        "columns": [_(words) for words in announced.columns],
        "organisations": [one for one in announced.organisations if one not in refused],
        "refused": refused,
        "asks_consent": announced.asks_consent,
        "stopped": bool(stands and stands.all),
        "but": stands.but if stands else [],
    }


def answers(visit: Visit, organisations: list[Provider]) -> dict[str, Any]:
    """Everything that was answered, each with the page that changes it."""
    rows = []
    if visit.person is None:
        rows += _who(visit.who)
    rows.append(
        row(_("What you want"), str(forms.WANTS[visit.want]), change=reverse("optout:what"))
    )
    if visit.want in PAGES:
        rows.append(
            row(
                _("What you told us"),
                told(visit, organisations),
                change=reverse(PAGES[visit.want]),
            )
        )
    rows.append(row(_("How we answer"), _answer(visit.answer), change=reverse("optout:answer")))
    for one in rows:
        for item in one.get("actions", {}).get("items", []):
            item["text"] = _("Change")
            item["visuallyHiddenText"] = one["key"]["text"]
    return summary(rows)


def _who(who: dict[str, Any]) -> list[dict[str, Any]]:
    born = who.get("date_of_birth", "")
    return [
        row(_("Name"), f"{who['given']} {who['family']}".strip(), change=reverse("optout:no-code")),
        row(
            _("Date of birth"),
            said_day(date.fromisoformat(born)) if born else "",
            change=reverse("optout:born"),
        ),
        row(_("Postcode"), who.get("postcode") or _("none"), change=reverse("optout:postcode")),
    ]


def told(visit: Visit, organisations: list[Provider]) -> list[str]:
    """What someone said on the page of their choice."""
    detail = visit.detail
    if visit.want == forms.STOP_SOME:
        chosen = set(detail.get("providers", []))
        return [one.name for one in organisations if one.ref in chosen]
    named = {
        forms.WRONG: forms.WRONGS,
        forms.DOING: forms.DOINGS,
        forms.REACH: forms.REACHES,
    }.get(visit.want, {})
    chosen_words = [str(named[detail["choice"]])] if detail.get("choice") in named else []
    words = [detail["words"]] if detail.get("words") else []
    return chosen_words + words or [_("Nothing more")]


def _answer(answer: dict[str, str]) -> str:
    if not answer:
        return _("By letter, to the address that we have")
    words = str(forms.ANSWERS[answer["answer_by"]])
    return f"{words}: {answer['answer_to']}" if answer.get("answer_to") else words


def said(visit: Visit) -> dict[str, Any]:
    """What was said, as a request keeps it."""
    if visit.want == forms.STOP_SOME:
        return {"providers": visit.detail["providers"]}
    return dict(visit.detail)


# -- what happens now ------------------------------------------------------------------------------


def heading(kind: str, *, at_once: bool) -> str:
    """The first words of the page that ends the journey."""
    if at_once and kind == Request.Kind.OPT_OUT:
        return _("We have stopped")
    if at_once and kind == Request.Kind.SHARE:
        return _("We have noted it")
    return _("Thank you")


def what_happens(kind: str, *, by_code: bool, not_for_me: bool, by: date) -> list[str]:
    """What happens now, in paragraphs: without a code the same whether or not we know them
    (pages §5.3).
    """
    if not by_code:
        return [
            _(
                "If we hold a record for this person, we will do what you asked by the end of "
                "{day} and answer in the way you chose."
            ).format(day=said_day(by))
        ]
    if kind == Request.Kind.OPT_OUT:
        return [
            _(
                "We will not give your details to these organisations. If one already has them, "
                "we will tell it to stop and to delete them, and we will tell you when it says "
                "that it has."
            )
        ]
    if kind == Request.Kind.SHARE:
        return [
            _(
                "We may now give your details to one of these organisations, so that it can "
                "offer you help. You can change your mind at any time."
            )
        ]
    if not_for_me:
        return [
            _(
                "Someone from our team will check where this person lives, by the end of {day}."
            ).format(day=said_day(by))
        ]
    return [
        _(
            "Someone from our team will look at it and answer you by the end of {day}, in the way "
            "that you chose."
        ).format(day=said_day(by))
    ]


def what_it_leaves(kind: str) -> list[str]:
    """What opting out does not change."""
    if kind != Request.Kind.OPT_OUT:
        return []
    return [
        _(
            "The law says that we must keep a record of young people aged 16 and 17 here and what "
            "they are doing, so we keep yours. We may still get in touch to offer help. You can "
            "ask us not to, under “Tell you how to reach me”."
        )
    ]


def complaint_words(by: date) -> list[str]:
    """What happens with a complaint (LAW-03)."""
    return [
        _(
            "We will tell you that someone is looking into it by {day}, how it goes, and what we "
            "decided."
        ).format(day=said_day(by)),
        _(
            "If you are not content with our answer, you can complain to the Information "
            "Commissioner, at ico.org.uk/make-a-complaint."
        ),
    ]
