import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory

from ccis.files import uploads
from ccis.files.storage import read_stored, store

HANDLER = "ccis.files.uploads.MemoryOnlyUploadHandler"


@pytest.fixture
def received(settings):
    settings.FILE_UPLOAD_HANDLERS = [HANDLER]

    def send(content):
        request = RequestFactory().post(
            "/files/new/", {"file": SimpleUploadedFile("a.csv", content)}
        )
        return request.FILES["file"]

    return send


@pytest.mark.parametrize("size", [1, 100, 3_000_000])
def test_an_upload_of_any_size_stays_in_memory(received, size, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "there is no such folder"))
    upload = received(b"x" * size)
    assert isinstance(upload, InMemoryUploadedFile)
    assert (upload.name, upload.size) == ("a.csv", size)
    assert upload.read() == b"x" * size


def test_too_large_an_upload_is_cut_off_one_byte_too_late(received, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 100_001)
    assert received(b"x" * 250_000).size == 100_001


def test_an_upload_can_be_stored_as_it_is(received, settings, tmp_path):
    settings.FILES_FOLDER, settings.KEYS_FOLDER = tmp_path / "files", tmp_path / "keys"
    stored = store(received(b"UPN\n1\n" * 50_000))
    assert stored.size == 300_000
    assert read_stored(stored.id) == b"UPN\n1\n" * 50_000


def test_the_service_uses_it(settings):
    assert settings.FILE_UPLOAD_HANDLERS == [HANDLER]
