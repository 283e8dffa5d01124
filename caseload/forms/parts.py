"""The parts of a record that are shown, added, corrected and ended alike, as a table."""

from dataclasses import dataclass

from caseload.forms import activities, contact, identity, learning, privacy, reported
from caseload.forms.facts import FactForm
from caseload.models import Fact
from ccis.access.roles import Permission


@dataclass(frozen=True)
class Part:
    """One part: where its pages are, what it is called, and the form that asks for it.

    ``section`` is the tab that it stands on. A sensitive part is shown only when it is opened,
    and opening it is recorded.
    """

    slug: str
    form: type[FactForm]
    one: str
    many: str
    section: str
    is_sensitive: bool = False
    is_single: bool = False
    """Whether there is only ever one, which is corrected rather than ended or added to."""
    is_event: bool = False
    """Whether it happened on a day, and does not go on."""
    note: str = ""
    """What it stops, or what it is for, where that wants saying."""

    @property
    def model(self) -> type[Fact]:
        """The kind of fact."""
        return self.form.model

    @property
    def a_new(self) -> str:
        """With its article: "an address", "particulars"."""
        if self.is_plural:
            return self.one
        return f"{'an' if self.one[0] in 'aeiou' else 'a'} {self.one}"

    @property
    def the_one(self) -> str:
        """The one in hand: "this address", "these particulars"."""
        return f"{'these' if self.is_plural else 'this'} {self.one}"

    @property
    def said(self) -> str:
        """At the beginning of a sentence: "Address"."""
        return f"{self.one[0].upper()}{self.one[1:]}"

    @property
    def is_plural(self) -> bool:
        """Whether its one is a plural word."""
        return self.one == self.many.lower()

    @property
    def permission(self) -> Permission:
        """What is needed to see it."""
        return Permission.SEE_SENSITIVE if self.is_sensitive else Permission.SEE_PEOPLE


DETAILS, EDUCATION, CHOICES = "details", "education", "choices"

PARTS: tuple[Part, ...] = (
    Part("names", identity.NameForm, "name", "Names", DETAILS),
    Part(
        "particulars",
        identity.ParticularsForm,
        "particulars",
        "Particulars",
        DETAILS,
        is_single=True,
    ),
    Part("addresses", contact.AddressForm, "address", "Addresses", DETAILS),
    Part("contact-points", contact.ContactPointForm, "contact point", "Contact points", DETAILS),
    Part(
        "contact-needs",
        contact.ContactNeedForm,
        "need of format or language",
        "Needs of format and language",
        DETAILS,
    ),
    Part("identifiers", identity.IdentifierForm, "number", "Numbers", DETAILS),
    Part("schools", learning.EnrolmentForm, "school", "Schools", EDUCATION),
    Part("send", learning.SendForm, "SEND provision", "SEND", EDUCATION, is_sensitive=True),
    Part(
        "need",
        learning.LevelOfNeedForm,
        "level of need",
        "Level of need",
        EDUCATION,
        is_sensitive=True,
    ),
    Part(
        "attendance",
        reported.AttendanceForm,
        "attendance",
        "Attendance",
        EDUCATION,
        is_sensitive=True,
    ),
    Part(
        "risk",
        reported.RiskIndicatorsForm,
        "risk indicators",
        "Risk indicators",
        EDUCATION,
        is_sensitive=True,
    ),
    Part("guarantee", learning.GuaranteeForm, "guarantee status", "September Guarantee", EDUCATION),
    Part(
        "destination",
        learning.IntendedDestinationForm,
        "intended destination",
        "Intended destination",
        EDUCATION,
    ),
    Part(
        "circumstances",
        learning.CharacteristicForm,
        "circumstance",
        "Circumstances",
        EDUCATION,
        is_sensitive=True,
    ),
    Part(
        "consent",
        privacy.ConsentForm,
        "consent to contact",
        "Consent to being contacted",
        CHOICES,
        note="While it is refused or withdrawn, nobody writes, rings or surveys. Address, phone "
        "and email are held back from this record, from letters and from sharing. What the monthly "
        "return must carry is kept for it alone.",
    ),
    Part(
        "do-not-survey",
        privacy.DoNotSurveyForm,
        "wish not to be surveyed",
        "Do not survey",
        CHOICES,
        note="While it holds, they are in no survey and get no message of one. Other letters and "
        "calls go on.",
    ),
    Part(
        "section-72",
        privacy.Section72Form,
        "section 72 instruction",
        "School told to hold back other information (section 72)",
        CHOICES,
        note="While it holds, schools and colleges tell us only name, address, date of birth and "
        "parents. Everything else is dropped before it is kept. It is a parent’s to give before "
        "16 and their own from then on.",
    ),
    Part(
        "attempts",
        privacy.AttemptForm,
        "attempt at consent",
        "Consent sought",
        CHOICES,
        is_event=True,
        note="Each time they were asked. Where consent comes first, so many attempts without an "
        "answer let sharing go on as the policy says. An answer is recorded as their choice.",
    ),
    Part(
        "notices",
        privacy.NoticeForm,
        "privacy notice given",
        "Privacy notice given",
        CHOICES,
        is_event=True,
        note="When they were told how their information is used. A letter that says so counts from "
        "the day that it was posted, unless it comes back.",
    ),
    Part(
        "set-aside",
        privacy.OverrideForm,
        "refusal set aside by law",
        "Refusal set aside by law",
        CHOICES,
        is_sensitive=True,
        note="For an exchange that a law requires, or safeguarding. It never sets aside an opt-out "
        "from lists to organisations, and brings back no address or phone on this record.",
    ),
)

ACTIVITIES = Part("activities", activities.ActivityForm, "activity", "Activities", "activities")


def of_section(section: str) -> list[Part]:
    """The parts that stand on one tab, in order."""
    return [part for part in PARTS if part.section == section]
