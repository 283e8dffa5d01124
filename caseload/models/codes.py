"""The national code lists, every edition's codes in one table each (design §4).

Loaded at migrate from the editions of the return. The table lets the foreign key hold; which
code is valid when is the edition's to say.
"""

from typing import ClassVar

from django.db import models


class Code(models.Model):
    """One code of a national list."""

    code = models.CharField(primary_key=True, max_length=4)
    label = models.CharField(max_length=200)
    first_edition = models.CharField(max_length=7)
    last_edition = models.CharField(max_length=7, blank=True)
    """Empty while the newest edition has it."""
    position = models.PositiveSmallIntegerField(default=0)

    list_name: ClassVar[str]
    """The list's name in the editions."""

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


class ActivityCode(Code):
    """What someone is doing (docs/nccis.md §3.4)."""

    list_name = "activity"
    group = models.CharField(max_length=20)
    """Headline group: compulsory, education, employment, training, re-engagement,
    neet-available, neet-not-available, custody, not-known."""

    class Meta(Code.Meta):
        pass

    @property
    def is_neet(self) -> bool:
        """Whether someone with this activity is NEET."""
        return self.group.startswith("neet")


class GenderCode(Code):
    """Gender as the return has it (docs/nccis.md §3.2)."""

    list_name = "gender"


class EthnicityCode(Code):
    """Ethnicity (docs/nccis.md §3.3)."""

    list_name = "ethnicity"


class CharacteristicCode(Code):
    """Individual circumstances (docs/nccis.md §3.6)."""

    list_name = "characteristic"
    is_sensitive = models.BooleanField(default=True)


class LevelOfNeedCode(Code):
    """Level of support (docs/nccis.md §3.5)."""

    list_name = "level_of_need"


class DestinationCode(Code):
    """Year 11 intended destination (docs/nccis.md §3.7)."""

    list_name = "intended_destination"


class GuaranteeStatusCode(Code):
    """September Guarantee status (docs/nccis.md §3.8)."""

    list_name = "guarantee_status"


CODE_MODELS: tuple[type[Code], ...] = (
    ActivityCode,
    GenderCode,
    EthnicityCode,
    CharacteristicCode,
    LevelOfNeedCode,
    DestinationCode,
    GuaranteeStatusCode,
)
