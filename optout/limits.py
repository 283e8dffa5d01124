"""How often one address, or one code, may be used in an hour (no puzzles to solve).

Counted in the shared cache by a keyed digest, so that the cache says nothing about whom.
"""

from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

AN_HOUR = 60 * 60


class Counted(StrEnum):
    """What is counted, each with its own limit in the settings."""

    WRONG_CODE = "wrong-code"
    OPENING = "opening"
    SENDING = "sending"


def most(counted: Counted) -> int:
    """How many are allowed in an hour."""
    return int(settings.CHOICES_LIMITS[counted])


def address_of(request: HttpRequest) -> str:
    """The address that a request came from, past the proxies that we trust.

    Of IPv6, the network that one customer is given (64 bits): whoever has it has all of it.
    """
    address = ip_address(get_adapter().get_client_ip(request))
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False).network_address)


def is_over(counted: Counted, whose: str) -> bool:
    """Whether an address or a code has used up its hour."""
    return int(cache.get(_name(counted, whose), 0)) >= most(counted)


def count(counted: Counted, whose: str) -> None:
    """Count one more; the hour runs from the first."""
    name = _name(counted, whose)
    cache.add(name, 0, AN_HOUR)
    try:
        cache.incr(name)
    except ValueError:  # it went out of date in between
        cache.set(name, 1, AN_HOUR)


def _name(counted: Counted, whose: str) -> str:
    digest = salted_hmac("optout.limits", whose, algorithm="sha256").hexdigest()
    return f"choices:{counted}:{digest}"
