"""Sealing the secrets of second factors again, by the present key."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from ccis.accounts.factors.sealing import seal_again

SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def seal_all_again() -> int:
    """Seal every secret that an older key sealed; says how many. May be run again.

    Raises ``CannotOpenSecret`` for one that no key opens.
    """
    done = 0
    for number in Authenticator.objects.filter(type__in=SECRETS).values_list("pk", flat=True):
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().filter(pk=number).first()
            if held is None:
                continue
            name = SECRETS[Authenticator.Type(held.type)]
            if (again := seal_again(held.data.get(name, ""))) is not None:
                held.data[name] = again
                held.save(update_fields=["data"])
                done += 1
    return done
