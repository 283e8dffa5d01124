"""Messages of the drop box as they are read: their kind, their words, where mailboxes are."""

import pytest

from optout.mailbox import parsing
from optout.mailbox.plain import plain_text
from optout.mailbox.rules import AUTOMATIC, BOUNCE, LETTER, sort_of
from optout.mailbox.setting import BadSetting, read_address
from tests.imap import written


@pytest.mark.parametrize(
    ("headers", "sender", "expected"),
    [
        ({"subject": "Stop"}, "amara@example.org", LETTER),
        ({"auto-submitted": "no"}, "amara@example.org", LETTER),
        ({"precedence": "list"}, "amara@example.org", LETTER),
        ({"subject": "Is your automatic reply on?"}, "amara@example.org", LETTER),
        ({"return-path": "<x@example.org>"}, "postmaster@example.org", LETTER),
        ({"content-type": "multipart/report; report-type=delivery-status"}, "a@b.c", BOUNCE),
        ({"return-path": "<>"}, "MAILER-DAEMON@example.org", BOUNCE),
        ({"x-failed-recipients": "a@b.c"}, "amara@example.org", BOUNCE),
        ({"auto-submitted": "auto-replied; x=1"}, "amara@example.org", AUTOMATIC),
        ({"precedence": "bulk"}, "news@example.org", AUTOMATIC),
        ({"x-autoreply": "yes"}, "amara@example.org", AUTOMATIC),
        ({"subject": "Automatic reply: Your letter"}, "amara@example.org", AUTOMATIC),
        (
            {"content-type": "multipart/report; report-type=disposition-notification"},
            "amara@example.org",
            AUTOMATIC,
        ),
    ],
)
def test_only_what_a_machine_says_of_itself_makes_it_no_letter(headers, sender, expected):
    assert sort_of(headers, sender=sender) == expected


def test_html_becomes_what_a_reader_sees():
    html = (
        "<html><head><title>x</title><style>p{}</style><body><p>Please&nbsp;<b>stop</b></p>"
        "<script>alert(1)</script><div>Thank<br>you</div>"
    )
    assert plain_text(html) == "Please stop\n\nThank\nyou"


def test_a_message_of_many_parts_gives_its_words_and_names_what_it_leaves_out():
    content = (
        b"From: =?utf-8?q?Zo=C3=AB?= <zoe@example.org>\r\nReply-To: mum@example.org\r\n"
        b"Subject: =?utf-8?b?VGVpbGVu?=\r\nMessage-ID: <a@b>\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
        b'--x\r\nContent-Type: multipart/alternative; boundary="y"\r\n\r\n'
        b"--y\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\nCaf\xe9\r\n"
        b"--y\r\nContent-Type: text/html\r\n\r\n<p>not this</p>\r\n--y--\r\n"
        b'--x\r\nContent-Type: application/pdf; name="proof.pdf"\r\n'
        b'Content-Disposition: attachment; filename="proof.pdf"\r\n\r\nabc\r\n'
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner words\r\n--x--\r\n"
    )
    letter = parsing.read(content)

    assert (letter.sender, letter.sender_name) == ("zoe@example.org", "Zoë")
    assert (letter.answer_to, letter.subject, letter.text) == ("mum@example.org", "Teilen", "Café")
    assert letter.left_out == ["proof.pdf", parsing.UNNAMED]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xff",
        b"From: \xff\xfe<<>>,,\r\nSubject: =?bad?q?=ZZ?=\r\nContent-Type: multipart/mixed\r\n\r\nx",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n\r\n" * 500,
    ],
)
def test_nothing_that_is_sent_stops_the_reading(content):
    assert "\x00" not in parsing.read(content).text


def test_the_same_message_is_known_again_and_another_under_its_id_is_not():
    first = parsing.read(b"Received: by a\r\n" + written())

    assert parsing.read(b"Received: by b\r\n" + written()).mark == first.mark
    assert parsing.read(written("Please carry on.")).mark != first.mark
    assert parsing.read(written(message_id="<two@example.org>")).mark != first.mark


def test_a_mailbox_is_an_address_that_is_sealed_unless_it_is_here():
    found = read_address("imaps://drop%40box.uk:s%3Acret@mail.box.uk/In%20box?Done")
    assert (found.user, found.password, found.port) == ("drop@box.uk", "s:cret", 993)
    assert (found.folder, found.taken, found.is_sealed) == ("In box", "Done", True)
    assert "cret" not in repr(found)
    assert not read_address("imap://a:b@127.0.0.1:1143").is_sealed
    for wrong in ("imap://a:b@mail.box.uk", "https://a:b@mail.box.uk", "imaps://mail.box.uk", "?"):
        with pytest.raises(BadSetting):
            read_address(wrong)
