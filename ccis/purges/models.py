"""How far this database has come in the register of purges."""

from django.db import models


class Played(models.Model):
    """A place of the register of rows up to which this database has destroyed what it names.

    One more row each time. A backup of the database holds an earlier one than the register does.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    again = models.BooleanField(
        default=False, help_text="Played from the register, not written by the purge itself"
    )

    class Meta:
        verbose_name_plural = "played"

    def __str__(self) -> str:
        return f"line {self.number} of the register"
