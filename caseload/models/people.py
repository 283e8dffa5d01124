"""A young person: identity and lead authority. All else about them is a dated fact."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import get_objects_for_user

from ccis.access.checks import authorities_administered_by, authorities_whose_people
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority


class RestrictionLevel(models.IntegerChoices):
    """Who may open a record: above 0 only those who were granted it (PIA-07)."""

    OPEN = 0, "Open"
    RELATIVE_OF_STAFF = 1, "Relative or friend of staff"
    HIGH_PROFILE = 2, "High profile"
    PROTECTED_ADDRESS = 3, "Protected address"
    DECEASED = 9, "Deceased"


OPEN_RESTRICTED = "caseload.open_restricted_record"
SEE_SEALED = "caseload.see_sealed_identity"
"""What is granted for one record and one person."""


class YoungPersonQuerySet(models.QuerySet["YoungPerson"]):
    def visible_to(self, user: User) -> Self:
        """Young people whom a user may see (PIA-07, PIA-29).

        Those of the authorities that the user works for. A restricted record only by a grant
        of its own, so the grant is asked about for those rows alone; someone who has died only
        by the authority's administrator. A record that was merged into another is nobody's to
        find: the one that stays is there in its place (PIA-14).
        """
        return self.open_to(user).filter(merged_into=None)

    def open_to(self, user: User) -> Self:
        """``visible_to``, with records that were merged into another."""
        people = self.filter(lead_authority__in=authorities_whose_people(user))
        granted = get_objects_for_user(
            user,
            OPEN_RESTRICTED,
            klass=YoungPerson.objects.filter(
                restriction_level__gt=RestrictionLevel.OPEN,
                restriction_level__lt=RestrictionLevel.DECEASED,
            ),
            with_superuser=False,
            accept_global_perms=False,
        ).values("pk")
        deceased = Q(
            restriction_level=RestrictionLevel.DECEASED,
            lead_authority__in=authorities_administered_by(user),
        )
        return people.filter(
            Q(restriction_level=RestrictionLevel.OPEN) | Q(pk__in=granted) | deceased
        )

    def named_for(self, user: User) -> Self:
        """Young people whose sealed identity a user was named to see, whatever the role (LAW-10).

        Those among them whose record the user may open; a record that was merged stays named.
        """
        return self.open_to(user).filter(
            pk__in=get_objects_for_user(
                user,
                SEE_SEALED,
                klass=YoungPerson.objects.all(),
                with_superuser=False,
                accept_global_perms=False,
            ).values("pk")
        )

    def of(self, authority: Authority) -> Self:
        """Young people whose record this authority keeps."""
        return self.filter(lead_authority=authority)


class YoungPerson(models.Model):
    """Someone whom an authority keeps a record of, from 13 to 25."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    lead_authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="young_people"
    )
    young_persons_id = models.CharField(
        "NCCIS id",
        max_length=13,
        help_text="Thirteen digits: the database's three and the person's ten (docs/nccis.md §1.2)",
    )
    restriction_level = models.PositiveSmallIntegerField(
        choices=RestrictionLevel, default=RestrictionLevel.OPEN
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="merged_records",
        db_index=False,
        help_text="The record that stays, where this one was merged into it",
    )

    objects = YoungPersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "young people"
        permissions = [
            ("open_restricted_record", "May open this restricted record"),
            ("see_sealed_identity", "May see the sealed identity of this person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["young_persons_id"], name="one_person_per_young_persons_id"
            ),
            models.CheckConstraint(
                condition=Q(young_persons_id__regex=r"^[0-9]{13}$"),
                name="young_persons_id_is_thirteen_digits",
            ),
            models.CheckConstraint(
                condition=Q(restriction_level__in=RestrictionLevel.values),
                name="restriction_level_is_known",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="person_is_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["lead_authority", "id"], name="person_by_authority"),
            models.Index(
                fields=["restriction_level"],
                condition=Q(restriction_level__gt=RestrictionLevel.OPEN),
                name="person_restricted",
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="person_merged",
            ),
        ]

    def __str__(self) -> str:
        return f"young person {self.ref}"


class RestrictedRecordGrant(UserObjectPermissionBase):
    """Who was granted a restricted record: guardian's direct form, with a foreign key."""

    content_object = models.ForeignKey(YoungPerson, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass
