"""PDF pages with text at given places and drawn rules, for tests of tables and columns."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["DrawnPage", "draw_pdf", "draw_table"]

_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
    (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    ),
)


@dataclass
class DrawnPage:
    """Texts with the place of their first character, and rules, in points from the lower left corner.

    `looks` holds operators before a text, by its number. `turned` is by how many degrees its content is turned to the left, and
    `rotation` by how many a viewer turns the page to the right.
    """

    texts: list[tuple[float, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    looks: dict[int, str] = field(default_factory=dict)
    turned: int = 0
    rotation: int = 0


def draw_table(
    rows: Sequence[Sequence[str]], spans: Iterable[tuple[int, int, int]] = (), *, width: float = 120, top: float = 700
) -> DrawnPage:
    """A table with rules; a span (row, column, height) leaves out the rules inside of it and centres its text."""
    page, height = DrawnPage(), 24
    covered = {(row + down, column): (row, tall) for row, column, tall in spans for down in range(tall)}
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            first, tall = covered.get((number, column), (number, 1))
            left, upper = 50 + column * width, top - number * height
            page.rules += [(left, upper, left, upper - height), (left + width, upper, left + width, upper - height)]
            if first == number:
                page.rules.append((left, upper, left + width, upper))
                page.texts.append((left + 4, upper - tall * height / 2 - 5, text))
            if number == first + tall - 1:
                page.rules.append((left, upper - height, left + width, upper - height))
    return page


def draw_pdf(pages: Sequence[DrawnPage]) -> bytes:
    """The bytes of a PDF with these pages."""
    chars = sorted({char for page in pages for _, _, text in page.texts for char in text})
    codes = {char: number for number, char in enumerate(chars, start=1)}
    pairs = "".join(f"<{code:04x}> <{char.encode('utf-16-be').hex()}>\n" for char, code in codes.items())
    unicode = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{pairs}endbfchar endcmap end"
    )
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *_FONT,
        _stream(unicode),
    ]
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Rotate %d /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>"
            % (b"800 600" if page.turned in {90, 270} else b"600 800", page.rotation, 7 + 2 * number)
        )
        shown = [
            f"q BT /F1 10 Tf {x} {y} Td {page.looks.get(number, '')} <{''.join(f'{codes[char]:04x}' for char in text)}> Tj ET Q"
            for number, (x, y, text) in enumerate(page.texts)
        ]
        drawn = [f"{x0} {y0} m {x1} {y1} l S" for x0, y0, x1, y1 in page.rules]
        matrix = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 800 0", 180: "-1 0 0 -1 600 800", 270: "0 -1 1 0 0 600"}[page.turned]
        objects.append(_stream("\n".join([f"q {matrix} cm", *shown, *drawn, "Q"])))
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def _stream(text: str) -> bytes:
    packed = zlib.compress(text.encode())
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
