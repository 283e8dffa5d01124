"""What a page of a PDF says, read from its content and its fonts' tables of characters."""

import re

import pikepdf


def text_of(page: pikepdf.Page) -> str:
    """The words drawn on a page, in the order in which they are drawn."""
    fonts = {name: _characters(font) for name, font in page.Resources.Font.items()}
    said, now = [], {}
    for one in pikepdf.parse_content_stream(page):
        operands, operator = one.operands, one.operator
        if str(operator) == "Tf":
            now = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else operands
            drawn = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            codes = [drawn[at : at + 2] for at in range(0, len(drawn), 2)]
            said.append("".join(now.get(code, "") for code in codes))
        elif str(operator) == "Td":
            said.append(" ")
    return "".join(said)


def _characters(font: pikepdf.Object) -> dict[bytes, str]:
    table = font.ToUnicode.read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, meant in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[bytes.fromhex(code)] = bytes.fromhex(meant).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, meant in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for at in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + at).to_bytes(2, "big")
                found[code] = chr(int(meant, 16) + at)
    return found
