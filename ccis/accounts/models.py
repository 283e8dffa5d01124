"""Who works here: people who sign in, and the part each plays for an authority."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ccis.access.references import new_reference
from ccis.access.roles import Role


class UserManager(BaseUserManager["User"]):
    """Makes users by email address, always in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """A person who signs in with a work email address. Never deleted, so that trails stay true."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    email = models.EmailField("email address", unique=True)
    name = models.CharField("name", max_length=150)
    password_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    sessions_key = models.CharField(
        max_length=8,
        blank=True,
        editable=False,
        help_text="Part of what a session must know; a new one ends them all",
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")),
                name="user_email_is_in_lower_case",
            )
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def set_password(self, raw_password: str | None) -> None:
        """Set a password, and when: some authorities ask for a new one in time (PIA-13)."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def end_sessions(self) -> None:
        """End every session of this account with its next request. Saves nothing itself."""
        self.sessions_key = new_reference()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know to be theirs: a new password or ``end_sessions`` alters it."""
        return salted_hmac(
            "ccis.accounts.User.get_session_auth_hash",
            f"{self.password}{self.sessions_key}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class DateRange(Func):
    """A range of days from two columns, the second of them out."""

    function = "DATERANGE"
    output_field = DateRangeField()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date) -> "MembershipQuerySet":
        """Memberships that have begun and not ended on a day; the end day itself is out."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))

    def not_over(self, on: date) -> "MembershipQuerySet":
        """Memberships that are current on a day or begin after it."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on)).exclude(ends_on=F("starts_on"))


class Membership(models.Model):
    """The role that a user has for one authority, from a day until another (USE-09)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    authority = models.ForeignKey(
        "authorities.Authority", on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=2, choices=[(role.value, role.label) for role in Role])
    leads_team = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority"],
                condition=Q(ends_on=None),
                name="one_open_membership_per_user_and_authority",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_on_or_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]),
                name="membership_role_is_known",
            ),
            ExclusionConstraint(
                name="memberships_of_an_authority_do_not_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("authority", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of authority {self.authority_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Invitations that nobody has accepted or taken back; some may be too old by now."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """An offer of a role, sent as a link to a work address; the link is kept only as a digest."""

    ref = models.CharField(max_length=8, unique=True, default=new_reference, editable=False)
    authority = models.ForeignKey(
        "authorities.Authority", on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField("email address")
    name = models.CharField("name", max_length=150)
    role = models.CharField(max_length=2, choices=[(role.value, role.label) for role in Role])
    leads_team = models.BooleanField("leads a team", default=False)
    starts_on = models.DateField("starts on")
    ends_on = models.DateField("ends on", null=True, blank=True)
    invited_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody, when made where the service runs",
    )
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField("sent")
    expires_at = models.DateTimeField("can be used until")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    withdrawn_at = models.DateTimeField("taken back", null=True, blank=True)
    accepted_at = models.DateTimeField("accepted", null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_waiting_invitation_per_address_and_authority",
            ),
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")),
                name="invitation_email_is_in_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="invitation_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]),
                name="invitation_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="invitation_is_not_both_accepted_and_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_is_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def can_be_used(self, at: datetime) -> bool:
        """Whether its link still opens at a moment."""
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at


class TermsAcceptance(models.Model):
    """Which version of the terms of use someone accepted, and when."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="terms_accepted")
    version = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "version"], name="terms_accepted_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"terms {self.version} accepted by {self.user_id}"


class SignIn(models.Model):
    """One session of someone: from when until when it was used, from where and with what."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=16, help_text="Keyed digest of the network address")
    browser = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["user", "seen_at"], name="sign_in_by_user")]

    def __str__(self) -> str:
        return f"sign-in {self.pk} of {self.user_id}"
