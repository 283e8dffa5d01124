"""What young people want, and how we answer: one thing a page, in words that translate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from ccis.govuk.fields import CheckboxesField, HiddenField, RadiosField, TextField
from optout.forms.public_base import PublicForm, WordsField
from optout.models import Request
from optout.rules import in_our_figures
from providers.models import Provider

TOO_MANY: StrOrPromise = _(
    "Too many forms have come from where you are in the last hour, so we did not take this one. "
    "Try again in an hour, or email us."
)

LONGEST = 500
"""Letters of a text that someone writes."""

STOP_ALL, STOP_SOME, WRONG, DOING, REACH, AGAIN, HELP, SHARE, YES = (
    "stop-all",
    "stop-some",
    "wrong",
    "doing",
    "reach",
    "again",
    "help",
    "share",
    "yes",
)

WANTS: dict[str, StrOrPromise] = {
    STOP_ALL: _("Stop sharing my details with all of them"),
    STOP_SOME: _("Stop sharing my details with some of them"),
    YES: _("You may share my details with them"),
    SHARE: _("You may share my details with them again"),
    WRONG: _("Tell you something is wrong"),
    DOING: _("Tell you what I am doing now"),
    REACH: _("Tell you how to reach me"),
    AGAIN: _("Ask a person to look again at what you decided about me"),
    HELP: _("Ask for help"),
}

KINDS: dict[str, str] = {
    STOP_ALL: Request.Kind.OPT_OUT,
    STOP_SOME: Request.Kind.OPT_OUT,
    SHARE: Request.Kind.SHARE,
    YES: Request.Kind.SHARE,
    WRONG: Request.Kind.CORRECTION,
    DOING: Request.Kind.DOING,
    REACH: Request.Kind.REACH,
    AGAIN: Request.Kind.REVIEW,
    HELP: Request.Kind.HELP,
}
"""What kind of request each of these is."""

NOT_FOR_ME = "not-for-me"

WRONGS: dict[str, StrOrPromise] = {
    "name": _("My name"),
    "address": _("My address"),
    "contact": _("My phone or email"),
    "doing": _("What you say I am doing"),
    NOT_FOR_ME: _("This letter is not for me"),
    "other": _("Something else"),
}

DOINGS: dict[str, StrOrPromise] = {
    "learning": _("I am at school, college or on a course"),
    "apprenticeship": _("I am on an apprenticeship"),
    "working": _("I am working"),
    "looking": _("I am looking for a course, training or a job"),
    "cannot": _("I cannot work or study at the moment"),
    "other": pgettext_lazy("what I am doing", "Something else"),
}

REACHES: dict[str, StrOrPromise] = {
    "text": _("By text"),
    "phone": _("By phone"),
    "email": _("By email"),
    "letter": _("By letter"),
    "no-offers": _("Do not contact me to offer help"),
}

ANSWERS: dict[str, StrOrPromise] = {
    Request.Answer.LETTER: _("By letter"),
    Request.Answer.TEXT: _("By text"),
    Request.Answer.EMAIL: _("By email"),
}


class WantForm(PublicForm):
    """What someone wants."""

    want = RadiosField(
        label=_("What do you want to do?"),
        error_messages={"required": _("Choose what you want to do")},
    )

    def __init__(self, *args: Any, wants: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["want"].choices = [(name, WANTS[name]) for name in wants]  # type: ignore[attr-defined]


class StopForm(PublicForm):
    """Which organisations."""

    providers = CheckboxesField(
        label=_("Which ones should we not share with?"),
        heading=True,
        hint=_("If we add an organisation later, we will write to you first."),
        error_messages={"required": _("Choose at least one organisation")},
    )

    def __init__(self, *args: Any, organisations: list[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["providers"].choices = [(one.ref, one.name) for one in organisations]  # type: ignore[attr-defined]


class WrongForm(PublicForm):
    """What is wrong, and what it should be."""

    wrong = RadiosField(
        label=_("What is wrong?"),
        heading=True,
        choices=list(WRONGS.items()),
        error_messages={"required": _("Choose what is wrong")},
    )
    words = WordsField(
        label=_("What should it be?"),
        hint=_("You need not fill this in if the letter is not for you."),
        max_length=LONGEST,
        required=False,
        rows=3,
        marks_optional=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("wrong") not in (None, NOT_FOR_ME) and not cleaned.get("words"):
            self.add_error("words", forms.ValidationError(_("Tell us what it should be")))
        return cleaned


class DoingForm(PublicForm):
    """What someone is doing now."""

    doing = RadiosField(
        label=_("What are you doing now?"),
        heading=True,
        choices=list(DOINGS.items()),
        error_messages={"required": _("Choose what you are doing now")},
    )
    words = WordsField(
        label=_("Where, and since when?"),
        max_length=LONGEST,
        required=False,
        rows=3,
    )


class ReachForm(PublicForm):
    """How someone wants to be reached."""

    reach = RadiosField(
        label=_("How should we reach you?"),
        heading=True,
        choices=list(REACHES.items()),
        error_messages={"required": _("Choose how we should reach you")},
    )
    words = WordsField(
        label=_("Your phone number, email or address, if it is new"),
        max_length=LONGEST,
        required=False,
        rows=3,
    )


class AgainForm(PublicForm):
    """What a person should look at again (LAW-05)."""

    words = WordsField(
        label=_("What should we look at again?"),
        heading=True,
        hint=_(
            "A computer suggests which organisation may help you, and a person decides. You can "
            "say what they did not know. A person looks at all of it again and answers you."
        ),
        max_length=LONGEST,
        required=False,
        rows=4,
    )


class HelpForm(PublicForm):
    """What help someone wants."""

    words = WordsField(
        label=_("What would you like help with?"),
        heading=True,
        hint=_("A few words are enough. Someone from our team will get in touch."),
        max_length=LONGEST,
        required=False,
        rows=4,
    )


class AnswerForm(PublicForm):
    """How we should answer. Nothing on the page tells what we hold."""

    answer_by = RadiosField(
        label=_("How should we answer you?"),
        heading=True,
        choices=list(ANSWERS.items()),
        error_messages={"required": _("Choose how we should answer")},
    )
    answer_to = TextField(
        label=_("Your mobile number or email address, for a text or an email"),
        max_length=254,
        required=False,
        marks_optional=False,
        autocomplete="off",
    )

    def __init__(self, *args: Any, knows_them: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.knows_them = knows_them
        if knows_them:
            self.fields["answer_to"].help_text = _("Leave this empty to use the one that we have.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        to = in_our_figures(cleaned.get("answer_to") or "").strip()
        by, cleaned["answer_to"] = cleaned.get("answer_by"), to
        if by == Request.Answer.LETTER:
            cleaned["answer_to"] = ""
        elif by and not to and not self.knows_them:
            self.add_error(
                "answer_to", forms.ValidationError(_("Type your mobile number or email address"))
            )
        elif by == Request.Answer.EMAIL and to and "@" not in to:
            self.add_error(
                "answer_to",
                forms.ValidationError(_("Type an email address, like name@example.com")),
            )
        elif by == Request.Answer.TEXT and to and sum(c.isdigit() for c in to) < 10:
            self.add_error(
                "answer_to", forms.ValidationError(_("Type a mobile number, like 07700 900 982"))
            )
        return cleaned


class ComplainForm(PublicForm):
    """A complaint about how we use someone's information (LAW-03). ``sending``: which of a visit,
    so that one that is sent twice is one.
    """

    words = WordsField(
        label=_("What is your complaint?"),
        max_length=2_000,
        rows=6,
        error_messages={"required": _("Tell us what your complaint is")},
    )
    name = TextField(
        label=_("Your name"),
        max_length=100,
        autocomplete="name",
        error_messages={"required": _("Type your name")},
    )
    answer_to = TextField(
        label=_("Where should we answer?"),
        hint=_("An email address, a phone number or a postal address"),
        max_length=254,
        error_messages={"required": _("Tell us where to answer")},
    )
    sending = HiddenField(required=False)
