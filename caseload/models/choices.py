"""What someone chose about their information, and what they were told of it.

Different facts in different rows, never one flag (design §4). What is said about sharing with
organisations is no fact of the record: ``optout`` keeps it as statements.
"""

from django.db import models
from django.db.models import Q

from caseload.models.facts import Fact, FactQuerySet, no_overlap


class Speaker(models.TextChoices):
    """Whose word it was."""

    OWN = "own", "The young person"
    PARENT = "parent", "A parent"
    CARER = "carer", "A carer"
    ADVOCATE = "advocate", "An advocate"


class How(models.TextChoices):
    """How someone was asked or told, or told us."""

    PHONE = "phone", "By phone"
    TEXT = "text", "By text"
    EMAIL = "email", "By email"
    LETTER = "letter", "By letter"
    VISIT = "visit", "On a visit"
    INTERVIEW = "interview", "In an interview"
    SESSION = "session", "At a youth service session"
    IN_PERSON = "person", "In person, elsewhere"


class Section72(Fact):
    """An instruction that institutions give us nothing but who someone is (PIA-33, LAW-07).

    Under section 72 of the Education and Skills Act 2008 it is a parent's before 16 and the
    person's own from then on, asked afresh. While it holds, a school's file leaves their name,
    address, date of birth and parent, and everything else is dropped before it is stored.
    """

    class GivenBy(models.TextChoices):
        PARENT = "parent", "A parent"
        OWN = "own", "The young person"

    given_by = models.CharField("given by", max_length=6, choices=GivenBy)

    objects = FactQuerySet["Section72"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "section 72 instruction"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_section_72_instruction"),
            models.CheckConstraint(
                condition=Q(given_by__in=["parent", "own"]), name="section_72_says_who_gave_it"
            ),
        ]


class DoNotSurvey(Fact):
    """Someone asked not to be surveyed; everything else goes on (PIA-08)."""

    said_by = models.CharField("said by", max_length=8, choices=Speaker, default=Speaker.OWN)
    how = models.CharField("how", max_length=9, choices=How, blank=True)

    objects = FactQuerySet["DoNotSurvey"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "wish not to be surveyed"
        constraints = [*Fact.Meta.constraints, no_overlap("one_wish_not_to_be_surveyed")]


class Consent(Fact):
    """Whether someone lets us contact them (PIA-08).

    While it is refused or withdrawn, staff do not see address, phone and email, and no letter,
    message or survey goes out. What the return must carry is kept for it alone.
    """

    class Answer(models.TextChoices):
        GIVEN = "given", "Consent given"
        REFUSED = "refused", "Consent refused"
        WITHDRAWN = "withdrawn", "Consent withdrawn"

    answer = models.CharField("answer", max_length=9, choices=Answer)
    said_by = models.CharField("said by", max_length=8, choices=Speaker, default=Speaker.OWN)
    how = models.CharField("how", max_length=9, choices=How, blank=True)

    objects = FactQuerySet["Consent"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "consent to contact"
        verbose_name_plural = "consents to contact"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_consent_to_contact"),
            models.CheckConstraint(
                condition=Q(answer__in=["given", "refused", "withdrawn"]),
                name="consent_says_which",
            ),
        ]


WITHHELD = (Consent.Answer.REFUSED, Consent.Answer.WITHDRAWN)
"""Answers under which nobody is contacted."""


class ConsentAttempt(Fact):
    """Someone was asked for consent on a day, and what came of it (LC-16).

    Two tries on one day in one way are one attempt.
    """

    class About(models.TextChoices):
        SHARING = "sharing", "Sharing with organisations"
        CONTACT = "contact", "Being contacted"

    class Outcome(models.TextChoices):
        GIVEN = "given", "Consent given"
        REFUSED = "refused", "Consent refused"
        NOT_REACHED = "none", "Not reached"

    about = models.CharField("about", max_length=7, choices=About)
    how = models.CharField("how", max_length=9, choices=How)
    outcome = models.CharField("outcome", max_length=7, choices=Outcome)
    said_by = models.CharField("who answered", max_length=8, choices=Speaker, blank=True)
    asked_by = models.CharField("who asked", max_length=100)

    objects = FactQuerySet["ConsentAttempt"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "attempt at consent"
        verbose_name_plural = "attempts at consent"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_attempt_at_consent_a_day_and_way", "about", "how"),
            models.CheckConstraint(
                condition=Q(outcome="none", said_by="")
                | (Q(outcome__in=["given", "refused"]) & ~Q(said_by="")),
                name="attempt_at_consent_says_who_answered",
            ),
        ]


class NoticeGiven(Fact):
    """Someone was told on a day how their information is used, in words of a version (PIA-12).

    What a posted letter told is known by the letter, and has no row here.
    """

    notice = models.CharField("notice and version", max_length=150)
    how = models.CharField("how", max_length=9, choices=How)
    given_to = models.CharField("given to", max_length=8, choices=Speaker, default=Speaker.OWN)

    objects = FactQuerySet["NoticeGiven"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "privacy notice given"
        verbose_name_plural = "privacy notices given"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_notice_a_day", "notice", "how", "given_to"),
        ]


class ConsentOverride(Fact):
    """A refusal of consent that the law sets aside, with its reason and who decided (LA-07).

    It is about an exchange that statute requires, or safeguarding. It never touches an opt-out
    from lists to organisations, of which the database alone answers.
    """

    class Ground(models.TextChoices):
        STATUTE = "statute", "An exchange that a law requires"
        SAFEGUARDING = "safeguard", "Safeguarding"

    ground = models.CharField("ground", max_length=9, choices=Ground)
    law = models.CharField("law", max_length=200)
    reason = models.CharField("reason", max_length=500)
    decided_by = models.CharField("who decided", max_length=100)

    objects = FactQuerySet["ConsentOverride"].as_manager()

    class Meta(Fact.Meta):
        verbose_name = "refusal set aside by law"
        verbose_name_plural = "refusals set aside by law"
        constraints = [
            *Fact.Meta.constraints,
            no_overlap("one_refusal_set_aside_a_ground", "ground"),
            models.CheckConstraint(
                condition=~Q(law="") & ~Q(reason="") & ~Q(decided_by=""),
                name="refusal_set_aside_says_why_and_who",
            ),
        ]
