"""Letters are tagged, keep their tags when joined, and draw what was typed as it stands (LC-02)."""

import io

import pikepdf
import pytest

from optout.letters import joining, printing
from tests.pdf import text_of

HOSTILE = '#read("/etc/passwd") *x* _y_ <z> $a$ \\ // = @b `c` [d] "e'


def letter(name="Amara Oduya", **changed):
    return {
        "to": [name, "12 Castle Street", "NG1 4AB"],
        "from": ["Northgate Council"],
        "date": "3 November 2026",
        "code_label": "Your code:",
        "code": "K7MP 3XQD 9RTH",
        "reference": "Ref 7F3K-Q29M",
        "square": printing.square("https://choices.northgate.example/choices/K7MP3XQD9RTH/"),
        "square_says": "A square to point a phone at",
        "size": 11,
        "pieces": [
            {"kind": "heading", "runs": [{"text": name, "bold": False}], "items": []},
            {"kind": "paragraph", "runs": [{"text": name, "bold": True}], "items": []},
            {"kind": "list", "runs": [], "items": [[{"text": name, "bold": False}]]},
        ],
        **changed,
    }


def elements(pdf):
    """Every element of the tree of tags, with the text that stands for a picture."""
    found, waiting = [], list(pdf.Root.StructTreeRoot.K)
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found.append(one)
            inner = one.get("/K", [])
            waiting += list(inner) if isinstance(inner, pikepdf.Array) else [inner]
    return found


@pytest.fixture(scope="module")
def part():
    names = ["Amara Oduya", HOSTILE, "Łucja Żółć", "Наталія Шевчук", "سارة علي"]
    return printing.set_letters(
        [letter(name) for name in names], title="Letters", sender="Northgate", language="en"
    )


def test_parts_join_with_all_their_tags(part):
    single = pikepdf.open(io.BytesIO(part))
    whole = pikepdf.open(io.BytesIO(joining.join([part, part, part])))
    pages = {page.obj.objgen for page in whole.pages}
    kinds = [str(one.S) for one in elements(whole)]
    numbers = list(whole.Root.StructTreeRoot.ParentTree.Nums)[::2]

    assert len(whole.pages) == 3 * len(single.pages) == 15
    assert len(kinds) == 3 * len(elements(single))
    assert kinds.count("/Figure") == kinds.count("/H1") == 15
    assert all(one.Pg.objgen in pages for one in elements(whole) if "/Pg" in one)
    assert sorted(int(page.obj.StructParents) for page in whole.pages) == list(range(15))
    assert [int(one) for one in numbers] == sorted({int(one) for one in numbers})
    assert b"pdfuaid:part" in whole.Root.Metadata.read_bytes()
    assert bool(whole.Root.MarkInfo.Marked)


def test_what_somebody_typed_is_drawn_and_never_read(part, tmp_path):
    """Set alone, a hostile name has as many tags as a plain one: none of it became markup."""
    plain = printing.set_letters(
        [letter("Amara Oduya"), letter(HOSTILE)], title="x", sender="x", language="en"
    )
    by_page = {}
    opened = pikepdf.open(io.BytesIO(plain))
    for one in elements(opened):
        if "/Pg" in one:
            by_page.setdefault(one.Pg.objgen, []).append(str(one.S))
    first, second = (sorted(by_page[page.obj.objgen]) for page in opened.pages)

    assert first == second


def test_every_page_of_a_long_letter_has_its_reference():
    pieces = letter()["pieces"] * 40
    letters = [letter(pieces=pieces), letter(reference="Ref 2222-2222")]
    content = printing.set_letters(letters, title="x", sender="x", language="en")
    pdf = pikepdf.open(io.BytesIO(content))

    said = [text_of(page) for page in pdf.pages]

    assert len(said) > 2
    assert all("Ref 7F3K-Q29M" in one for one in said[:-1])
    assert "Ref 2222-2222" in said[-1]
    assert not any("Ref 2222-2222" in one for one in said[:-1])


def test_what_cannot_be_set_says_nothing_of_the_letter():
    with pytest.raises(printing.CannotPrint, match=r"^It could not be set$"):
        printing.set_letters([letter("ሰላም")], title="x", sender="x", language="en")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Dear سارة, we would like to help", False),
        ("عزيزتي سارة choices.northgate.example", True),
        ("Silav", False),
        ("ਪਿਆਰੇ ਅਮਾਰਾ", False),
    ],
    ids=["a name from the right", "an address from the left", "Kurdish in Latin", "Gurmukhi"],
)
def test_letters_run_the_way_that_their_words_do(words, expected):
    pieces = [{"kind": "paragraph", "runs": [{"text": words, "bold": False}], "items": []}]

    assert printing.reads_from_right([letter(pieces=pieces)]) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Łucja O’Neill\nçğş", True),
        ("Наталія سارة", True),
        ("আমারা", True),
        ("李明", True),
        ("ٹڈڑہے", True),
        ("ሰላም", False),
    ],
)
def test_names_that_the_typeface_lacks_are_known_beforehand(text, expected):
    assert printing.can_set(text) is expected
