"""Templates and the published list: a new version each time, and nothing ever changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from optout.errors import CannotDo
from optout.letters import rules
from optout.letters.models import ListedProvider, ProviderList, Template, Version
from optout.letters.queries import current_list
from providers.models import Provider


@transaction.atomic
def begin(*, authority: Authority, name: str, by: User, at: datetime) -> Template:
    """Begin a template under a name; it has no words until a version is published.

    Raises ``CannotDo`` for a name that is taken.
    """
    try:
        with transaction.atomic():
            template = Template.objects.create(authority=authority, name=name)
    except IntegrityError as error:
        raise CannotDo("There is a template of this name already", field="name") from error
    trail.record("template begun", by=by, at=at, authority=authority, subject=template)
    return template


@transaction.atomic
def publish(
    template: Template, *, by: User, at: datetime, after: int, said: dict[str, Any]
) -> Version:
    """Publish a version: ``said`` are the columns of ``Version`` that hold what it says.

    ``after`` is the number that it was written from (0 for none). Raises ``CannotDo``, naming the
    lines, for placeholders that are unknown or missing, and when somebody published another
    version meanwhile.
    """
    wrong = rules.problems(said["body"])
    if wrong:
        raise CannotDo("\n".join(wrong), field="body")
    Authority.objects.select_for_update(no_key=True).get(pk=template.authority_id)
    newest = template.versions.order_by("-number").first()
    number = newest.number if newest else 0
    if number != after:
        raise CannotDo(f"Version {number} was published meanwhile. Look at it first")
    version = Version.objects.create(
        template=template, number=number + 1, published_by=by, published_at=at, **said
    )
    trail.record(
        "template published",
        by=by,
        at=at,
        authority=template.authority,
        subject=template,
        version=version.number,
        language=version.language,
        columns=len(version.columns),
    )
    return version


@transaction.atomic
def publish_list(
    authority: Authority,
    *,
    providers: Iterable[Provider],
    why: str,
    after: int,
    by: User | None,
    at: datetime,
) -> ProviderList:
    """Publish a version of the list of organisations that letters point to (LC-14).

    ``by=None`` where the service does it, when an agreement runs out. Raises ``CannotDo`` when
    somebody published another meanwhile.
    """
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    newest = current_list(authority)
    number = newest.version if newest else 0
    if number != after:
        raise CannotDo(f"Version {number} of the list was published meanwhile. Look at it first")
    made = ProviderList.objects.create(
        authority=authority, version=number + 1, made_by=by, made_at=at, why=why
    )
    listed = ListedProvider.objects.bulk_create(
        ListedProvider(list=made, provider=provider) for provider in providers
    )
    trail.record(
        "list of organisations published",
        by=by,
        at=at,
        authority=authority,
        subject=made,
        version=made.version,
        organisations=len(listed),
    )
    return made
