"""Who acts for which organisation towards which council (LC-10)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from ccis.access.references import new_reference
from ccis.access.roles import PERMISSIONS, PORTAL_ROLES, Permission, Role
from ccis.accounts.models import Invitation, User
from ccis.authorities.models import Authority
from providers.models import Provider


class SeatQuerySet(models.QuerySet["Seat"]):
    def of(self, user: User) -> Self:
        """The seats of one person."""
        return self.filter(user=user)

    def open(self, at: datetime) -> Self:
        """Seats that have not ended by a moment."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=at), made_at__lte=at)


class Seat(models.Model):
    """One person's place at one organisation, for one council: all three, or nothing.

    What they may do is their role's, as for everyone (``Membership``); whose things they may do it
    to is the seat's. A person of two organisations, or of one that works for two councils, has a
    seat for each and signs in once.
    """

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="seats")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(
        "came as",
        max_length=2,
        choices=[(role.value, role.label) for role in sorted(PORTAL_ROLES)],
        default=Role.NAMED_INDIVIDUAL.value,
    )
    may_manage = models.BooleanField(
        "looks after access", default=False, help_text="May invite and end colleagues, and sign"
    )
    made_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who invited; nobody, when made where the service runs",
    )
    made_at = models.DateTimeField()
    used_at = models.DateTimeField("last used", null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField("last reviewed", null=True)
    ended_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody, when the service ended it",
    )
    ended_at = models.DateTimeField("ended", null=True)
    ended_because = models.CharField(max_length=10, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["authority_id", "provider_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "provider", "authority"],
                condition=Q(ended_at=None),
                name="one_open_seat_a_person",
            ),
            models.CheckConstraint(
                condition=(Q(ended_at=None) & Q(ended_because=""))
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="seat_ended_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "provider"],
                condition=Q(ended_at=None),
                name="open_seats_of_provider",
            )
        ]

    def __str__(self) -> str:
        return f"seat {self.ref}"

    def gives(self, permission: Permission) -> bool:
        """Whether the part that they came for has a permission: one place lends nothing to another.

        Besides, their role for the council must have it (``holds``).
        """
        return permission in PERMISSIONS[Role(self.role)]


class OfferQuerySet(models.QuerySet["SeatOffer"]):
    def waiting(self) -> Self:
        """Offers that nobody has taken up or taken back; the link of some may be too old."""
        return self.filter(
            withdrawn_at=None, invitation__accepted_at=None, invitation__withdrawn_at=None
        )


class SeatOffer(models.Model):
    """A seat that comes with an invitation, for whoever accepts it."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="seat_offers")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(
        max_length=150, blank=True, help_text="As whoever invited them here calls them"
    )
    role = models.CharField(max_length=2, choices=Seat._meta.get_field("role").choices)
    may_manage = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "provider"],
                condition=Q(withdrawn_at=None),
                name="one_offer_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"offer {self.ref}"


class Notice(models.Model):
    """That somebody was written to on a day for a council: there is something, and not what."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority", "on"], name="one_notice_a_council_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
