"""The font of one printed figure: the glyphs its text needs, from a whole Chinese font, as TrueType.

The project brings Noto Sans SC along, so no figure depends on what a computer has. Its outlines are cubic (CFF), which
matplotlib cannot embed in a PDF as fonttype 42, so the glyphs a figure needs are turned into quadratic ones. A character
it lacks is taken from a font of the computer; where none has it the figure is not made, for a box would be no name.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError
from pylopdf_fonts_zh_cn import sans_path

from pilotzones.geo.errors import PilotzonesError, make_problem

__all__ = ["FigureFont", "FontError", "clean", "make_font"]

_UNITS: Final = 1000
# How far a quadratic outline may leave the cubic one [font units]: a thousandth of the letter's height.
_TOLERANCE: Final = 1.0
_ASCENT, _DESCENT = 880, 120
# 1 January 2024, in seconds since 1904, which is how a font counts.
_CREATED: Final = 3_786_912_000
# Figures and marks that the drawing itself writes: graticule, scale bar, compass.
_ALWAYS: Final = frozenset(chain(map(chr, range(0x20, 0x7F)), "°′−–·…"))


class FontError(PilotzonesError):
    """No font on this computer has a character that the figure needs."""


@dataclass(frozen=True)
class FigureFont:
    """A TrueType font with the glyphs of one figure.

    Parameters
    ----------
    content : bytes
        The font file; the same characters give the same bytes.
    family : str
        Name that no other font has, made of the characters' hash.
    advances : dict of str to int
        Width of each character [thousandth of the font size].
    """

    content: bytes
    family: str
    advances: dict[str, int]

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character it can write."""
        return frozenset(self.advances)

    def measure_width(self, text: str, size: float) -> float:
        """Return the width of a line of text in the unit of `size` (there is no kerning)."""
        return sum(self.advances[letter] for letter in text) * size / _UNITS

    def wrap(self, text: str, size: float, room: float) -> list[str]:
        """Return lines of a text, none wider than `room`; Chinese breaks anywhere, other words at spaces where they can.

        Parameters
        ----------
        text : str
        size, room : float
            Font size and width of the column, in one unit.

        Returns
        -------
        list of str
        """
        lines, line = [], ""
        for piece in _split_line(text):
            if line and self.measure_width((line + piece).rstrip(), size) > room:
                lines.append(line.rstrip())
                line = ""
                piece = piece.lstrip()  # noqa: PLW2901  # a new line begins without the space before the word
            for letter in piece:
                # Only a word that is longer than the column breaks inside.
                if line and self.measure_width(line + letter, size) > room:
                    lines.append(line)
                    line = ""
                line += letter
        return [*lines, line.rstrip()] if line.rstrip() or not lines else lines


def _split_line(text: str) -> Iterator[str]:
    """Return parts between which a line may break."""
    word = ""
    for letter in text:
        if unicodedata.east_asian_width(letter) in "WF":
            # A closing mark stays with what it closes.
            closing = unicodedata.category(letter) in ("Pe", "Pf", "Po")
            if closing and word:
                yield word + letter
                word = ""
            elif closing:
                yield letter
            else:
                if word:
                    yield word
                word = letter
        elif letter == " ":
            yield word + letter
            word = ""
        else:
            if word and unicodedata.east_asian_width(word[-1]) in "WF":
                yield word
                word = ""
            word += letter
    if word:
        yield word


def clean(text: str) -> str:
    """Return text on one line without the control and format characters that no font draws."""
    spaced = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    return " ".join("".join(letter for letter in spaced if unicodedata.category(letter) not in ("Cf", "Cs")).split())


def make_font(texts: Iterable[str]) -> FigureFont:
    """Make a font that can write these texts.

    Parameters
    ----------
    texts : iterable of str
        All that the figure will say, each cleaned with `clean`.

    Returns
    -------
    FigureFont

    Raises
    ------
    FontError
        When no font of this computer has one of the characters; the text says how to install one.
    """
    wanted = frozenset(chain.from_iterable(texts)) | _ALWAYS
    own = _find_bundled()
    missing = sorted(wanted - own.characters)
    sources = dict.fromkeys(wanted - set(missing), own)
    if missing:
        sources |= _find_in_system(missing)
    return _build(sources)


class _FontSource:
    """A font file and the characters it has."""

    def __init__(self, font: TTFont) -> None:
        self._font = font
        self._cmap: dict[int, str] = font.getBestCmap() or {}
        self._scale = _UNITS / font["head"].unitsPerEm
        self.characters = frozenset(map(chr, self._cmap))

    @cached_property
    def _glyphs(self) -> Any:
        return self._font.getGlyphSet()

    def convert_glyph(self, letter: str) -> tuple[Any, int]:
        """Return outline in quadratic curves, and advance width, on our grid."""
        source = self._glyphs[self._cmap[ord(letter)]]
        pen = TTGlyphPen(None)
        # CFF winds its outlines the other way round than TrueType.
        cubic = "CFF " in self._font or "CFF2" in self._font
        quadratic = Cu2QuPen(pen, _TOLERANCE, reverse_direction=cubic)
        # Decomposed, so that a composite glyph needs no others.
        source.draw(_Decomposing(quadratic, (self._scale, 0, 0, self._scale, 0, 0), self._glyphs))
        return pen.glyph(), round(source.width * self._scale)


class _Decomposing(TransformPen):  # type: ignore[misc]  # fontTools has no types
    def __init__(self, pen: Any, transformation: tuple[float, ...], glyphs: Any) -> None:
        super().__init__(pen, transformation)
        self._glyphs = glyphs

    def addComponent(self, name: str, transformation: Any, **_unused: Any) -> None:  # noqa: N802  # a pen's method
        combined = self._transformation.transform(transformation)
        self._glyphs[name].draw(_Decomposing(self._outPen, combined, self._glyphs))


@cache
def _find_bundled() -> _FontSource:
    return _FontSource(TTFont(sans_path(), lazy=True))


def _find_in_system(missing: list[str]) -> dict[str, _FontSource]:
    """Find fonts of the computer for characters the bundled one lacks."""
    found: dict[str, _FontSource] = {}
    for source in _list_installed():
        found |= {letter: source for letter in missing if letter not in found and letter in source.characters}
        if len(found) == len(missing):
            return found
    lacking = "".join(letter for letter in missing if letter not in found)
    codes = ", ".join(f"U+{ord(letter):04X}" for letter in lacking[:5])
    raise FontError(make_problem("", "figure_font", facts={"letters": lacking[:20], "codes": codes}))


def _list_installed() -> Iterator[_FontSource]:
    from matplotlib import font_manager  # slow to import, and rarely needed here

    for path in sorted(font_manager.findSystemFonts()):
        try:
            # A font of pictures (colour emoji) has no outlines to take.
            yield from (_FontSource(face) for face in _list_faces(Path(path)) if {"glyf", "CFF "} & set(face.keys()))
        except (TTLibError, OSError, KeyError, AssertionError):
            # A broken font of the computer is no reason to fail; the next one may do.
            continue


def _list_faces(path: Path) -> Iterator[TTFont]:
    if path.suffix.lower() in (".ttc", ".otc"):
        yield from TTCollection(path, lazy=True).fonts
    elif path.suffix.lower() in (".ttf", ".otf"):
        yield TTFont(path, lazy=True)


def _build(sources: dict[str, _FontSource]) -> FigureFont:
    letters = sorted(sources)
    names = {letter: f"u{ord(letter):04X}" for letter in letters}
    drawn = {letter: sources[letter].convert_glyph(letter) for letter in letters}
    box = TTGlyphPen(None)
    glyphs = {".notdef": box.glyph()} | {names[letter]: glyph for letter, (glyph, _) in drawn.items()}
    advances = {letter: advance for letter, (_, advance) in drawn.items()}
    family = "PilotzonesFigure" + hashlib.sha256("".join(letters).encode()).hexdigest()[:12]
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(letter): names[letter] for letter in letters})
    builder.setupGlyf(glyphs)
    widths = {".notdef": _UNITS} | {names[letter]: advances[letter] for letter in letters}
    builder.setupHorizontalMetrics({name: (widths[name], builder.font["glyf"][name].xMin) for name in glyphs})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=-_DESCENT)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": f"{family}-Regular"})
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=-_DESCENT, usWinAscent=_ASCENT, usWinDescent=_DESCENT)
    builder.setupPost()
    # A fixed time: otherwise the hour of the day would be in the file.
    builder.updateHead(created=_CREATED, modified=_CREATED)
    builder.font.recalcTimestamp = False
    stream = io.BytesIO()
    builder.save(stream)
    return FigureFont(stream.getvalue(), family, advances)
