"""Sets letters as one tagged PDF: data on its input, the PDF on its output.

A process of its own, without Django: what setting takes of memory goes with it, and nothing of a
letter is ever on disk in clear. Run as ``python -m optout.letters.setting``, with the file of
another template after it.
"""

import sys
import warnings
from pathlib import Path
from typing import Final

import typst

HERE = Path(__file__).parent
STANDARD: Final = "ua-1"
"""PDF/UA-1: a screen reader reads each letter in its order, with its headings and its square."""


def main() -> None:
    """Read the data, write the PDF. Anything that cannot be set ends with an error."""
    warnings.simplefilter("ignore")
    pdf = typst.compile(
        Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "letter.typ",
        sys_inputs={"letters": sys.stdin.buffer.read().decode()},
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        pdf_standards=[STANDARD],
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
