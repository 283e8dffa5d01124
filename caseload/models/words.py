"""The words that names are made of, each once: where a search looks for spellings alike.

A few ten thousand words stand for the names of everyone, so that likeness is weighed against
those and not against a name for each person. Nothing here says whose a word is.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F


class Sound(models.Func):
    """How a folded name sounds to an English ear, as a short code."""

    function = "dmetaphone"
    output_field = models.TextField()


class NameWord(models.Model):
    """A folded first or family name that someone has or had.

    Written by a trigger on names. Two writers at once may both add one: they do not wait for
    each other, and who reads takes each once.
    """

    word = models.TextField(db_collation="C")

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="name_word"),
            models.Index(Sound(F("word")), name="name_word_by_sound"),
            GinIndex(
                OpClass(F("word"), "gin_trgm_ops"), name="name_word_by_likeness", fastupdate=False
            ),
        ]

    def __str__(self) -> str:
        return f"word {self.pk}"
