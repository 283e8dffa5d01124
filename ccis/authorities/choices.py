"""Every choice of a policy in words: what is asked, what it does, what may be answered."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from ccis.authorities import dropouts
from ccis.authorities.policy import Policy
from ccis.authorities.risk import as_options


@dataclass(frozen=True)
class Choice:
    """One choice: its question, the effect of the answer, its unit and its limits."""

    name: str
    question: str
    effect: str
    unit: tuple[str, str]
    least: int
    most: int
    answers: tuple[str, ...] = ()
    """Where it is a choice of a few and not a number: the words of 0, 1 and so on."""
    options: Callable[[], list[tuple[str, str]]] | None = None
    """Where any of several may be ticked: each by name, with its words."""
    is_day: bool = False
    """Where it is a day of the year, in words; each such is later in it than the one before."""

    def in_words(self, value: Any) -> str:
        """A value with its unit: ``10%``, ``28 days``, ``1 year``; or what was chosen."""
        if self.options:
            return ", ".join(words for name, words in self.options() if name in value) or "None"
        if self.is_day:
            return str(value)
        if self.answers:
            return self.answers[int(value)]
        one, many = self.unit
        return f"{value}%" if one == "%" else f"{value} {one if value == 1 else many}"


Options = Callable[[], list[tuple[str, str]]]

_languages: list[Options] = []


def register_languages(source: Options) -> Options:
    """Say which languages young people's pages have words in: for the app that has the words."""
    if source not in _languages:
        _languages.append(source)
    return source


def _all_languages() -> list[tuple[str, str]]:
    return [one for source in _languages for one in source()]


def _difficulties() -> list[tuple[str, str]]:
    return [
        ("support-now", "SEN support, while it lasts"),
        ("support-before", "SEN support or an EHC plan, now or at some time before"),
    ]


CHOICES: tuple[Choice, ...] = (
    Choice(
        "file_error_threshold_percent",
        "When is a file refused whole?",
        "A file with a greater part of its rows in error is not used at all, and its sender is "
        "asked to mend it first.",
        ("%", "%"),
        0,
        100,
    ),
    Choice(
        "active_days",
        "When does a difference in a file wait for someone?",
        "When work is open about a young person, or somebody here recorded something about them "
        "in so many days, whatever a file says differently waits until someone accepts it. About "
        "anyone else the newer source is used. 0 means that nothing waits.",
        ("day", "days"),
        0,
        3650,
    ),
    Choice(
        "years_tracked_after_year_11",
        "How long is someone tracked after Year 11?",
        "So long their activity is kept up to date. The national return no longer asks for the "
        "third year, unless there is an EHC plan.",
        ("year", "years"),
        2,
        7,
    ),
    Choice(
        "return_due_working_days",
        "When is the monthly return due?",
        "Working days after the end of the month by which it must have gone.",
        ("working day", "working days"),
        1,
        31,
    ),
    Choice(
        "activity_review_warning_days",
        "When is an activity listed for review?",
        "So many days before it lapses it appears among what needs to be confirmed.",
        ("day", "days"),
        1,
        180,
    ),
    Choice(
        "unused_account_days",
        "When is an account listed as unused?",
        "Accounts that nobody has signed in to for so long are listed under Users to review, so "
        "that an administrator can end those that are not needed.",
        ("day", "days"),
        14,
        365,
    ),
    Choice(
        "invitation_days",
        "How long can an invitation be used?",
        "So many days after it was sent, its link stops working and a new one must be sent.",
        ("day", "days"),
        1,
        28,
    ),
    Choice(
        "password_expiry_days",
        "When must a password be changed?",
        "So many days after it was set, a new one is asked for at sign-in, before anything else. "
        "0 means never, which national guidance advises.",
        ("day", "days"),
        0,
        365,
    ),
    Choice(
        "choices_code_days",
        "How long does a personal code work?",
        "So many days after it was made, the code of a letter stops opening a young person's "
        "choices. They can always say no without a code.",
        ("day", "days"),
        7,
        365,
    ),
    Choice(
        "notice_working_days",
        "How long does the notice of a letter run?",
        "So many working days after a letter was posted, what it announced may be shared, and "
        "not before.",
        ("working day", "working days"),
        5,
        60,
    ),
    Choice(
        "consent_first",
        "Must someone say yes before anything is shared?",
        "Yes: letters ask for consent, and nothing is shared without a yes, or after asking as "
        "often as you say below. No: letters say how to opt out.",
        ("", ""),
        0,
        1,
        answers=("No, they can opt out", "Yes, consent comes first"),
    ),
    Choice(
        "consent_attempts",
        "How often is someone asked, where consent comes first?",
        "After so many recorded attempts without an answer, sharing may rest on another basis, "
        "which is recorded with it.",
        ("time", "times"),
        1,
        10,
    ),
    Choice(
        "choices_languages",
        "Which languages are young people's pages offered in, beside English?",
        "Readers choose at the foot of each page. Where it says that a translator has not checked "
        "the words, have someone read them who speaks the language before you offer them.",
        ("", ""),
        0,
        0,
        options=_all_languages,
    ),
    Choice(
        "risk_signs",
        "Which indicators count towards the risk of becoming NEET?",
        "Letters can go to those alone who are at risk by them. The school’s judgement is enough "
        "by itself. Someone’s own page says why they count.",
        ("", ""),
        0,
        0,
        options=as_options,
    ),
    Choice(
        "risk_signs_needed",
        "How many indicators put someone at risk?",
        "With so many of those that count, someone is at risk.",
        ("indicator", "indicators"),
        1,
        6,
    ),
    Choice(
        "risk_attendance_percent",
        "When is attendance low?",
        "Attending a smaller part of the sessions than this is an indicator.",
        ("%", "%"),
        1,
        100,
    ),
    Choice(
        "review_summer_opens",
        "When does the summer review of who is at risk open?",
        "From this day of each year schools are asked about the pupils whom their own files put at "
        "risk. A review can be answered until the next one opens. If you change a day while a "
        "review is open, what was sent before its new first day answers the one before.",
        ("", ""),
        0,
        0,
        is_day=True,
    ),
    Choice(
        "review_summer_due",
        "By when should schools answer the summer review?",
        "They are reminded as it opens, a week before this day, on it, and a week after.",
        ("", ""),
        0,
        0,
        is_day=True,
    ),
    Choice(
        "review_autumn_opens",
        "When does the autumn review open?",
        "From this day of each year schools are asked again.",
        ("", ""),
        0,
        0,
        is_day=True,
    ),
    Choice(
        "review_autumn_due",
        "By when should schools answer the autumn review?",
        "They are reminded as they are in summer.",
        ("", ""),
        0,
        0,
        is_day=True,
    ),
    Choice(
        "difficulty_counts",
        "What counts as a learning difficulty or disability, beside a current EHC plan?",
        "Letters and sharing go on to the day before the 25th birthday for whoever it is recorded "
        "of, and to the day before the 20th for anyone else. The return has a rule of its own.",
        ("", ""),
        0,
        0,
        options=_difficulties,
    ),
    Choice(
        "files_may_leave",
        "May a list, or drop-outs for another council, leave as a file?",
        "Yes: where the agreement allows files, a named person can have the list as an encrypted "
        "workbook, whose passphrase goes another way, and officers can take drop-outs to pass on. "
        "No: lists are read in the portal only, and drop-outs go only to councils in this service.",
        ("", ""),
        0,
        1,
        answers=("No, in the portal only", "Yes, as an encrypted file"),
    ),
    Choice(
        "dropouts_matched_by",
        "Who says whom a drop-out notification is about, where that is in doubt?",
        "They sign in here, and are told when something waits for them: a unit that the route "
        "for your own residents names at its own address, anyone else at that of the route.",
        ("", ""),
        0,
        2,
        answers=("Officers here", "The sub-regional unit", "A contractor"),
    ),
    Choice(
        "dropouts_reasons",
        "What do providers notify you of?",
        "Anything else is not offered to them on screen, and a row that says it cannot be sent.",
        ("", ""),
        0,
        0,
        options=dropouts.reasons,
    ),
    Choice(
        "dropouts_ways",
        "How may providers send drop-out notifications?",
        "Other ways are closed to them. An officer can always send in what a provider brought.",
        ("", ""),
        0,
        0,
        options=dropouts.ways,
    ),
    Choice(
        "dropouts_required",
        "What must a drop-out notification say, beside name and date of birth?",
        "Without it a provider cannot send the row. Someone without an address has the word "
        "“none” for a postcode.",
        ("", ""),
        0,
        0,
        options=dropouts.fields,
    ),
    Choice(
        "dropouts_at_once",
        "How many people may one sending change before an officer looks?",
        "Up to so many that are known for certain are used, and become work, the same minute. A "
        "sending of more waits for approval. 0 means that all wait.",
        ("person", "people"),
        0,
        10_000,
    ),
    Choice(
        "dropouts_outcome_shown",
        "Do providers see what came of a drop-out notification?",
        "Yes: how many of the people they told you of were used, wait for someone, were passed "
        "on, or were not used. This can tell them whether you hold someone. No: they see that "
        "it was received.",
        ("", ""),
        0,
        1,
        answers=("No, that it was received", "Yes, in counts"),
    ),
    Choice(
        "enrolment_sharing",
        "May a school or college be told about someone who enrols there?",
        "Yes: what an agreement for this purpose and a letter about it both name can go to the "
        "place where someone learns, on a list that a second person releases. No: nothing goes "
        "for this purpose, whatever was agreed or announced.",
        ("", ""),
        0,
        1,
        answers=("No", "Yes, with an agreement and a letter"),
    ),
)


def choice_named(name: str) -> Choice | None:
    """The choice of that name; ``None`` for one that the service no longer offers."""
    return next((choice for choice in CHOICES if choice.name == name), None)


def answers(policy: Policy) -> dict[str, Any]:
    """The policy's answers by the choice's name, without its version."""
    return {
        field.name: getattr(policy, field.name)
        for field in fields(policy)
        if field.name != "version"
    }
