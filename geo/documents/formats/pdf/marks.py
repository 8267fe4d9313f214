"""The text of a page of a PDF with marks on what nobody sees, and the text of its form fields."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pilotzones.geo.documents.formats.markup import clean_source, mark_text
from pilotzones.geo.documents.formats.pdf.rotation import is_sideways, place_on_page
from pilotzones.geo.documents.marks import MarkKind

__all__ = [
    "UNMAPPED",
    "PageText",
    "PlacedMark",
    "list_hidden_layers",
    "mark_chars",
    "read_form_texts",
    "read_page_text",
]

# Stands for a character whose font does not say which it is.
UNMAPPED: Final = "□"
# How another library writes such a character.
_GLYPH: Final = re.compile(r"\(cid:\d{1,6}\)")
_NO_CHARACTER: Final = re.compile(r"[\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_INVISIBLE_MODES: Final = {3, 7}
_NEARLY_WHITE: Final = 0.94
_NEARLY_CLEAR: Final = 0.06
_TINY: Final = 1.0  # points
_MAX_BOXES: Final = 2_000
_NEAR: Final = 0.5  # points
_MIN_SAME: Final = 8  # characters
_SHOWS: Final = {b"Tj", b"TJ", b"'", b'"'}
_FILLS: Final = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"}
# Before each of these the text so far is handed on, so that no piece of text has two looks.
_FLUSHED: Final = {
    b"Tr", b"g", b"rg", b"k", b"sc", b"scn", b"cs", b"gs", b"BDC", b"BMC", b"EMC", b"q", b"Q", b"Td", b"TD", b"Tm", b"T*", b"Tf",
}  # fmt: skip
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A piece of text that nobody sees: without blanks, with the place of its first character on the page [pt]."""

    text: str
    kind: MarkKind
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of a page with marks, the number of characters that no font names, and the marked pieces with their places.

    `is_sideways` says whether most of its pieces run in another direction than to the right.
    """

    text: str = ""
    unmapped: int = 0
    marks: tuple[PlacedMark, ...] = ()
    is_sideways: bool = False


@dataclass(frozen=True)
class _GraphicsState:
    """What the graphics state says about visibility."""

    mode: int = 0
    is_white: bool = False
    alpha: float = 1.0
    size: float = 12.0


@dataclass
class _PageText:
    """Takes the text of a page piece by piece, with the mark of each piece."""

    page: Any
    hidden_layers: set[int]
    parts: list[str] = field(default_factory=list)
    unmapped: int = 0
    state: _GraphicsState = field(default_factory=_GraphicsState)
    stack: list[_GraphicsState] = field(default_factory=list)
    layers: list[bool] = field(default_factory=list)
    path: list[Box] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    seen: list[tuple[MarkKind | None, float, float]] = field(default_factory=list)
    marks: list[PlacedMark] = field(default_factory=list)
    shown: int = 0
    sideways: int = 0

    def follow(self, operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        """Follow the operators before the text that they act on."""
        if operator == b"q":
            self.stack.append(self.state)
        elif operator == b"Q" and self.stack:
            self.state = self.stack.pop()
        elif operator in {b"BDC", b"BMC"}:
            self.layers.append(self._is_hidden_layer(operands))
        elif operator == b"EMC" and self.layers:
            self.layers.pop()
        elif operator in _SHOWS:
            x, y, _ = _place_point(cm, tm)
            self.shown += 1
            self.sideways += is_sideways(tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3])
            self.seen.append((self._find_mark(cm, tm), x, y))
        else:
            self._follow_state(operator, operands)
            self._follow_path(operator, operands, cm)

    def _follow_state(self, operator: bytes, operands: list[Any]) -> None:
        if operator == b"Tr" and operands:
            self.state = replace(self.state, mode=int(operands[0]))
        elif operator == b"Tf" and len(operands) > 1:
            self.state = replace(self.state, size=float(operands[1]))
        elif operator == b"gs" and operands:
            alpha = _find_alpha(self.page, operands[0])
            self.state = self.state if alpha is None else replace(self.state, alpha=alpha)
        elif operator in {b"g", b"rg", b"k", b"sc", b"scn"}:
            self.state = replace(
                self.state, is_white=_is_white([one for one in operands if isinstance(one, (int, float))])
            )
        elif operator == b"cs":
            self.state = replace(self.state, is_white=False)

    def _follow_path(self, operator: bytes, operands: list[Any], cm: list[float]) -> None:
        """Keep the coloured boxes, on which white text can be read."""
        if operator == b"re" and len(operands) >= 4:
            self.path.append(_place_box(cm, *(float(one) for one in operands[:4])))
        elif operator in _FILLS:
            if not self.state.is_white and len(self.boxes) < _MAX_BOXES:
                self.boxes += self.path
            self.path = []
        elif operator == b"n" or operator in {b"S", b"s"}:
            self.path = []
        elif operator == b"Do" and operands and _is_image(self.page, operands[0]):
            self.boxes.append(_place_box(cm, 0, 0, 1, 1))

    def _is_hidden_layer(self, operands: list[Any]) -> bool:
        if len(operands) < 2 or operands[0] != "/OC":
            return False
        layers = _find_resource(self.page, "/Properties")
        reference = layers.raw_get(operands[1]) if layers is not None and operands[1] in layers else None
        return getattr(reference, "idnum", None) in self.hidden_layers

    def _find_mark(self, cm: list[float], tm: list[float]) -> MarkKind | None:
        if any(self.layers):
            return "hidden"
        x, y, scale = _place_point(cm, tm)
        left, bottom, right, top = (float(one) for one in self.page.cropbox)
        away = not (left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1)
        unseen = self.state.mode in _INVISIBLE_MODES or self.state.alpha <= _NEARLY_CLEAR
        if away or unseen or 0 < abs(self.state.size) * scale <= _TINY:
            return "invisible"
        covered = any(first <= x <= last and low <= y + scale <= high for first, low, last, high in self.boxes)
        return "invisible" if self.state.is_white and not covered else None

    def take(self, text: str, _cm: Any, _tm: Any, font: Any, _size: Any) -> None:
        """Take a piece of text."""
        kind, x, y = next((one for one in self.seen if one[0] is not None), (None, 0.0, 0.0))
        self.seen = []
        plain = clean_source(text)
        if kind is not None and (squeezed := "".join(plain.split())):
            self.marks.append(PlacedMark(squeezed, kind, x, y))
        if _has_no_map(font):
            self.unmapped += len(plain.strip())
            plain = re.sub(r"\S", UNMAPPED, plain)
        else:
            plain, count = _NO_CHARACTER.subn(UNMAPPED, plain)
            self.unmapped += count
        self.parts.append(mark_text(plain, kind))


def read_page_text(page: Any, hidden_layers: set[int]) -> PageText:
    """Give the text of a page.

    Parameters
    ----------
    page : pypdf page
    hidden_layers : set of int
        From `list_hidden_layers`.

    Returns
    -------
    PageText
    """
    from pypdf.generic import ContentStream, FloatObject, NameObject

    if page.get_contents() is None:
        return PageText()
    # Strings stay bytes: what they mean depends on the font.
    content = ContentStream(page["/Contents"].get_object(), page.pdf, "bytes")
    identity = [FloatObject(one) for one in (1, 0, 0, 1, 0, 0)]
    operations: list[Any] = []
    for operands, operator in content.operations:
        if operator in _FLUSHED:
            operations.append((identity, b"cm"))
        operations.append((operands, operator))
    content.operations = operations
    page[NameObject("/Contents")] = content
    reader = _PageText(page, hidden_layers)
    page.extract_text(visitor_operand_before=reader.follow, visitor_text=reader.take)
    sideways = 2 * reader.sideways > reader.shown
    return PageText("".join(reader.parts), reader.unmapped, tuple(reader.marks), sideways)


def _has_no_map(font: Any) -> bool:
    """Whether a font numbers its glyphs without saying which characters they are."""
    if font is None or "/ToUnicode" in font:
        return False
    subtype, encoding = font.get("/Subtype"), font.get("/Encoding")
    return subtype == "/Type0" and encoding in {"/Identity-H", "/Identity-V"}


def _find_resource(page: Any, kind: str) -> Any:
    resources = page.get("/Resources")
    resource = None if resources is None else resources.get_object().get(kind)
    return None if resource is None else resource.get_object()


def _find_alpha(page: Any, name: Any) -> float | None:
    states = _find_resource(page, "/ExtGState")
    alpha = states[name].get_object().get("/ca") if states is not None and name in states else None
    return None if alpha is None else float(alpha)


def _is_image(page: Any, name: Any) -> bool:
    objects = _find_resource(page, "/XObject")
    return objects is not None and name in objects and objects[name].get_object().get("/Subtype") == "/Image"


def _is_white(values: list[float]) -> bool:
    if len(values) == 4:
        return all(value <= 1 - _NEARLY_WHITE for value in values)
    return bool(values) and all(value >= _NEARLY_WHITE for value in values)


def _place_point(cm: list[float], tm: list[float]) -> tuple[float, float, float]:
    """Find where text begins on the page, and how high a unit of its size is there."""
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    up = (tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
    return x, y, math.hypot(*up)


def _place_box(cm: list[float], x: float, y: float, width: float, height: float) -> Box:
    corners = [(x, y), (x + width, y + height)]
    across = sorted(one * cm[0] + other * cm[2] + cm[4] for one, other in corners)
    along = sorted(one * cm[1] + other * cm[3] + cm[5] for one, other in corners)
    return across[0], along[0], across[1], along[1]


def list_hidden_layers(reader: Any) -> set[int]:
    """List the layers that a document opens with switched off, by the number of their object.

    Parameters
    ----------
    reader : pypdf reader

    Returns
    -------
    set of int
    """
    properties = reader.trailer["/Root"].get("/OCProperties")
    if properties is None:
        return set()
    default = properties.get_object().get("/D")
    off = None if default is None else default.get_object().get("/OFF")
    return {one.idnum for one in (off.get_object() if off is not None else ()) if hasattr(one, "idnum")}


def read_form_texts(page: Any) -> Iterator[str]:
    """Give the texts that stand in form fields and text boxes laid on a page.

    Parameters
    ----------
    page : pypdf page

    Yields
    ------
    str
        With a mark where the field is hidden.
    """
    annotations = page.get("/Annots")
    for reference in annotations.get_object() if annotations is not None else ():
        one = reference.get_object()
        subtype = one.get("/Subtype")
        above = one.get("/Parent")
        value = one.get("/V", None if above is None else above.get_object().get("/V"))
        value = value if subtype == "/Widget" else one.get("/Contents") if subtype == "/FreeText" else None
        text = clean_source(str(value)) if isinstance(value, str) and not value.startswith("/") else ""
        if text.strip():
            flags = int(one.get("/F", 0))
            yield mark_text(text, "hidden" if flags & 0b100010 else None)


def mark_chars(page: Any, marks: Iterable[PlacedMark]) -> None:
    """Mark the characters of a page, as another reader has them, that stand where marked pieces do.

    Parameters
    ----------
    page : pdfplumber.page.Page
        Its characters are changed in place.
    marks : iterable of PlacedMark
        From `read_page_text`.
    """
    chars = page.chars
    for char in chars:
        char["text"] = _GLYPH.sub(UNMAPPED, char["text"])
    places: dict[tuple[int, int], list[int]] = {}
    for number, char in enumerate(chars):
        places.setdefault(_round_place(char["matrix"][4], char["matrix"][5]), []).append(number)
    for mark in marks:
        x, y = place_on_page(page, mark.x, mark.y)
        near = [_round_place(x + across, y + up) for across in (-_NEAR, 0, _NEAR) for up in (-_NEAR, 0, _NEAR)]
        found = (
            one for place in dict.fromkeys(near) for one in places.get(place, []) if _is_text_at(chars, one, mark.text)
        )
        _mark_run(chars, next(found, None), mark)


def _round_place(x: float, y: float) -> tuple[int, int]:
    return round(x), round(y)


def _is_text_at(chars: Sequence[Any], number: int, text: str) -> bool:
    """Whether the characters from one on, in the order in which the page draws them, are a text."""
    return "".join("".join(char["text"].split()) for char in chars[number : number + len(text)]).startswith(
        text[:_MIN_SAME]
    )


def _mark_run(chars: Sequence[Any], number: int | None, mark: PlacedMark) -> None:
    left = len(mark.text)
    for char in chars[number:] if number is not None else ():
        if left <= 0:
            break
        left -= len("".join(char["text"].split()))
        char["text"] = mark_text(char["text"], mark.kind)
