"""The key of all keys is changed while files stay open, and can be stopped half-way."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from ccis.accounts.factors.sealing import open_sealed, seal
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.files import storage
from tests.factories.accounts import UserFactory

OLD = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
NEW = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="


@pytest.mark.django_db
def test_keys_and_secrets_are_wrapped_by_the_new_key_and_that_is_recorded(
    settings, tmp_path, monkeypatch
):
    settings.FILES_FOLDER, settings.KEYS_FOLDER = tmp_path / "files", tmp_path / "keys"
    settings.FILE_KEY = OLD
    kept = [storage.store(b"%d" % n).id for n in range(3)]
    factor = Authenticator.objects.create(
        user=UserFactory(), type=Authenticator.Type.TOTP, data={"secret": seal("a secret")}
    )
    settings.FILE_KEY = NEW
    with pytest.raises(CommandError, match="Add the key that sealed it"):
        call_command("rotate_file_keys", stdout=StringIO(), stderr=StringIO())
    settings.FILE_KEYS_BEFORE = [OLD]
    assert open_sealed(factor.data["secret"]) == "a secret"

    monkeypatch.setattr(storage, "_keep_key", once(storage._keep_key))
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_file_keys", stdout=StringIO())
    monkeypatch.undo()
    assert [storage.read_stored(one) for one in kept] == [b"0", b"1", b"2"]
    said = StringIO()
    call_command("rotate_file_keys", check=True, stdout=said)
    call_command("rotate_file_keys", stdout=said)

    assert "2 keys are not wrapped" in said.getvalue()
    assert "Wrapped again: 2 keys, 1 secrets" in said.getvalue()
    settings.FILE_KEYS_BEFORE = []
    assert [storage.read_stored(one) for one in kept] == [b"0", b"1", b"2"]
    factor.refresh_from_db()
    assert open_sealed(factor.data["secret"]) == "a secret"
    line = TrailEntry.objects.filter(verb="file keys rotated").latest("pk")
    assert TrailDetail.objects.get(entry_id=line.pk).details["keys"] == 2


def once(real):
    """The function, that is stopped the second time."""
    calls = []

    def do(*given):
        calls.append(given)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return real(*given)

    return do
