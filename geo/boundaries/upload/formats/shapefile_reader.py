"""Shapefiles: checked for missing ends, and their text decoded, as that of MapInfo tables is."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns
from pilotzones.geo.boundaries.upload.raw_features import pair_columns, sanitize_for_display
from pilotzones.geo.errors import Problem, make_problem

__all__ = ["decode_table", "find_truncated_parts"]

_SHP_HEADER: Final = 28
_DBF_HEADER: Final = 32
# Byte 29 of a .dbf names its code page; only those that can hold Chinese are believed.
_LDID: Final = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "cp950", 0x78: "cp950", 0x79: "cp950"}
_CPG: Final = {
    "utf-8": ("UTF8", "65001"),
    "gb18030": ("GB18030", "GBK", "GB2312", "936", "CP936", "MS936", "WINDOWS936", "ANSI936", "54936", "EUCCN"),
    "cp950": ("BIG5", "950", "CP950", "WINDOWS950", "ANSI950"),
}


def find_truncated_parts(shp: Path, *, file: str) -> list[Problem]:
    """Find parts of a shapefile that end before their headers say: GDAL would read the rows that are left.

    Parameters
    ----------
    shp : Path
        With its .shx and .dbf beside it.
    file : str
        Name to report.

    Returns
    -------
    list of Problem
    """
    problems = []
    for suffix in (".shp", ".shx"):
        raw = _read_head(shp.with_suffix(suffix), _SHP_HEADER)
        size = shp.with_suffix(suffix).stat().st_size
        # Length in 16-bit words, big-endian, at byte 24 (ESRI Shapefile Technical Description, 1998, table 1).
        if len(raw) < _SHP_HEADER or raw[:4] != b"\x00\x00\x27\x0a" or 2 * struct.unpack(">i", raw[24:28])[0] > size:
            problems.append(make_problem(file, "damaged-part", facts={"part": suffix}))
    indexed = (shp.with_suffix(".shx").stat().st_size - 100) // 8
    header = _read_head(shp.with_suffix(".dbf"), _DBF_HEADER)
    if len(header) < _DBF_HEADER:
        return [*problems, make_problem(file, "damaged-dbf")]
    rows, start, width = struct.unpack("<IHH", header[4:12])
    if start + rows * width > shp.with_suffix(".dbf").stat().st_size:
        problems.append(make_problem(file, "damaged-dbf_rows"))
    # Of an index that was cut off nobody knows how many rows it had.
    if rows != indexed and not problems:
        problems.append(make_problem(file, "damaged-parts_differ", facts={"rows": rows, "indexed": indexed}))
    return problems


def decode_table(
    shp: Path, names: Sequence[bytes], cells: Sequence[Sequence[bytes | None]], *, file: str
) -> tuple[tuple[str, ...], dict[str, list[str | None]], list[Problem]]:
    """Decode a .dbf by the first encoding that fits: the .cpg, the .dbf's own mark, UTF-8, GB18030.

    Parameters
    ----------
    shp : Path
        With its .dbf and perhaps a .cpg beside it; of a MapInfo table its .tab or .mif.
    names : sequence of bytes
        Column names.
    cells : sequence of sequence of bytes or None
        One for each column.
    file : str
        Name to report.

    Returns
    -------
    found : tuple of str
        Column names.
    columns : dict of str to list of str or None
    problems : list of Problem
        An error when no encoding fits.
    """
    stated = _list_stated_encodings(shp)
    problems: list[Problem] = []
    for encoding in dict.fromkeys([*stated, "utf-8", "gb18030"]):
        try:
            found = tuple(name.decode(encoding) for name in names)
            wanted = set(select_columns(found))
            # A column that is surely read must fit; any other is only looked at for codes and names.
            decoded = [
                [
                    None if cell is None else cell.decode(encoding, "strict" if name in wanted else "replace")
                    for cell in column
                ]
                for name, column in zip(found, cells, strict=True)
            ]
        except UnicodeDecodeError as error:
            if encoding in stated:
                value = sanitize_for_display(error.object.decode("latin-1"))
                facts = {"encoding": encoding}
                problems.append(
                    make_problem(file, "encoding-wrong", field=".cpg", value=value, severity="warning", facts=facts)
                )
            continue
        if encoding not in stated:
            facts = {"encoding": encoding}
            problems.append(make_problem(file, "encoding-guessed", field=".cpg", severity="info", facts=facts))
        return found, pair_columns(found, decoded, problems, file=file), problems
    return (), {}, [*problems, make_problem(file, "encoding-shapefile", field=".cpg")]


def _list_stated_encodings(shp: Path) -> list[str]:
    stated = []
    cpg = shp.with_suffix(".cpg")
    if cpg.is_file():
        text = _read_head(cpg, 64).decode("ascii", "replace").upper()
        plain = "".join(mark for mark in text if mark.isalnum())
        stated += [encoding for encoding, spellings in _CPG.items() if plain in spellings]
    dbf = shp.with_suffix(".dbf")
    mark = _read_head(dbf, _DBF_HEADER) if dbf.is_file() else b""
    if len(mark) == _DBF_HEADER and mark[29] in _LDID and not stated:
        stated.append(_LDID[mark[29]])
    return stated


def _read_head(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)
