"""How likely it is that a row is about someone, and the parameters by which that was reckoned."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from caseload.intake.models import InboundRow
from caseload.matching.rules import Band
from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.authorities.models import Authority

BANDS = [(band.value, band.label) for band in Band]


class MatchModel(models.Model):
    """One version of the parameters of the score, for one kind of source; never edited.

    ``parameters`` is what ``caseload.matching.estimating.Parameters.as_json`` gives, ``measured``
    what ``caseload.matching.bands.Bands.as_json`` does: where the bands begin, and the errors by
    which they were set.
    """

    kind = models.CharField(max_length=40, help_text="The kind of file that it is for")
    version = models.PositiveIntegerField()
    parameters = models.JSONField()
    measured = models.JSONField(default=dict, help_text="Empty: the bands as we came")
    estimated_at = models.DateTimeField(null=True, help_text="Empty: as the service came")
    pairs = models.PositiveIntegerField(default=0, help_text="Pairs that it was estimated on")
    estimated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="one_match_model_per_version")
        ]

    def __str__(self) -> str:
        return f"model {self.version} for {self.kind}"


class ModelUse(models.Model):
    """From a moment on a kind's rows are reckoned by this version; the newest line holds."""

    model = models.ForeignKey(MatchModel, on_delete=models.PROTECT, related_name="uses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.model_id} in use"


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: User) -> Self:
        """Candidates for rows that the user may see, who are people whom they may see."""
        return self.filter(
            row__in=InboundRow.objects.visible_to(user),
            person__in=YoungPerson.objects.visible_to(user),
        )

    def in_order(self) -> Self:
        """The likeliest first."""
        return self.order_by("-is_best", "-probability", "person_id")


class Candidate(models.Model):
    """Someone whom a row may be about, by the score, with every step of the reckoning.

    Kept for rows that the agreed rules left without an answer. A person decides (LAW-05).
    """

    row = models.ForeignKey(InboundRow, on_delete=models.CASCADE, related_name="likely")
    person = models.ForeignKey(YoungPerson, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(MatchModel, on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField(help_text="Bits for it being the same person, less those against")
    probability = models.FloatField(help_text="That the row is about this person, 0 to 1")
    steps = models.JSONField(help_text="[{field, level, words, bits}], the starting point first")
    band = models.CharField(max_length=7, choices=BANDS)
    is_best = models.BooleanField(
        default=False, help_text="The one when each row has one person and each person one row"
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["row_id", "-probability", "person_id"]
        constraints = [
            models.UniqueConstraint(fields=["row", "person"], name="one_candidate_per_person"),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1),
                name="candidate_probability_is_one",
            ),
            models.CheckConstraint(
                condition=Q(band__in=[value for value, _ in BANDS]),
                name="candidate_band_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"candidate {self.pk}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> Self:
        """Answers about people whom the user may see, and rows that the user may see."""
        people = YoungPerson.objects.visible_to(user)
        return self.filter(
            Q(other=None) | Q(other__in=people),
            Q(row=None) | Q(row__in=InboundRow.objects.visible_to(user)),
            person__in=people,
        )

    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(taken_back_at=None)


class Answer(models.Model):
    """What someone said: a record of a source is this person, or is not; or two people are two.

    Never edited: a newer answer goes before an older one, and the last can be taken back. About a
    row, ``record`` knows the same record again in the source's next file
    (``caseload.matching.answers``). About two people, ``other`` is the one with the larger id.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200, blank=True, help_text="Who sends the record")
    record = models.CharField(
        max_length=64, blank=True, help_text="Keyed digest of what it is known by; empty: the row"
    )
    row = models.ForeignKey(
        InboundRow, on_delete=models.SET_NULL, null=True, related_name="answers"
    )
    person = models.ForeignKey(YoungPerson, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(YoungPerson, on_delete=models.CASCADE, null=True, related_name="+")
    is_same = models.BooleanField()
    against = models.JSONField(
        default=list, help_text="What spoke against it when the answer was given"
    )
    probability = models.FloatField(
        null=True, help_text="How likely it was reckoned to be, of whoever was likeliest"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other=None)
                | Q(is_same=False, source="", record="", row=None, person__lt=models.F("other")),
                name="answer_about_two_people_says_no_more",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_at=None)
                | Q(taken_back_by__isnull=False, taken_back_at__isnull=False),
                name="answer_taken_back_has_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["person", "other"],
                condition=Q(other__isnull=False, taken_back_at=None),
                name="one_answer_for_two_people",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "source", "record"],
                condition=Q(other=None),
                name="answer_by_record",
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
