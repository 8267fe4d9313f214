"""What a file has to be before GDAL may open it: checked with the libraries of the format, because GDAL skips and obeys."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final
from xml.parsers import expat

from pilotzones.geo.boundaries.upload.formats.file_type import Kind
from pilotzones.geo.boundaries.upload.formats.shapefile_reader import find_truncated_parts
from pilotzones.geo.boundaries.upload.known_crs import is_definition_harmless, names_file
from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.errors import Problem, make_problem

__all__ = ["check_before_opening", "parse_xml"]

# Where GeoPackage, and GDAL and SpatiaLite, list the layers of a database.
_REGISTERS: Final = (("gpkg_contents", "table_name"), ("geometry_columns", "f_table_name"))
_VIRTUAL: Final = re.compile(r"create\s+virtual\s+table\b")
# SQLite takes a comment for a blank.
_SQL_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)|--[^\n]*", re.DOTALL)
_MODULE: Final = re.compile(
    r"""create\s+virtual\s+table\s+(?:if\s+not\s+exists\s+)?"""
    r"""(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|[^\s"'`\[(]+)\s*\busing\s+(\w+)"""
)
# Indexes that SpatiaLite makes by itself, as virtual tables.
_INDEX_MODULES: Final = ("rtree", "virtualspatialindex", "virtualelementary", "virtualknn", "virtualknn2")
_SCHEMA_LOCATION: Final = re.compile(
    rb"""\s[^\W\d][\w.-]*+:(?:noNamespaceS|s)chemaLocation\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE
)
_OTHER_TABLES: Final = re.compile(
    r"seamless|linked|\bview\b|\bopen\s+table\b|^\s*file\s+\"", re.IGNORECASE | re.MULTILINE
)
_MAX_TAB_BYTES: Final = 1_000_000
# Where GDAL finds the definition of a reference system in a database: the table, its key, and where layers name that key.
_SYSTEMS: Final = (
    ("gpkg_spatial_ref_sys", "srs_id", ("gpkg_geometry_columns", "gpkg_contents")),
    ("spatial_ref_sys", "srid", ("geometry_columns",)),
)
# Magic bytes and the length of the header, then the header with the definition (FlatGeobuf specification, version 3).
_FGB_PREFIX: Final = 12
# Names in the definitions of ESRI are UTF-8 in the list of items and UTF-16 in the head of each table.
_GRID_WORDS: Final = (b"proj4_grids", b"parameterfile", b"geoidgrids", b"nadgrids", b"difference file")
_SYSTEM_NAME: Final = re.compile(r"[\w:./#-]{1,100}")


def check_before_opening(path: Path, kind: Kind, file: str) -> list[Problem]:
    """Find what keeps a file from being opened: missing ends, programs inside, pointers elsewhere.

    Parameters
    ----------
    path : Path
        A copy of ours; that of a GML loses the addresses of its schemas, which GDAL would follow.
    kind : str
    file : str
        Name to report.

    Returns
    -------
    list of Problem
        Errors.
    """
    if kind == "shapefile":
        return find_truncated_parts(path, file=file) or _check_projection(path.with_suffix(".prj"), file)
    if kind in ("gpkg", "sqlite"):
        return _check_database(path, file)
    if kind == "mapinfo":
        return _check_table(path, file)
    if kind in ("flatgeobuf", "filegdb"):
        return _check_stated_system(path, file)
    if kind == "gml":
        path.write_bytes(_SCHEMA_LOCATION.sub(b" ", path.read_bytes()))
        return _check_gml(path, file)
    return []


def _check_table(tab: Path, file: str) -> list[Problem]:
    """Make sure that the .tab of a MapInfo table leads to no other file."""
    head = tab.read_bytes()[:_MAX_TAB_BYTES].decode("latin-1")
    if tab.suffix != ".tab" or not _OTHER_TABLES.search(head):
        return []
    return [make_problem(file, "program-tab")]


def _check_projection(prj: Path, file: str) -> list[Problem]:
    """Make sure that the .prj of a shapefile, if there is one, names no file and is no program."""
    if not prj.is_file():
        return []
    text = prj.read_bytes().decode("utf-8-sig", "replace")
    if not text.strip() or is_definition_harmless(text):
        return []
    return [make_problem(file, "crs_unknown-prj", field=".prj", value=sanitize_for_display(text))]


def _check_database(path: Path, file: str) -> list[Problem]:
    """Make sure that a database is whole, and that what GDAL reads of it are tables: a view is a program."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema=0")
            verdict = database.execute("PRAGMA quick_check(1)").fetchone()
            problems = _check_tables(database, file) or _check_definitions(database, file)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [make_problem(file, "damaged-sqlite", facts={"reason": sanitize_for_display(error)})]
    if verdict != ("ok",):
        return [make_problem(file, "damaged-database", facts={"reason": sanitize_for_display(verdict)})]
    return problems


def _check_tables(database: sqlite3.Connection, file: str) -> list[Problem]:
    """Find what GDAL would read as a layer, or as a list of layers, and is no table.

    The list of layers itself has to be a table: as a view it may say one thing here and another to GDAL.
    """
    schema = database.execute("SELECT lower(name), name, type, lower(coalesce(sql, '')) FROM sqlite_master").fetchall()
    programs = {
        lowered: name for lowered, name, kind, sql in schema if kind == "view" or (kind == "table" and _is_program(sql))
    }
    listing = [
        name
        for lowered, name in programs.items()
        if lowered.startswith(("gpkg_", "sqlite_", "geometry_columns")) or lowered == "spatial_ref_sys"
    ]
    # SpatiaLite has views of its own beside its list of layers, geometry_columns_statistics among them.
    listing = [name for name in listing if not name.lower().startswith("geometry_columns_")]
    if listing:
        return [make_problem(file, "program-list", value=sanitize_for_display(name)) for name in listing]
    tables = {lowered for lowered, _, kind, _ in schema if kind == "table"}
    contents = [
        str(name).lower()
        for register, column in _REGISTERS
        if register in tables
        for (name,) in database.execute(f"SELECT {column} FROM {register} LIMIT 10000")  # noqa: S608 - names of ours
    ]
    return [
        make_problem(file, "program-view", value=sanitize_for_display(programs[name]))
        for name in dict.fromkeys(contents)
        if name in programs
    ]


def _is_program(sql: str) -> bool:
    """Return whether a table is a virtual one, whose rows a module makes, and no index of a layer."""
    plain = _SQL_COMMENT.sub(" ", sql)
    if _VIRTUAL.match(plain) is None:
        return False
    module = _MODULE.match(plain)
    return module is None or module[1] not in _INDEX_MODULES


def _check_definitions(database: sqlite3.Connection, file: str) -> list[Problem]:
    """Find reference systems of layers whose definition is not to be parsed, in whichever column it stands."""
    tables = {name for (name,) in database.execute("SELECT lower(name) FROM sqlite_master WHERE type = 'table'")}
    found: list[str] = []
    for table, key, users in _SYSTEMS:
        for user in users if table in tables else ():
            if user in tables:
                # A layer may write the number as a text.
                rows = database.execute(
                    f"SELECT * FROM {table} WHERE CAST({key} AS INTEGER) IN "  # noqa: S608 - names of ours
                    f"(SELECT CAST({key} AS INTEGER) FROM {user}) LIMIT 100"
                )
                columns = [column[0].lower() for column in rows.description]
                found += [
                    str(cell)
                    for row in rows
                    for column, cell in zip(columns, row, strict=True)
                    if _is_refused_definition(column, str(cell))
                ]
    return [
        make_problem(file, "crs_unknown-definition", field="crs", value=sanitize_for_display(definition))
        for definition in dict.fromkeys(found)
    ]


def _is_refused_definition(column: str, text: str) -> bool:
    if column == "definition" and text.strip().lower() not in ("undefined", ""):
        return not is_definition_harmless(text)
    return names_file(text)


def _check_stated_system(path: Path, file: str) -> list[Problem]:
    """Make sure that the reference system of a FlatGeobuf or a File Geodatabase names no file."""
    if path.is_dir():
        is_bad = any(_names_grid(table.read_bytes()) for table in path.glob("*.gdbtable"))
    else:
        with path.open("rb") as stream:
            size = int.from_bytes(stream.read(_FGB_PREFIX)[-4:], "little")
            is_bad = names_file(stream.read(size).decode("utf-8", "replace"))
    return [make_problem(file, "crs_unknown-definition", field="crs")] if is_bad else []


def _names_grid(content: bytes) -> bool:
    """Return whether a table of a File Geodatabase has a definition that names a grid file."""
    # Without the zeros a text in UTF-16 is one in ASCII.
    plain = content.replace(b"\0", b"").lower()
    return any(word in plain for word in _GRID_WORDS) and names_file(plain.decode("latin-1"))


def parse_xml(
    path: Path,
    *,
    file: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> list[Problem]:
    """Parse XML to its end, and refuse a document type declaration: it is the way to entities and to other files.

    Parameters
    ----------
    path : Path
    file : str
        Name to report.
    start : callable
        Takes the name and the attributes of each element where it begins.
    end : callable, optional
        Takes the name of each element where it ends.
    text : callable, optional
        Takes each piece of text.

    Returns
    -------
    list of Problem
        An error when it is not well-formed, or declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except _DeclarationError:
        return [make_problem(file, "program-doctype")]
    except (expat.ExpatError, LookupError, ValueError) as error:
        return [make_problem(file, "damaged-xml", facts={"reason": sanitize_for_display(error)})]
    return []


class _DeclarationError(Exception):
    """A document type declaration."""


def _refuse_declaration(*_: object) -> None:
    raise _DeclarationError


def _check_gml(path: Path, file: str) -> list[Problem]:
    """Check a GML: well-formed to the end, no document type, reference systems by their codes."""
    strange: set[str] = set()

    def check_system(_: str, attributes: dict[str, str]) -> None:
        for attribute, system in attributes.items():
            # GDAL compares the name without regard to case.
            if attribute.rpartition(":")[2].lower() == "srsname" and not _SYSTEM_NAME.fullmatch(system):
                strange.add(sanitize_for_display(system))

    return parse_xml(path, file=file, start=check_system) or [
        make_problem(file, "crs_unknown-srs_name", field="srsName", value=name) for name in strange
    ]
