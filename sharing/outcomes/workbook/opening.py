"""Opening what was sent back: the encrypted workbook or zip with its passphrase, or the bare one.

Nothing here keeps anything; the passphrase goes no further.
"""

import io
import zipfile

import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile

from sharing.errors import CannotShare

MOST_BYTES = 20_000_000
"""Of a workbook, as sent and as opened. One of 5,000 people has less than one million."""
MOST_SPINS = 1_000_000
"""Rounds that a passphrase may be hashed; Excel asks for a tenth of it."""

ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKAGE = "EncryptedPackage".encode("utf-16-le")

TOO_LARGE = f"This file is larger than {MOST_BYTES // 1_000_000} MB"
NO_PHRASE = "This file is encrypted. Enter its passphrase, or take the password off"
WRONG_PHRASE = "This passphrase does not open the file"
NOT_ONE = "This zip must hold one Excel workbook and nothing else"


def opened(content: bytes, passphrase: str) -> bytes:
    """The workbook itself. What is not encrypted comes back as it is, whatever it be.

    Raises ``CannotShare`` with the field to mend: ``file`` or ``passphrase``.
    """
    if len(content) > MOST_BYTES:
        raise CannotShare(TOO_LARGE, field="file")
    if not content:
        raise CannotShare("This file is empty", field="file")
    if content.startswith(ENCRYPTED_OFFICE) and PACKAGE in content:
        return _of_office(content, _given(passphrase))
    if content.startswith(b"PK\x03\x04") and _is_plain_zip(content):
        return _of_zip(content, passphrase)
    return content


def _given(passphrase: str) -> str:
    passphrase = passphrase.strip()
    if not passphrase:
        raise CannotShare(NO_PHRASE, field="passphrase")
    return passphrase


def _of_office(content: bytes, passphrase: str) -> bytes:
    out = io.BytesIO()
    try:
        file = OOXMLFile(io.BytesIO(content))
        if file.type != "agile" or int(file.info["spinValue"]) > MOST_SPINS:
            raise CannotShare("We cannot open files encrypted in this way", field="file")
        file.load_key(password=passphrase, verify_password=True)
        file.decrypt(out)
    except CannotShare:
        raise
    except Exception as error:  # of a hostile or damaged file, or the passphrase: many kinds
        raise CannotShare(WRONG_PHRASE, field="passphrase") from error
    if out.tell() > MOST_BYTES:
        raise CannotShare(TOO_LARGE, field="file")
    return out.getvalue()


def _is_plain_zip(content: bytes) -> bool:
    """Whether it is a zip, and no workbook, which is one too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "[Content_Types].xml" not in package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _of_zip(content: bytes, passphrase: str) -> bytes:
    try:
        with pyzipper.AESZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) != 1 or not entries[0].filename.lower().endswith(".xlsx"):
                raise CannotShare(NOT_ONE, field="file")
            if entries[0].flag_bits & 1:
                package.setpassword(_given(passphrase).encode())
            with package.open(entries[0]) as entry:
                found: bytes = entry.read(MOST_BYTES + 1)
    except CannotShare:
        raise
    except Exception as error:  # wrong passphrase, damaged, packed in a way that we do not know
        raise CannotShare(WRONG_PHRASE, field="passphrase") from error
    if len(found) > MOST_BYTES:
        raise CannotShare(TOO_LARGE, field="file")
    return found
