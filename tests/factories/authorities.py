"""Authorities: the register is loaded at migrate, so these are looked up, not made."""

import factory

from ccis.authorities.models import Authority

CROYDON = "306"
BARNET = "302"


class AuthorityFactory(factory.django.DjangoModelFactory):
    """The authority with a code, kept here: by default 306."""

    class Meta:
        model = Authority
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = CROYDON
    name = factory.LazyAttribute(lambda o: f"Authority {o.code}")
    database_id = factory.LazyAttribute(lambda o: o.code)

    @factory.post_generation
    def kept_here(obj, create, extracted, **kwargs):
        if create and not obj.is_served:
            obj.is_served = True
            obj.save(update_fields=["is_served"])
