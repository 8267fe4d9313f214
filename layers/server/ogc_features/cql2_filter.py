"""Filters in CQL2 (OGC API - Features, part 3): read by a library, evaluated on the rows of a layer with three truth values.

The library's own evaluation fails where a property is null, so only its parser is used. What a parser does with deep nesting
is its affair: depth and length are limited before it sees a text.
"""

from __future__ import annotations

import json
import math
import operator
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from pilotzones.geo.errors import PilotzonesError
from pilotzones.layers.server.ogc_features.coordinate_systems import FeedSystem, read_geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pilotzones.geo.export import ExportLayer

__all__ = ["FILTER_LANGUAGES", "MAX_FILTER_CHARS", "FilterError", "apply_filter", "parse_filter"]

FILTER_LANGUAGES: Final = ("cql2-text", "cql2-json")
MAX_FILTER_CHARS: Final = 2_000
# The parser takes twice as long for each parenthesis within another.
_MAX_NESTED_PARENTHESES: Final = 8
_MAX_DEPTH: Final = 40
_LARGEST: Final = sys.float_info.max
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARRAYS: Final[Mapping[str, Callable[[frozenset[Any], frozenset[Any]], bool]]] = {
    "a_equals": operator.eq,
    "a_contains": operator.ge,
    "a_containedby": operator.le,
    "a_overlaps": lambda first, second: not first.isdisjoint(second),
}
_KINDS: Final = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "integers": "list",
    "strings": "list",
}
# One truth value for each row: true, false, or unknown because a property is null.
Truth = list[bool | None]


class FilterError(PilotzonesError):
    """A filter cannot be read, or asks for what the layer does not have."""


@dataclass(frozen=True)
class _Operand:
    """Values to compare, one for each row, all of one kind."""

    kind: str
    values: Sequence[Any]


def parse_filter(text: str, language: str) -> Any:
    """Read a filter.

    Parameters
    ----------
    text : str
    language : {"cql2-text", "cql2-json"}

    Returns
    -------
    object
        The filter as CQL2-JSON.

    Raises
    ------
    FilterError
        When it is no CQL2, or too long or too deep.
    """
    if len(text) > MAX_FILTER_CHARS:
        raise FilterError(f"a filter has at most {MAX_FILTER_CHARS} characters")
    if language == "cql2-json":
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            raise FilterError("the filter is no JSON") from None
        if parsed is None:
            raise FilterError("null is no condition")
        return parsed
    depth = deepest = 0
    for mark in re.findall("[()]", _QUOTED.sub("", text)):
        depth += 1 if mark == "(" else -1
        deepest = max(deepest, depth)
    if deepest > _MAX_NESTED_PARENTHESES:
        raise FilterError(f"parentheses are nested at most {_MAX_NESTED_PARENTHESES} deep")
    # Imported here: most requests have no filter.
    import cql2

    try:
        return cql2.parse_text(text).to_json()
    except cql2.ParseError as error:
        where = str(error).splitlines()[-1].strip(" =")
        raise FilterError(f"the filter is no CQL2 text: {where[:200]}") from None


def apply_filter(parsed: Any, layer: ExportLayer, stated_in: FeedSystem) -> NDArray[np.bool_]:
    """Find the rows for which a filter is true.

    Parameters
    ----------
    parsed : object
        Of `parse_filter`.
    layer : ExportLayer
    stated_in : FeedSystem
        What the geometries of the filter are in.

    Returns
    -------
    ndarray of bool
        A row for which the filter is unknown, because a property is null, is none.

    Raises
    ------
    FilterError
        When a property or an operator is unknown, or kinds do not fit.
    """
    truth = _Evaluation(layer, stated_in).judge(parsed, 0)
    return np.array([one is True for one in truth], dtype=bool)


class _Evaluation:
    """One filter on one layer."""

    def __init__(self, layer: ExportLayer, stated_in: FeedSystem) -> None:
        self._layer = layer
        self._stated_in = stated_in
        self._fields = {field.name: field for field in layer.fields}
        self._rows = len(layer.frame)

    def judge(self, node: Any, depth: int) -> Truth:
        """Return evaluate a condition."""
        if depth > _MAX_DEPTH:
            raise FilterError("the filter is nested too deep")
        if isinstance(node, bool):
            return [node] * self._rows
        if isinstance(node, dict) and set(node) == {"property"}:
            operand = self._read_property(node)
            if operand.kind != "boolean":
                raise FilterError(f"{node['property']} is no condition: compare it with a value")
            return list(operand.values)
        name, arguments = _split(node)
        if name in ("and", "or"):
            return _combine([self.judge(one, depth + 1) for one in arguments], decisive=name == "or")
        if name == "not":
            _check_count(name, arguments, 1)
            return [None if one is None else not one for one in self.judge(arguments[0], depth + 1)]
        return self._judge_predicate(name, arguments)

    def _judge_predicate(self, name: str, arguments: list[Any]) -> Truth:
        if name in _COMPARE:
            return self._compare(name, arguments)
        if name in _ARRAYS:
            return self._compare_arrays(name, arguments)
        predicates: dict[str, Callable[[list[Any]], Truth]] = {
            "between": self._judge_between,
            "in": self._judge_in,
            "like": self._judge_like,
            "isnull": self._judge_null,
            "s_intersects": self._judge_intersects,
        }
        if name not in predicates:
            known = ", ".join(["and", "or", "not", *_COMPARE, *predicates, *_ARRAYS, "casei"])
            raise FilterError(f"the operator {name[:40]!r} is not supported: there are {known}")
        return predicates[name](arguments)

    def _compare(self, name: str, arguments: list[Any]) -> Truth:
        _check_count(name, arguments, 2)
        first, second = (self._read(one) for one in arguments)
        if first.kind != second.kind or first.kind == "list":
            raise FilterError(f"{name} compares a {first.kind} with a {second.kind}")
        if first.kind == "boolean" and name not in ("=", "<>"):
            raise FilterError(f"{name} does not compare booleans")
        return _apply(_COMPARE[name], first.values, second.values)

    def _compare_arrays(self, name: str, arguments: list[Any]) -> Truth:
        _check_count(name, arguments, 2)
        sets = [self._read_set(one) for one in arguments]
        return _apply(_ARRAYS[name], *sets)

    def _judge_between(self, arguments: list[Any]) -> Truth:
        _check_count("between", arguments, 3)
        value, low, high = (self._read(one) for one in arguments)
        if {value.kind, low.kind, high.kind} != {"number"}:
            raise FilterError("between compares numbers")
        above, below = _apply(operator.ge, value.values, low.values), _apply(operator.le, value.values, high.values)
        return _combine([above, below], decisive=False)

    def _judge_in(self, arguments: list[Any]) -> Truth:
        _check_count("in", arguments, 2)
        value = self._read(arguments[0])
        if not isinstance(arguments[1], list):
            raise FilterError("in has a list of values")
        found = [self._read(one) for one in arguments[1]]
        if any(one.kind != value.kind for one in found):
            raise FilterError(f"in looks for a {value.kind} among other kinds of values")
        return _combine([_apply(operator.eq, value.values, one.values) for one in found], decisive=True)

    def _judge_like(self, arguments: list[Any]) -> Truth:
        _check_count("like", arguments, 2)
        value, pattern = (self._read(one) for one in arguments)
        if value.kind != "text" or pattern.kind != "text" or not isinstance(pattern.values, _Constant):
            raise FilterError("like compares a text with a pattern")
        matcher = _compile_like(pattern.values.value)
        return [None if text is None else matcher.fullmatch(text) is not None for text in value.values]

    def _judge_null(self, arguments: list[Any]) -> Truth:
        _check_count("isNull", arguments, 1)
        if self._is_geometry(arguments[0]):
            return list(map(bool, shapely.is_missing(self._layer.shapes)))
        return [value is None for value in self._read(arguments[0]).values]

    def _judge_intersects(self, arguments: list[Any]) -> Truth:
        _check_count("s_intersects", arguments, 2)
        mine = [self._is_geometry(one) for one in arguments]
        if mine.count(True) != 1:
            raise FilterError("s_intersects compares the property geometry with a geometry")
        wanted = self._read_geometry(arguments[mine.index(False)])
        shapes = self._layer.shapes
        shapely.prepare(wanted)
        try:
            touched = shapely.intersects(wanted, shapes)
        except shapely.GEOSException:
            raise FilterError("the geometry of the filter is invalid") from None
        return [None if gone else bool(one) for one, gone in zip(touched, shapely.is_missing(shapes), strict=True)]

    def _is_geometry(self, node: Any) -> bool:
        if node != {"property": "geometry"}:
            return False
        if not self._layer.has_geometry:
            raise FilterError(f"the features of {self._layer.name} have no geometry")
        return True

    def _read_geometry(self, node: Any) -> shapely.Geometry:
        if isinstance(node, dict) and set(node) == {"bbox"}:
            corners = node["bbox"]
            if not isinstance(corners, list) or len(corners) not in (4, 6) or not all(map(_is_number, corners)):
                raise FilterError("a bbox has 4 numbers, or 6 with heights")
            half = len(corners) // 2
            shape: shapely.Geometry = shapely.box(*corners[:2], *corners[half : half + 2])
        else:
            try:
                shape = shapely.force_2d(shapely.from_geojson(json.dumps(node)))
            except (shapely.GEOSException, TypeError, ValueError):
                raise FilterError("the geometry of the filter cannot be read") from None
        if shape is None or not np.isfinite(shapely.get_coordinates(shape)).all():
            raise FilterError("the geometry of the filter has a position that is no pair of numbers")
        return read_geometry(shape, self._stated_in)

    def _read(self, node: Any) -> _Operand:
        """Read what is compared: a property, a value, or either without regard to case."""
        if isinstance(node, dict) and set(node) == {"property"}:
            return self._read_property(node)
        if isinstance(node, bool):
            return _Operand("boolean", _Constant(node, self._rows))
        if _is_number(node):
            return _Operand("number", _Constant(node, self._rows))
        if isinstance(node, dict) and set(node) == {"date"}:
            node = _read_date(node["date"])
        if isinstance(node, str):
            return _Operand("text", _Constant(node, self._rows))
        if isinstance(node, dict) and node.get("op") == "casei":
            inner = self._read(_split(node)[1][0])
            if inner.kind != "text":
                raise FilterError("casei is for texts")
            if isinstance(inner.values, _Constant):
                return _Operand("text", _Constant(inner.values.value.casefold(), self._rows))
            return _Operand("text", [None if text is None else text.casefold() for text in inner.values])
        raise FilterError(
            f"this is no property and no value that is supported: {json.dumps(node, ensure_ascii=False)[:80]}"
        )

    def _read_property(self, node: Mapping[str, Any]) -> _Operand:
        name = node["property"]
        field = self._fields.get(name) if isinstance(name, str) else None
        if field is None:
            raise FilterError(f"there is no property {str(name)[:60]!r}: there are {', '.join(self._fields)}")
        values = [None if _is_null(value) else value for value in self._layer.frame[field.name].tolist()]
        return _Operand(_KINDS[field.type], values)

    def _read_set(self, node: Any) -> Sequence[Any]:
        if isinstance(node, list) and all(isinstance(one, str) or _is_number(one) for one in node):
            return _Constant(frozenset(node), self._rows)
        operand = self._read(node)
        if operand.kind != "list":
            raise FilterError("operators of arrays compare properties that are lists, and lists of values")
        return [None if value is None else frozenset(value) for value in operand.values]


class _Constant(Sequence[Any]):
    """The same value for every row."""

    def __init__(self, value: Any, rows: int) -> None:
        self.value = value
        self._rows = rows

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, place: Any) -> Any:
        if place >= self._rows:
            raise IndexError(place)
        return self.value


def _read_date(text: Any) -> str:
    """Read a date as the properties that are dates write it, in whose order texts are."""
    try:
        return date.fromisoformat(text).isoformat()
    except (TypeError, ValueError):
        raise FilterError(f"a date is written as 2025-01-31, not {str(text)[:40]!r}") from None


def _split(node: Any) -> tuple[str, list[Any]]:
    if not isinstance(node, dict) or not isinstance(node.get("op"), str) or not isinstance(node.get("args"), list):
        raise FilterError("a condition is an operator with its arguments")
    if not node["args"]:
        raise FilterError(f"{node['op'][:40]} has no arguments")
    return node["op"].lower(), node["args"]


def _check_count(name: str, arguments: Sequence[Any], count: int) -> None:
    if len(arguments) != count:
        raise FilterError(f"{name} has {count} arguments, not {len(arguments)}")


def _apply(compare: Callable[[Any, Any], bool], first: Sequence[Any], second: Sequence[Any]) -> Truth:
    return [None if a is None or b is None else compare(a, b) for a, b in zip(first, second, strict=True)]


def _combine(found: Sequence[Truth], *, decisive: bool) -> Truth:
    """Join truth values: one that is `decisive` decides, and one that is unknown leaves the rest unknown."""
    return [decisive if decisive in row else None if None in row else not decisive for row in zip(*found, strict=True)]


def _is_number(value: Any) -> bool:
    # A whole number of JSON may have more digits than a float holds.
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST


def _is_null(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _compile_like(pattern: str) -> re.Pattern[str]:
    """Make a regular expression of a pattern: % any characters, _ one, each itself after a backslash."""
    parts: list[str] = [""]
    marks = iter(pattern)
    for mark in marks:
        if mark == "%":
            parts.append("")
        else:
            parts[-1] += "." if mark == "_" else re.escape(next(marks, "\\") if mark == "\\" else mark)
    if len(parts) == 1:
        return re.compile(parts[0], re.DOTALL)
    # Atomic groups: what was passed over for one part is not looked at again for the next.
    middle = "".join(f"(?>.*?{part})" for part in parts[1:-1])
    return re.compile(f"{parts[0]}{middle}.*{parts[-1]}", re.DOTALL)
