"""The first administrator of an authority, before anyone can invite from a page."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ccis.access.roles import Role
from ccis.accounts.actions import invitations
from ccis.accounts.errors import CannotChangeAccess
from ccis.authorities.models import Authority
from ccis.govuk.words import date_and_time


class Command(BaseCommand):
    help = (
        "Invite an administrator and print the link that they open once. "
        "The link is as good as a key: give it to nobody else."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Their work email address")
        parser.add_argument("--name", required=True, help="Their name, as others see it")
        parser.add_argument("--authority", required=True, help="Its code of three digits")
        parser.add_argument(
            "--site", required=True, help="Where the site is, like https://ccis.council.example"
        )
        parser.add_argument("--send", action="store_true", help="Email the link to them as well")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        authority = Authority.objects.filter(code=options["authority"]).first()
        if authority is None:
            raise CommandError(f"There is no authority with the code {options['authority']}.")
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError("That is not an email address.") from error
        if not authority.is_served:
            authority.is_served = True
            authority.save(update_fields=["is_served"])
            self.stdout.write(f"{authority.title} is kept here from now on.")
        site = options["site"].rstrip("/")
        at = timezone.now()
        try:
            invitation, link = invitations.invite(
                email=options["email"],
                name=options["name"],
                role=Role.ADMINISTRATOR,
                leads_team=False,
                authority=authority,
                starts_on=timezone.localdate(at),
                ends_on=None,
                by=None,
                at=at,
                link_to=lambda token: site + reverse("invitations:link", args=[token]),
                service=settings.CCIS_SERVICE_NAME,
                send=options["send"],
            )
        except CannotChangeAccess as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Invited as administrator of {authority.title}. Until")
        self.stdout.write(f"{date_and_time(invitation.expires_at)} this link works once:")
        self.stdout.write(f"  {link}")
