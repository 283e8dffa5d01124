"""Where addresses lie: their ward by name, and which are missing in the gazetteer (PIA-24)."""

from django.db.models import Exists, OuterRef, Q

from caseload.models import Address
from ccis.authorities.models import GazetteerAddress, Postcode, Ward


def missing_in_gazetteer() -> Q:
    """What holds of addresses that should be in the gazetteer of whoever keeps the record.

    Nothing is missing before a gazetteer was loaded. An address whose postcode lies in another
    area need not be there.
    """
    lead = OuterRef("person__lead_authority")
    gazetteer = GazetteerAddress.objects.filter(authority=lead)
    there = gazetteer.filter(uprn=OuterRef("uprn"), gone_on=None)
    elsewhere = Postcode.objects.filter(postcode=OuterRef("postcode"), authority__isnull=False)
    elsewhere = elsewhere.exclude(authority=lead)
    return ~Q(postcode="") & Q(Exists(gazetteer)) & ~Q(Exists(there)) & ~Q(Exists(elsewhere))


def is_missing(address: Address) -> bool:
    """Whether one address should be in the gazetteer of whoever keeps the record and is not."""
    return Address.objects.filter(missing_in_gazetteer(), pk=address.pk).exists()


def ward_in_words(code: str) -> str:
    """A ward by its name, or by its code where names were not loaded."""
    name = Ward.objects.filter(code=code).values_list("name", flat=True).first()
    return name or code
