"""Providers in the directory."""

import factory

from providers.models import Provider


class ProviderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Provider

    name = factory.Sequence(lambda n: f"Kestrel School {n}")
    kind = Provider.Kind.SCHOOL
    dfe_number = factory.Sequence(lambda n: f"306{4000 + n:04d}")

    class Params:
        college = factory.Trait(
            name=factory.Sequence(lambda n: f"Kestrel College {n}"),
            kind=Provider.Kind.COLLEGE,
            dfe_number=factory.Sequence(lambda n: f"306{8000 + n:04d}"),
            ukprn=factory.Sequence(lambda n: f"{10000000 + n}"),
        )
