"""Whatever is done to the trail after it was sealed is found, by those who may do anything."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from ccis.access.database import ROLES, acting_as
from ccis.audit import checking, published, sealing, trail, verifying
from ccis.audit.erasing import erase_details
from ccis.audit.findings import Finding, Outcome
from ccis.audit.models import Seal, TrailDetail, TrailEntry
from ccis.audit.seals import NOTHING_BEFORE, SignedSeal, fingerprint, read_payload, sign
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside", "all_settled")]

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def all_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the test's own transaction for ended."""
    monkeypatch.setattr(sealing, "_server", lambda: ("this server", 2**60, 2**60))


def write(many: int = 1, *, at: datetime = AT, **details: Any) -> list[int]:
    before = set(TrailEntry.objects.values_list("pk", flat=True))
    trail.record_many("thing done", range(1, many + 1), kind="x.y", by=None, at=at,
                      authority=None, **details)  # fmt: skip
    return sorted(set(TrailEntry.objects.values_list("pk", flat=True)) - before)


@pytest.fixture
def lines() -> list[list[int]]:
    """Three seals: of five lines, of four, of three."""
    written = []
    for number, many in enumerate((5, 4, 3), 1):
        written.append(write(many, at=AT + number * MINUTE, code="310", n=many))
        sealing.seal_trail(at=AT + number * MINUTE + MINUTE / 2)
    return written


def check(**given: Any) -> tuple[Outcome, list[Finding]]:
    outcome = Outcome()
    given = {"published": published.read_published(), "keys": published.public_keys()} | given
    found = list(verifying.verify(outcome, **given))
    assert outcome.faults == len(found)
    return outcome, found


def kinds(**given: Any) -> list[str]:
    return [finding.kind for finding in check(**given)[1]]


def run(statement: str, *given: object) -> None:
    """As the owner, who may do anything."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


# -- nothing was done ------------------------------------------------------------------------------


def test_nothing_is_found_where_nothing_was_done(lines):
    outcome, found = check()

    assert found == []
    assert (outcome.seals, outcome.rows, outcome.last_seal) == (3, 12, 3)
    assert (outcome.unsealed, outcome.unpublished, outcome.erased) == (0, 0, 0)


def test_without_any_seal_there_is_nothing_to_say_but_so():
    write(2)
    outcome, found = check()

    assert found == []
    assert outcome.unsealed == 2
    assert "There is no seal in the database." in list(outcome.sentences(now=AT))


def test_what_is_not_sealed_yet_is_counted_and_its_age_told(lines):
    write(2, at=AT + 10 * MINUTE)
    outcome, found = check()

    assert found == []
    said = list(outcome.sentences(now=AT + 14 * MINUTE))
    assert "Not sealed yet: 2 lines, the oldest 4 minutes old." in said


def test_in_batches_it_finds_the_same(lines, monkeypatch):
    monkeypatch.setattr(verifying, "BATCH", 1)
    seen: list[tuple[int, int]] = []
    outcome, found = check(progress=lambda seal, last: seen.append((seal, last)))

    assert (found, outcome.rows) == ([], 12)
    assert seen == [(1, 3), (2, 3), (3, 3)]


# -- lines -----------------------------------------------------------------------------------------

EDITS = {
    "verb": "'another thing'",
    "at": "at + interval '1 second'",
    "by_id": "99",
    "authority_id": "99",
    "subject_kind": "'y.z'",
    "subject_id": "subject_id + 1",
    "change_id": "99",
    "request_reference": "'FFFF'",
    "digest": "sha256('x')",
}


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_line_is_found_whatever_was_edited(lines, column):
    edited = lines[1][2]
    run(f"UPDATE audit_trail_entry SET {column} = {EDITS[column]} WHERE id = %s", edited)

    found = check()[1]

    assert (found[-1].kind, found[-1].seal, found[-1].rows) == ("rows-changed", 2, (edited,))
    assert {finding.kind for finding in found} <= {"rows-changed", "details-changed"}


def test_every_column_of_a_line_is_tried_here():
    assert {field.column for field in TrailEntry._meta.fields} == {*EDITS, "id", "tx"}


def test_a_line_given_another_number_is_found(lines):
    run("UPDATE audit_trail_entry SET id = 9000000 WHERE id = %s", lines[1][2])
    run("UPDATE audit_trail_detail SET entry_id = 9000000 WHERE entry_id = %s", lines[1][2])

    outcome, found = check()

    assert [(one.kind, one.seal, one.rows) for one in found] == [
        ("rows-missing", 2, (lines[1][2],))
    ]
    assert outcome.unsealed == 1, "it stands after the last seal"


@pytest.mark.parametrize("tx", [-1, 2**50])
def test_a_line_moved_to_another_transaction_is_found(lines, tx):
    run("UPDATE audit_trail_entry SET tx = %s WHERE id = %s", tx, lines[1][2])

    assert "rows-missing" in kinds()


def test_a_deleted_line_is_found(lines):
    run("DELETE FROM audit_trail_entry WHERE id = %s", lines[0][4])

    (found,) = check()[1]
    assert (found.kind, found.seal, found.rows) == ("rows-missing", 1, (lines[0][4],))


def test_all_lines_of_a_seal_deleted_are_found(lines):
    run("DELETE FROM audit_trail_entry WHERE id = ANY(%s)", lines[1])

    (found,) = check()[1]
    assert (found.kind, found.seal, found.rows) == ("rows-missing", 2, tuple(lines[1]))


def test_two_lines_that_changed_places_are_found(lines):
    one, other = lines[0][0], lines[0][3]
    run("UPDATE audit_trail_entry SET subject_id = 5 - subject_id WHERE id IN (%s, %s)", one, other)

    (found,) = check()[1]
    assert (found.kind, found.rows) == ("rows-changed", (one, other))


def test_two_lines_that_exchanged_everything_but_their_numbers_are_found(lines):
    one, other = lines[0][0], lines[1][0]
    columns = ", ".join(EDITS)
    run(
        f"UPDATE audit_trail_entry e SET ({columns}) = (SELECT {columns} FROM audit_trail_entry o"
        " WHERE o.id = CASE e.id WHEN %s THEN %s::bigint ELSE %s END) WHERE e.id IN (%s, %s)",
        one, other, one, one, other,
    )  # fmt: skip

    found = {(finding.kind, finding.seal) for finding in check()[1]}
    assert {("rows-changed", 1), ("rows-changed", 2)} <= found


def insert(**given: object) -> None:
    values = {"id": 9_000_001, "tx": None, "at": AT, "verb": "person seen", "subject_kind": "",
              "request_reference": "", "digest": b"x"} | given  # fmt: skip
    values = {name: value for name, value in values.items() if value is not None}
    marks = ", ".join(["%s"] * len(values))
    run(f"INSERT INTO audit_trail_entry ({', '.join(values)}) VALUES ({marks})", *values.values())
    trail_id = values["id"]
    run("INSERT INTO audit_trail_detail (entry_id, salt, details) VALUES (%s, '', '{}')", trail_id)
    run("UPDATE audit_trail_entry SET digest = sha256('{}') WHERE id = %s", trail_id)


def test_a_line_put_in_among_the_sealed_is_found(lines):
    tx = TrailEntry.objects.get(pk=lines[0][0]).tx
    insert(id=lines[0][0] - 1, tx=tx, at=AT + MINUTE)

    (found,) = check()[1]
    assert (found.kind, found.seal, found.rows) == ("rows-added", 1, (lines[0][0] - 1,))


def test_a_line_put_in_before_the_first_is_found(lines):
    insert(id=-5, tx=-5)

    assert kinds() == ["rows-added"]


def test_a_line_put_in_twice_under_one_number_is_found(lines):
    tx = TrailEntry.objects.get(pk=lines[0][2]).tx
    run(
        "INSERT INTO audit_trail_entry (id, tx, at, verb, subject_kind, request_reference, digest)"
        " VALUES (%s, %s, %s, 'person seen', '', '', '')",
        lines[0][2], tx, AT,
    )  # fmt: skip

    found = check()[1]
    assert ("rows-added", (lines[0][2],)) in {(one.kind, one.rows) for one in found}


def test_a_line_put_in_now_with_a_time_long_past_is_found_once_it_is_sealed(lines):
    insert(at=AT - timedelta(days=30))
    sealing.seal_trail(at=AT + 9 * MINUTE)

    (found,) = check()[1]
    assert (found.kind, found.seal, found.rows) == ("out-of-time", 4, (9_000_001,))


def test_what_was_written_while_the_sealer_stood_still_is_of_its_time(lines):
    write(3, at=AT + timedelta(hours=5))
    write(3, at=AT + timedelta(hours=30))
    sealing.seal_trail(at=AT + timedelta(days=3), batch=2)

    assert kinds() == []


def test_a_month_that_was_taken_off_is_found(lines):
    run("ALTER TABLE audit_trail_entry DETACH PARTITION audit_trail_entry_2026_11")

    found = check()[1]
    assert "audit_trail_entry_2026_11 is no longer part of the trail." in [f.words for f in found]
    assert [one.seal for one in found if one.kind == "rows-missing"] == [1, 2, 3]


def test_a_whole_table_that_is_empty_is_found(lines):
    run("TRUNCATE audit_trail_entry")

    assert kinds() == ["rows-missing"] * 3


# -- details ---------------------------------------------------------------------------------------


def test_edited_details_are_found(lines):
    run("""UPDATE audit_trail_detail SET details = '{"code": "320"}' WHERE entry_id = %s""",
        lines[2][0])  # fmt: skip

    (found,) = check()[1]
    assert (found.kind, found.seal, found.rows) == ("details-changed", 3, (lines[2][0],))
    assert "320" not in found.words


def test_details_with_another_salt_are_found(lines):
    run("UPDATE audit_trail_detail SET salt = '' WHERE entry_id = %s", lines[2][0])

    assert kinds() == ["details-changed"]


def test_details_taken_away_without_an_erasure_are_found(lines):
    run("DELETE FROM audit_trail_detail WHERE entry_id = %s", lines[2][0])

    (found,) = check()[1]
    assert (found.kind, found.rows) == ("details-missing", (lines[2][0],))


@pytest.mark.parametrize("line", [9_000_000, "of another verb"])
def test_details_emptied_in_the_name_of_no_erasure_are_found(lines, line):
    named = line if isinstance(line, int) else lines[0][0]
    run(
        "UPDATE audit_trail_detail SET salt = '', details = '{}', erased_by = %s WHERE entry_id=%s",
        named, lines[2][0],
    )  # fmt: skip

    assert kinds() == ["erasure-disagrees"]


def test_details_of_any_kind_hold(lines):
    write(
        2, words='geprüft – \U0001f600 " \\ \t', several=[1, 2.5, None, True], also={"b": 1, "a": 2}
    )
    sealing.seal_trail(at=AT + 9 * MINUTE)

    assert kinds() == []


# -- erasure ---------------------------------------------------------------------------------------


def test_details_can_be_erased_and_the_chain_holds(lines):
    officer, authority = UserFactory(), AuthorityFactory()

    erased = erase_details(lines[0][:2] + lines[1], by=officer, why="retention rule",
                           at=AT + 5 * MINUTE, authority=authority)  # fmt: skip
    assert erased == 6
    assert kinds() == [], "before the erasure itself is sealed"
    sealing.seal_trail(at=AT + 6 * MINUTE)

    outcome, found = check()
    assert (found, outcome.erased) == ([], 6)
    assert "Details erased: 6. Their lines are as they were sealed." in list(
        outcome.sentences(now=AT)
    )
    left = TrailDetail.objects.get(entry_id=lines[0][0])
    assert (left.details, bytes(left.salt)) == ({}, b"")
    assert TrailDetail.objects.get(entry_id=lines[0][2]).details == {"code": "310", "n": 5}
    line = TrailEntry.objects.get(verb="details erased")
    assert (line.by_id, line.authority_id) == (officer.pk, authority.pk)
    said = TrailDetail.objects.get(entry_id=line.pk).details
    assert said == {"lines": 6, "why": "retention rule"}
    assert left.erased_by == line.pk


def erase(lines: list[int], why: str = "retention rule") -> int:
    return erase_details(lines, by=None, why=why, at=AT + 5 * MINUTE, authority=None)


def test_erased_again_nothing_changes(lines):
    assert erase(lines[0]) == 5
    assert erase(lines[0]) == 0
    assert TrailEntry.objects.filter(verb="details erased").count() == 1
    assert kinds() == []


def test_what_is_not_sealed_yet_can_be_erased(lines):
    unsealed = write(2)
    assert erase(unsealed + lines[0]) == 7
    assert kinds() == []
    sealing.seal_trail(at=AT + 9 * MINUTE)
    assert kinds() == []


def test_an_erasure_itself_cannot_be_erased(lines):
    erase(lines[0])
    line = TrailEntry.objects.get(verb="details erased")

    assert erase([line.pk]) == 0


def test_an_erasure_that_tells_of_fewer_is_found(lines):
    erase(lines[0])
    line = TrailEntry.objects.get(verb="details erased").pk
    sealing.seal_trail(at=AT + 9 * MINUTE)
    run("UPDATE audit_trail_detail SET salt = '', details = '{}', erased_by = %s WHERE entry_id=%s",
        line, lines[1][0])  # fmt: skip

    assert kinds() == ["erasure-disagrees"]


@pytest.mark.parametrize("why", ["", "Amara Oduya", "born 14/3/2009", 'x"y', "é"])
def test_why_is_said_in_plain_words_that_name_nobody(lines, why):
    with pytest.raises(ValueError, match="few plain words"):
        erase(lines[0], why=why)


def test_the_database_too_wants_plain_words():
    with pytest.raises(DatabaseError, match="few plain words"):
        run("SELECT audit_erase_details('{}', 1, 'Amara', 1, now(), '')")


@pytest.mark.parametrize("role", ROLES)
def test_only_the_owner_may_erase(lines, role):
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(role):
        erase(lines[0])

    assert check()[0].erased == 0


# -- seals -----------------------------------------------------------------------------------------


def alter_seal(number: int, **changes: object) -> None:
    said = json.loads(Seal.objects.get(number=number).payload) | changes
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    Seal.objects.filter(number=number).update(payload=text)


@pytest.mark.parametrize(
    "changes",
    [{"rows": 3}, {"made_at": "2026-11-20T08:00:00.000000+00:00"}, {"digest": "0" * 64}],
    ids=["count", "time", "digest"],
)
def test_an_edited_seal_is_found(lines, changes):
    alter_seal(2, **changes)

    found = check()[1]
    assert {("seal-differs", 2), ("seal-signature", 2), ("seal-chain", 3)} <= {
        (one.kind, one.seal) for one in found
    }


@pytest.mark.parametrize("text", ["", "{}", '{"version":2}', "null", "[]"])
def test_a_seal_that_is_none_is_found(lines, text):
    Seal.objects.filter(number=2).update(payload=text)

    assert "seal-unreadable" in kinds()


def test_another_signature_is_found(lines):
    Seal.objects.filter(number=2).update(signature=bytes(64))

    assert kinds() == ["seal-signature"]


def test_an_edited_list_beside_a_seal_is_found_and_the_lines_are_not_blamed(lines):
    Seal.objects.filter(number=2).update(ids=[1, 2, 3, 4])

    assert kinds() == ["seal-marks"]


def test_a_list_made_to_fit_edited_lines_does_not_help(lines):
    run("DELETE FROM audit_trail_entry WHERE id = %s", lines[1][0])
    seal = Seal.objects.get(number=2)
    Seal.objects.filter(number=2).update(ids=seal.ids[1:], marks=bytes(seal.marks)[8:])

    assert kinds() == ["rows-differ"]


def test_a_deleted_seal_is_found(lines):
    Seal.objects.filter(number=2).delete()

    found = check()[1]
    assert ("seal-missing", 2) in {(one.kind, one.seal) for one in found}


def test_the_last_seal_deleted_is_found(lines):
    Seal.objects.filter(number=3).delete()

    found = check()[1]
    assert [one.kind for one in found] == ["end-missing"]
    assert "ends at seal 2" in found[0].words


def test_the_end_cut_off_lines_and_all_is_found(lines):
    Seal.objects.filter(number__gt=1).delete()
    run("DELETE FROM audit_trail_entry WHERE id > %s", lines[0][-1])

    (found,) = check()[1]
    assert found.kind == "end-missing"
    assert "restored from a backup of about that time, or its end was cut off" in found.words


def rebuild(key: Ed25519PrivateKey) -> None:
    """What someone does who has the whole database: seals made again over altered lines."""
    run("UPDATE audit_trail_entry SET by_id = 7 WHERE verb = 'thing done'")
    Seal.objects.all().delete()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(published, "signing_key", lambda *, make: key)
        patched.setattr(published, "last_published", lambda: None)
        patched.setattr(published, "publish", lambda seals: len(list(seals)))
        patched.setattr(published, "public_keys", lambda: {})
        sealing.seal_trail(at=AT + 9 * MINUTE)


def test_a_chain_made_again_with_another_key_is_found(lines):
    rebuild(Ed25519PrivateKey.generate())

    assert {"seal-differs", "seal-signature", "end-missing"} <= set(kinds())


def test_without_the_published_seals_another_key_is_still_found(lines):
    rebuild(Ed25519PrivateKey.generate())

    assert kinds(published=[]) == ["seal-signature"]


def test_a_chain_made_again_with_our_own_key_is_found_by_the_published_seals(lines):
    rebuild(published.signing_key(make=False))

    assert kinds(published=[]) == [], "the key alone cannot tell"
    assert {"seal-differs", "end-missing"} <= set(kinds())


def test_one_seal_signed_again_with_our_own_key_breaks_the_chain(lines):
    key = published.signing_key(make=False)
    payload = read_payload(Seal.objects.get(number=2).payload)
    run("DELETE FROM audit_trail_entry WHERE id = ANY(%s)", lines[1])
    again = sign(replace(payload, rows=0, digest=NOTHING_BEFORE), key)
    Seal.objects.filter(number=2).update(payload=again.text, signature=again.signature)

    assert "seal-chain" in kinds(published=[])


# -- the published copy ----------------------------------------------------------------------------


def seals_file(outside: Path) -> Path:
    (file,) = outside.glob("seals-*.txt")
    return file


def test_a_published_seal_taken_away_is_found(lines, outside):
    file = seals_file(outside)
    one, _, three = file.read_text().splitlines()
    file.write_text(f"{one}\n{three}\n")

    assert kinds() == ["published-missing"]


def test_a_published_copy_that_is_older_is_no_fault(lines, outside, tmp_path):
    old = tmp_path / "old.txt"
    old.write_text("".join(seals_file(outside).read_text().splitlines(keepends=True)[:1]))

    outcome, found = check(published=published.read_published([old]))

    assert found == []
    assert outcome.unpublished == 2
    assert "Not in the published copy: 2 seals." in list(outcome.sentences(now=AT))


def test_an_edited_published_seal_is_found(lines, outside):
    file = seals_file(outside)
    file.write_text(file.read_text().replace('"rows":4', '"rows":5'))

    assert {"published-signature", "seal-differs"} <= set(kinds())


@pytest.mark.parametrize("text", ["nonsense\n", "{}\tabcd\n", "\n"])
def test_a_published_line_that_is_no_seal_is_found(lines, outside, text):
    with seals_file(outside).open("a") as file:
        file.write(text)

    assert kinds() == ["published-unreadable"]


# -- since -----------------------------------------------------------------------------------------


def test_since_a_time_the_lines_before_it_are_left_out(lines):
    run("DELETE FROM audit_trail_entry WHERE id = %s", lines[0][0])

    outcome, found = check(since=AT + 2 * MINUTE)

    assert found == []
    assert (outcome.first_seal, outcome.seals, outcome.rows) == (2, 2, 7)
    run("DELETE FROM audit_trail_entry WHERE id = %s", lines[2][0])
    assert kinds(since=AT + 2 * MINUTE) == ["rows-missing"]


# -- the command -----------------------------------------------------------------------------------


def test_the_command_says_what_it_checked_and_leaves_a_line(lines, capsys):
    assert checking.last_checked() is None
    call_command("verify_audit")

    said = capsys.readouterr()
    assert "Checked 12 lines in 3 seals, 1 to 3." in said.out
    assert "No fault was found." in said.out
    assert "checked up to seal 3 of 3" in said.err
    checked = checking.last_checked()
    assert checked is not None
    assert (checked.seals, checked.lines, checked.faults, checked.whole) == (3, 12, 0, True)


def test_the_command_ends_with_status_one_for_a_fault(lines, capsys):
    run("DELETE FROM audit_trail_entry WHERE id = %s", lines[0][0])

    with pytest.raises(CommandError, match="not as it was sealed") as error:
        call_command("verify_audit", "--json", "--no-record")

    assert error.value.returncode == 1
    *findings, summary = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["finding"], one["seal"], one["rows"]) for one in findings] == [
        ("rows-missing", 1, [lines[0][0]])
    ]
    assert (summary["faults"], summary["rows"], summary["seals"]) == (1, 11, 3)
    assert checking.last_checked() is None


def test_the_command_takes_seals_and_keys_from_elsewhere(lines, outside, tmp_path, capsys):
    copied = tmp_path / "an auditor's own"
    shutil.copytree(outside, copied)
    (key,) = copied.glob("key-*.pem")
    rebuild(published.signing_key(make=False))
    shutil.rmtree(outside)

    with pytest.raises(CommandError):
        call_command(
            "verify_audit", "--no-record",
            "--seals", str(seals_file(copied)), "--public-key", str(key),
        )  # fmt: skip
    assert "seal-differs" in capsys.readouterr().out


def test_what_is_not_there_or_no_key_is_said(tmp_path):
    with pytest.raises(CommandError, match="nothing at"):
        call_command("verify_audit", "--seals", str(tmp_path / "nowhere.txt"))
    (tmp_path / "key.pem").write_text("not a key")
    with pytest.raises(CommandError, match="no public key"):
        call_command("verify_audit", "--public-key", str(tmp_path / "key.pem"))


@pytest.fixture
def told() -> Callable[[], str]:
    """Everything that findings say."""
    return lambda: " ".join(finding.words for finding in check()[1])


def test_nothing_personal_is_said(lines, told):
    run("UPDATE audit_trail_entry SET verb = 'Amara Oduya' WHERE id = %s", lines[0][0])
    run("""UPDATE audit_trail_detail SET details = '{"name": "Amara Oduya"}'""")

    assert "Amara" not in told()


def test_an_auditor_can_follow_a_line_with_nothing_but_the_how_to(lines, outside):
    """The published form: payload, tab, Ed25519 signature in hexadecimal."""
    text, _, signature = seals_file(outside).read_text().splitlines()[0].partition("\t")
    (key,) = published.public_keys().values()

    key.verify(bytes.fromhex(signature), text.encode())
    assert json.loads(text)["key"] == fingerprint(key)
    assert (
        SignedSeal(text, bytes.fromhex(signature)).line() + "\n" in seals_file(outside).read_text()
    )
