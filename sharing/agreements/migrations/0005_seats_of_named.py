"""Whoever is named and has an account already gets their seat: nobody is shut out."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def seat_who_is_named(apps: Any, schema_editor: Any) -> None:
    """Give a seat to each approved named person whose account has the role for the council.

    The first of an organisation looks after its access.
    """
    named = apps.get_model("agreements", "NamedPerson")
    user_model = apps.get_model("accounts", "User")
    seat_model = apps.get_model("seats", "Seat")
    at = timezone.now()
    today = timezone.localdate(at)
    there = named.objects.filter(approved_at__isnull=False, ended_at=None)
    for one in there.select_related("agreement").order_by("approved_at", "pk"):
        place = {
            "provider_id": one.agreement.provider_id,
            "authority_id": one.agreement.authority_id,
        }
        user = user_model.objects.filter(
            email=one.email,
            is_active=True,
            memberships__authority=one.agreement.authority_id,
            memberships__role="PN",
            memberships__starts_on__lte=today,
            memberships__ends_on=None,
        ).first()
        seats = seat_model.objects.filter(**place, ended_at=None)
        if user is None or seats.filter(user=user).exists():
            continue
        first = not seats.filter(may_manage=True).exists()
        seat_model.objects.create(user=user, **place, may_manage=first, made_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_returned"),
        ("seats", "0002_offers"),
        ("accounts", "0006_sign_ins"),
    ]

    operations = [migrations.RunPython(seat_who_is_named, migrations.RunPython.noop)]
