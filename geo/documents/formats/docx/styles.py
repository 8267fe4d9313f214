"""How a run of a DOCX looks, as far as it says whether its text counts: struck out, hidden, invisible, raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pilotzones.geo.documents.formats.docx.package import W, get_value, is_on
from pilotzones.geo.documents.marks import MarkKind

__all__ = ["UNKNOWN_FILL", "DocxStyles", "find_fill", "find_mark", "is_raised"]

# What lies behind the text is coloured by something that is not looked into.
UNKNOWN_FILL: Final = "?"
_WHITE: Final = "FFFFFF"
_SAME_COLOUR: Final = 0x10  # difference of a channel, of 255
_TINY_HALF_POINTS: Final = 2
_TINY_PERCENT: Final = 5
_RAISED_HALF_POINTS: Final = 4
_MAX_STYLE_DEPTH: Final = 20
_THEME_WHITE: Final = {"background1", "light1"}
_HIGHLIGHTS: Final = {"white": _WHITE, "none": ""}


@dataclass
class DocxStyles:
    """Properties of the styles of a document.

    Parameters
    ----------
    root : lxml element or None
        The part with the styles.
    """

    root: Any
    _runs: dict[str, dict[str, str]] = field(default_factory=dict)
    _elements: dict[str, Any] = field(default_factory=dict)
    _defaults: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.root is None:
            return
        self._elements = {get_value(one, "styleId") or "": one for one in self.root.iter(f"{W}style")}
        defaults = self.root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._defaults = _read_properties(defaults)
        for one in self.root.iter(f"{W}style"):
            if get_value(one, "type") == "paragraph" and get_value(one, "default") == "1":
                self._defaults = {**self._defaults, **self.read_style(get_value(one, "styleId") or "")}

    def read_run(self, run: Any, paragraph: Mapping[str, str]) -> dict[str, str]:
        """Give the properties of a run, those of its styles included.

        Parameters
        ----------
        run : lxml element
        paragraph : mapping of str to str
            From `read_paragraph`.

        Returns
        -------
        dict of str to str
        """
        own = run.find(f"{W}rPr")
        style = None if own is None else own.find(f"{W}rStyle")
        named = {} if style is None else self.read_style(get_value(style) or "")
        return {**paragraph, **named, **_read_properties(own)}

    def read_paragraph(self, paragraph: Any) -> dict[str, str]:
        """Give what the styles of a paragraph say of its runs.

        Parameters
        ----------
        paragraph : lxml element

        Returns
        -------
        dict of str to str
        """
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        named = {} if style is None else self.read_style(get_value(style) or "")
        return {**self._defaults, **named}

    def read_style(self, name: str, depth: int = 0) -> dict[str, str]:
        """Give the run properties of a style and of those it is based on."""
        if name not in self._runs:
            style = self._elements.get(name)
            if style is None or depth > _MAX_STYLE_DEPTH:
                return {}
            base = style.find(f"{W}basedOn")
            above = {} if base is None else self.read_style(get_value(base) or "", depth + 1)
            self._runs[name] = {**above, **_read_properties(style.find(f"{W}rPr"))}
        return self._runs[name]

    def find_table_fill(self, table: Any) -> str:
        """Give the fill that a table lays behind its cells; unknown when its style colours some of them."""
        properties = table.find(f"{W}tblPr")
        own = find_fill(properties)
        name = None if properties is None else properties.find(f"{W}tblStyle")
        style = None if name is None else self._elements.get(get_value(name) or "")
        if own or style is None:
            return own
        fills = {get_value(one, "fill") or "auto" for one in style.iter(f"{W}shd")} - {"auto", _WHITE}
        return UNKNOWN_FILL if fills else ""


def _read_properties(properties: Any) -> dict[str, str]:
    """Read the direct properties of a run; those before a tracked change of format stand deeper and do not count."""
    out: dict[str, str] = {}
    if properties is None:
        return out
    for one in properties:
        name = str(one.tag).removeprefix(W)
        value = get_value(one)
        if name in {"strike", "dstrike", "vanish", "specVanish"}:
            out[name] = "1" if is_on(one) else ""
        elif name in {"sz", "w", "position", "vertAlign"}:
            out[name] = value or ""
        elif name == "color":
            theme = get_value(one, "themeColor")
            out[name] = (value if value and value != "auto" else _WHITE if theme in _THEME_WHITE else "").upper()
        elif name == "shd":
            out["fill"] = _read_shading(one)
        elif name == "highlight":
            out["highlight"] = _HIGHLIGHTS.get(value or "none", UNKNOWN_FILL)
    return out


def _read_shading(shading: Any) -> str:
    """Read the colour of a shading; empty for none."""
    fill = (get_value(shading, "fill") or "auto").upper()
    if get_value(shading) == "solid":
        fill = (get_value(shading, "color") or "auto").upper()
        return "000000" if fill == "AUTO" else fill
    if fill != "AUTO":
        return fill
    return UNKNOWN_FILL if get_value(shading, "themeFill") or get_value(shading) not in {"clear", "nil", None} else ""


def find_fill(properties: Any) -> str:
    """Give the colour of the shading among properties of a paragraph, cell or table; empty for none.

    Parameters
    ----------
    properties : lxml element or None

    Returns
    -------
    str
    """
    shading = None if properties is None else properties.find(f"{W}shd")
    return "" if shading is None else _read_shading(shading)


def is_raised(look: Mapping[str, str]) -> bool:
    """Return whether the text of a run is raised or lowered, as the number of a note is.

    Parameters
    ----------
    look : mapping of str to str
        Properties of the run.

    Returns
    -------
    bool
    """
    return (
        look.get("vertAlign") in {"superscript", "subscript"}
        or abs(_parse_number(look.get("position"))) >= _RAISED_HALF_POINTS
    )


def find_mark(look: Mapping[str, str], fill: str) -> MarkKind | None:
    """Return how the text of a run is marked.

    Parameters
    ----------
    look : mapping of str to str
        Properties of the run.
    fill : str
        Colour behind it; empty for white.

    Returns
    -------
    str or None
    """
    if look.get("vanish") or look.get("specVanish"):
        return "hidden"
    tiny = (
        0 < _parse_number(look.get("sz"), 24) <= _TINY_HALF_POINTS
        or 0 < _parse_number(look.get("w"), 100) <= _TINY_PERCENT
    )
    if tiny or _is_same_colour(look.get("color", ""), look.get("highlight") or look.get("fill") or fill):
        return "invisible"
    return "struck" if look.get("strike") or look.get("dstrike") else None


def _is_same_colour(colour: str, fill: str) -> bool:
    if not colour or fill == UNKNOWN_FILL:
        return False
    try:
        pairs = zip(bytes.fromhex(colour), bytes.fromhex(fill or _WHITE), strict=True)
        return all(abs(one - other) <= _SAME_COLOUR for one, other in pairs)
    except ValueError:
        return False


def _parse_number(text: str | None, default: float = 0) -> float:
    try:
        return default if text is None else float(text.removesuffix("%"))
    except ValueError:
        return default
