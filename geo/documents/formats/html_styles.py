"""What the styles of an HTML page hide, strike out or make invisible: attributes, inline styles, simple rules of its sheets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from pilotzones.geo.documents.marks import MarkKind

__all__ = ["HtmlStyles"]

_STRUCK_TAGS: Final = {"del", "s", "strike"}
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK: Final = re.compile(r"@([a-z-]+[^{};@]{0,200})\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}")
_RULE: Final = re.compile(r"([^{}@;]{1,400})\{([^{}]{0,2000})\}")
_COMPOUND: Final = re.compile(r"([a-z][\w-]*|\*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_LENGTH: Final = re.compile(r"(-?\d*\.?\d+)(px|pt|em|rem|%)?")
_RELEVANT: Final = {
    "display", "visibility", "opacity", "color", "background", "background-color", "font-size", "text-decoration",
    "text-decoration-line", "text-indent", "left", "top", "font", "clip", "clip-path", "overflow", "overflow-x", "overflow-y",
    "width", "height", "max-width", "max-height", "transform",
}  # fmt: skip
_NOTHING: Final = re.compile(r"rect\([01px,\s]*\)|inset\((?:50|100)%[^)]*\)|circle\(0[^)]*\)")
_MAX_RULES: Final = 2_000
_MAX_SHEET: Final = 100_000  # characters
_OFF_PAGE: Final = -400  # pixels
_TINY: Final = 1.4  # pixels: 1 point
_NAMED: Final = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
}
_WHITE: Final = (255, 255, 255)
_SAME_COLOUR: Final = 0x10
Compound = tuple[str, frozenset[str], frozenset[str]]


class HtmlStyles:
    """Finds how the text of an element is marked.

    Parameters
    ----------
    tree : lxml element
        The page.
    """

    def __init__(self, tree: Any) -> None:
        # Rules by the class, identifier or tag that the last part of their selector names.
        self._rules: dict[str, list[tuple[list[Compound], dict[str, str]]]] = defaultdict(list)
        count = 0
        for sheet in tree.iter("style"):
            for selectors, body in _RULE.findall(_read_sheet(sheet.text or "")):
                declared = {name: value for name, value in _parse_declarations(body) if name in _RELEVANT}
                for selector in selectors.split(",") if declared and count < _MAX_RULES else ():
                    compounds = _parse_selector(selector)
                    if compounds:
                        self._rules[_choose_key(compounds[-1])].append((compounds, declared))
                        count += 1

    def find_mark_above(self, element: Any) -> MarkKind | None:
        """Find the mark that an element has from those it stands in, and from itself.

        Parameters
        ----------
        element : lxml element

        Returns
        -------
        str or None
        """
        mark = None
        for one in (element, *element.iterancestors()):
            mark = self.find_mark(one) or mark
        return mark

    def find_mark(self, element: Any) -> MarkKind | None:
        """Find the mark that an element itself has.

        Parameters
        ----------
        element : lxml element

        Returns
        -------
        str or None
        """
        tag = element.tag if isinstance(element.tag, str) else ""
        if element.get("hidden") is not None or (tag == "dialog" and element.get("open") is None):
            return "hidden"
        style = self._read_style(element)
        if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"}:
            return "hidden"
        if _is_tiny_or_away(style) or (
            (tag == "font" or "color" in style) and self._is_background_coloured(element, style)
        ):
            return "invisible"
        line = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
        return "struck" if tag in _STRUCK_TAGS or "line-through" in line else None

    def _read_style(self, element: Any) -> dict[str, str]:
        out: dict[str, str] = {}
        names = [
            *(f".{name}" for name in (element.get("class") or "").split()),
            f"#{element.get('id')}",
            element.tag,
            "*",
        ]
        for name in names if self._rules else ():
            for compounds, declared in self._rules.get(name, ()):
                if _match_selector(compounds, element):
                    out.update(declared)
        out.update(_parse_declarations(element.get("style") or ""))
        return out

    def _is_background_coloured(self, element: Any, style: dict[str, str]) -> bool:
        colour = _parse_colour(style.get("color") or element.get("color") or "")
        if colour is None:
            return False
        for one in (element, *element.iterancestors()):
            above = style if one is element else self._read_style(one)
            written = above.get("background-color") or above.get("background") or one.get("bgcolor")
            if written and written.split()[0] not in {"none", "transparent", "inherit", "initial"}:
                behind = _parse_colour(written.split()[0])
                return behind is not None and _is_near(colour, behind)
        return _is_near(colour, _WHITE)


def _read_sheet(text: str) -> str:
    """Read the rules of a sheet that hold on a screen, those inside of conditions too."""
    plain = _COMMENT.sub("", text[:_MAX_SHEET])
    return _BLOCK.sub(lambda block: block[2] if block[1].startswith("media") and "print" not in block[1] else "", plain)


def _parse_declarations(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _DECLARATION.findall(text.lower()):
        yield name, value.replace("!important", "").strip()


def _parse_selector(selector: str) -> list[Compound]:
    """Parse a selector into parts with the tag, the classes and the identifiers of each; empty for one that is more than that."""
    out: list[Compound] = []
    for part in selector.replace(">", " ").split():
        match = _COMPOUND.fullmatch(part)
        if match is None or not part:
            return []
        marks = re.findall(r"[.#][\w-]+", match[2])
        tag = (match[1] or "").lower()
        classes = frozenset(mark for mark in marks if mark[0] == ".")
        out.append(("" if tag == "*" else tag, classes, frozenset(mark for mark in marks if mark[0] == "#")))
    return out


def _choose_key(compound: Compound) -> str:
    tag, classes, identifiers = compound
    return next(iter(sorted(identifiers) or sorted(classes)), tag or "*")


def _match_selector(compounds: list[Compound], element: Any) -> bool:
    if not _match_compound(compounds[-1], element):
        return False
    above = list(element.iterancestors()) if len(compounds) > 1 else []
    return all(any(_match_compound(one, other) for other in above) for one in compounds[:-1])


def _match_compound(compound: Compound, element: Any) -> bool:
    tag, classes, identifiers = compound
    own = {f".{name}" for name in (element.get("class") or "").split()}
    return (not tag or element.tag == tag) and classes <= own and identifiers <= {f"#{element.get('id')}"}


def _is_tiny_or_away(style: dict[str, str]) -> bool:
    size = _parse_pixels(style.get("font-size", ""))
    away = min((_parse_pixels(style.get(name, "")) or 0 for name in ("text-indent", "left", "top")), default=0)
    opacity = _parse_pixels(style.get("opacity", ""))
    tiny = (size is not None and size <= _TINY) or (opacity is not None and opacity < 0.1)
    return tiny or away <= _OFF_PAGE or _is_cut_off(style)


def _is_cut_off(style: dict[str, str]) -> bool:
    """Whether an element is cut to nothing, as pages do with words for screen readers."""
    if _NOTHING.fullmatch(style.get("clip", "")) or _NOTHING.fullmatch(style.get("clip-path", "")):
        return True
    if re.fullmatch(r"scale[xy]?\(0\)", style.get("transform", "")):
        return True
    cuts = any(style.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))
    sizes = (_parse_pixels(style.get(name, "")) for name in ("width", "height", "max-width", "max-height"))
    return cuts and any(size is not None and size <= _TINY for size in sizes)


def _parse_pixels(value: str) -> float | None:
    match = _LENGTH.fullmatch(value.strip())
    if match is None:
        return None
    factor = {"pt": 4 / 3, "em": 16, "rem": 16, "%": 0.16}.get(match[2] or "px", 1)
    return float(match[1]) * factor


def _parse_colour(value: str) -> tuple[int, ...] | None:
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    digits = value.removeprefix("#")
    if value.startswith("#") and re.fullmatch(r"[0-9a-f]{3,8}", digits):
        full = "".join(char * 2 for char in digits[:3]) if len(digits) in {3, 4} else digits[:6]
        return tuple(bytes.fromhex(full)) if len(full) == 6 else None
    numbers = re.match(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", value)
    return tuple(int(one) for one in numbers.groups()) if numbers else None


def _is_near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(left - right) <= _SAME_COLOUR for left, right in zip(one, other, strict=True))
