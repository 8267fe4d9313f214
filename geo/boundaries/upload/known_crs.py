"""The coordinate reference systems that a user's file may state: by authority code, or by parameters that are checked.

A definition can name a grid file, which PROJ would open on the server: a pipe holds the process, and the difference between
"there" and "not there" is an answer about other files. So a definition is parsed, reduced to what is known to be harmless,
and made anew from that; nothing else of it ever reaches a transformation.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

import pyproj

__all__ = ["UnknownCrsError", "is_definition_harmless", "names_file", "parse_known_crs", "read_crs_name"]

_AUTHORITY_CODE: Final = re.compile(r"(?P<authority>EPSG|ESRI|OGC|IGNF|IAU_2015):(?P<code>[A-Za-z0-9]{1,12})")
_WGS84: Final = re.compile(r"(?:URN:(?:X-)?OGC:DEF:CRS:)?(?:OGC:[\d.]*:|OGC:)?CRS84|HTTP.*/OGC/[\d.]+/CRS84")
# The spellings of an EPSG code: EPSG:4549, 4549, a URN with or without a version, an address (which is only read as text).
_EPSG: Final = re.compile(
    r"(?:EPSG[:_ ]*|URN:(?:X-)?OGC:DEF:CRS:EPSG:(?:[\d.]*:)?|HTTPS?://WWW\.OPENGIS\.NET/DEF/CRS/EPSG/[\d.]+/"
    r"|HTTPS?://WWW\.OPENGIS\.NET/GML/SRS/EPSG\.XML#|HTTPS?://(?:WWW\.)?SPATIALREFERENCE\.ORG/REF/EPSG/|HTTPS?://EPSG\.IO/)?"
    r"(\d{4,6})/?"
)
# Names of systems, as EPSG and ESRI write them; nothing in them can be a definition or a path.
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_ -]*(?: / [A-Z0-9_ -]+)?(?: \([A-Z0-9 -]+\))?")
_MAX_NAME_CHARS: Final = 80
_WKT: Final = re.compile(
    r"\s*(?:GEOGCS|PROJCS|COMPD_CS|GEOGCRS|GEODCRS|GEOGRAPHICCRS|GEODETICCRS|PROJCRS|PROJECTEDCRS|BOUNDCRS|COMPOUNDCRS)"
    r"\s*[\[(]",
    re.IGNORECASE,
)
# Words by which a definition names a file, or hands itself on to a PROJ string that may.
_FILE_WORDS: Final = re.compile(
    r"\+init|init=|proj4_grids|parameterfile|geoidgrids|nadgrids\s*=\s*(?!@null\b)|difference file|\+proj=pipeline",
    re.IGNORECASE,
)
_MAX_WKT_CHARS: Final = 20_000
_METHODS: Final = frozenset(
    {
        "Albers Equal Area",
        "American Polyconic",
        "Equidistant Conic",
        "Equidistant Cylindrical",
        "Equidistant Cylindrical (Spherical)",
        "Lambert Azimuthal Equal Area",
        "Lambert Azimuthal Equal Area (Spherical)",
        "Lambert Conic Conformal (1SP)",
        "Lambert Conic Conformal (2SP)",
        "Lambert Cylindrical Equal Area",
        "Mercator (variant A)",
        "Mercator (variant B)",
        "Popular Visualisation Pseudo Mercator",
        "Transverse Mercator",
        "Transverse Mercator (South Orientated)",
    }
)
_SHIFTS: Final = ("Geocentric translations", "Position Vector", "Coordinate Frame")
# Datums differ by some hundred metres.
_MAX_SHIFT: Final = 10_000.0
_DEGREE: Final = math.pi / 180
_UNIT_TOLERANCE: Final = 1e-9


class UnknownCrsError(ValueError):
    """Say that a definition is none that is read here.

    Parameters
    ----------
    code : str
        Why: the message ``problem_CODE``.
    kind : str, optional
        What the definition says it is.
    """

    def __init__(self, code: str, kind: str = "") -> None:
        super().__init__(code)
        self.kind = kind


def is_definition_harmless(text: str) -> bool:
    """Return whether a library may parse a definition at all: well-known text that names no file.

    Parameters
    ----------
    text : str
        Content of a .prj, or the definition of a system in a GeoPackage.

    Returns
    -------
    bool
    """
    return len(text) <= _MAX_WKT_CHARS and _WKT.match(text) is not None and _FILE_WORDS.search(text) is None


def names_file(text: str) -> bool:
    """Return whether a text holds a definition of a reference system that names a file, whatever its syntax.

    Parameters
    ----------
    text : str
        A definition, or the part of a file that has one.

    Returns
    -------
    bool
    """
    return _FILE_WORDS.search(text) is not None


def read_crs_name(name: str) -> str | None:
    """Read the name that a file gives its reference system.

    Parameters
    ----------
    name : str
        A code in any spelling, well-known text, or what EPSG or ESRI call a geographic or projected system.

    Returns
    -------
    str or None
        Fit for `parse_known_crs`; None when it is nothing of these.
    """
    plain = name.strip()
    upper = plain.upper()
    if _WGS84.fullmatch(upper):
        return "EPSG:4326"
    if (code := _EPSG.fullmatch(upper)) is not None:
        return f"EPSG:{code[1]}"
    if _AUTHORITY_CODE.fullmatch(upper) or is_definition_harmless(plain):
        return upper if _AUTHORITY_CODE.fullmatch(upper) else plain
    if len(plain) > _MAX_NAME_CHARS or _NAME.fullmatch(upper) is None:
        return None
    try:
        named = pyproj.CRS.from_user_input(plain)
    except pyproj.exceptions.CRSError:
        return None
    authority = named.to_authority() if named.is_geographic or named.is_projected else None
    return None if authority is None else ":".join(authority)


def parse_known_crs(stated: str) -> pyproj.CRS:
    """Make a reference system from what a file states.

    Parameters
    ----------
    stated : str
        An authority code (``EPSG:4547``) or well-known text.

    Returns
    -------
    pyproj.CRS
        Geographic or projected, of two dimensions.

    Raises
    ------
    UnknownCrsError
        When it is neither, or uses what is not known here: a grid file, another prime meridian than Greenwich, other
        units than degrees and metres, an unusual projection.
    """
    coded = _AUTHORITY_CODE.fullmatch(stated.strip())
    try:
        if coded is not None:
            system = pyproj.CRS.from_authority(coded["authority"], coded["code"])
        elif is_definition_harmless(stated):
            parsed = pyproj.CRS.from_wkt(stated).to_2d()
            # A meridian that is called Greenwich and lies elsewhere does not appear in the JSON.
            if parsed.prime_meridian is not None and parsed.prime_meridian.longitude != 0:
                raise UnknownCrsError("crs_meridian")
            system = pyproj.CRS.from_json_dict(_reduce(parsed.to_json_dict()))
        else:
            raise UnknownCrsError("crs_no_code")
        system = system.to_2d()
    except pyproj.exceptions.CRSError as error:
        raise UnknownCrsError("crs_unheard") from error
    if not (system.is_geographic or system.is_projected):
        raise UnknownCrsError("crs_other_kind")
    return system


def _reduce(stated: dict[str, Any]) -> dict[str, Any]:
    """Keep of a definition (PROJJSON) what is known, and nothing else."""
    kind = stated.get("type")
    if kind == "CompoundCRS":
        return _reduce(stated["components"][0])
    if kind == "BoundCRS":
        return {
            "type": kind,
            "source_crs": _reduce(stated["source_crs"]),
            # By code: what a file says of the target could be anything.
            "target_crs": pyproj.CRS.from_epsg(4326).to_json_dict(),
            "transformation": _reduce_shift(stated["transformation"]),
        }
    if kind == "GeographicCRS":
        return _reduce_geographic(stated)
    if kind == "ProjectedCRS":
        return {
            "type": kind,
            "name": _read_name(stated),
            "base_crs": _reduce_geographic(stated["base_crs"]),
            "conversion": _reduce_conversion(stated["conversion"]),
            "coordinate_system": _reduce_axes(stated["coordinate_system"]),
        }
    raise UnknownCrsError("crs_type", str(kind))


def _reduce_geographic(stated: dict[str, Any]) -> dict[str, Any]:
    datum = stated.get("datum") or stated.get("datum_ensemble")
    if datum is None or "ellipsoid" not in datum:
        raise UnknownCrsError("crs_datum")
    sizes = ("semi_major_axis", "semi_minor_axis", "inverse_flattening", "radius")
    ellipsoid = {key: _read_number(value) for key, value in datum["ellipsoid"].items() if key in sizes}
    return {
        "type": "GeographicCRS",
        "name": _read_name(stated),
        "datum": {
            "type": "GeodeticReferenceFrame",
            "name": _read_name(datum),
            "ellipsoid": {"name": _read_name(datum["ellipsoid"]), **ellipsoid},
        },
        "coordinate_system": _reduce_axes(stated["coordinate_system"]),
    }


def _reduce_conversion(stated: dict[str, Any]) -> dict[str, Any]:
    if stated["method"]["name"] not in _METHODS:
        raise UnknownCrsError("crs_projection")
    return _with_parameters(stated)


def _reduce_shift(stated: dict[str, Any]) -> dict[str, Any]:
    if not stated["method"]["name"].startswith(_SHIFTS):
        raise UnknownCrsError("crs_shift")
    reduced = _with_parameters(stated)
    if any(abs(parameter["value"]) > _MAX_SHIFT for parameter in reduced["parameters"]):
        raise UnknownCrsError("crs_large_shift")
    return reduced


def _with_parameters(stated: dict[str, Any]) -> dict[str, Any]:
    keys = ("name", "unit", "id")
    parameters = [
        {key: one[key] for key in keys if key in one} | {"value": _read_number(one["value"])}
        for one in stated.get("parameters", ())
    ]
    method = {key: stated["method"][key] for key in ("name", "id") if key in stated["method"]}
    return {"name": _read_name(stated), "method": method, "parameters": parameters}


def _reduce_axes(stated: dict[str, Any]) -> dict[str, Any]:
    axes = [{key: axis[key] for key in ("name", "abbreviation", "direction", "unit")} for axis in stated["axis"]]
    wanted = ("degree", _DEGREE) if stated["subtype"] == "ellipsoidal" else ("metre", 1.0)
    for axis in axes:
        unit = axis["unit"]
        factor = unit.get("conversion_factor") if isinstance(unit, dict) else None
        if unit != wanted[0] and (factor is None or abs(factor - wanted[1]) > _UNIT_TOLERANCE):
            raise UnknownCrsError("crs_unit")
    return {"subtype": stated["subtype"], "axis": axes}


def _read_name(stated: dict[str, Any]) -> str:
    return str(stated.get("name", "unknown"))[:100]


def _read_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnknownCrsError("crs_parameter")
    return value
