"""Shapefiles: taken out of an archive member by member, checked for missing ends, and their text decoded."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns
from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.errors import IntakeError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.files.limits import Limits

__all__ = ["PARTS", "decode_table", "find_truncated_parts", "unpack"]

# All that is taken of a shapefile; the rest (.sbn, .xml …) is index or decoration.
PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED: Final = (".shp", ".shx", ".dbf")
_CHUNK: Final = 1 << 20
# What zipfile says to archives that are none: RuntimeError to a password, NotImplementedError to a rare compression,
# OSError and ValueError to places before the beginning of the file.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    struct.error,
    ValueError,
)
_SHP_HEADER: Final = 28
_DBF_HEADER: Final = 32
# Byte 29 of a .dbf names its code page; only those that can hold Chinese are believed.
_LDID: Final = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "cp950", 0x78: "cp950", 0x79: "cp950"}
_CPG: Final = {
    "utf-8": ("UTF8", "65001"),
    "gb18030": ("GB18030", "GBK", "GB2312", "936", "CP936", "MS936", "WINDOWS936", "ANSI936", "54936", "EUCCN"),
    "cp950": ("BIG5", "950", "CP950", "WINDOWS950", "ANSI950"),
}


def unpack(archive: Path, folder: Path, *, file: str, limits: Limits) -> Path:
    """Take the one shapefile out of a zip.

    Parameters
    ----------
    archive : Path
        The zip.
    folder : Path
        Where its parts go, under names of our own.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    Path
        The .shp.

    Raises
    ------
    IntakeError
        When the archive is broken, too large, tries to leave its folder, or holds not exactly one shapefile.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _members(opened, file, limits)
            left = limits.unpacked_bytes
            for suffix, member in members.items():
                left -= _copy(opened, member, folder / f"input{suffix}", left, file)
    except _BROKEN as error:
        text = f"the archive is damaged, locked or of a rare kind ({sanitize_for_display(error)}): pack it again"
        raise _refused(file, text) from None
    return folder / "input.shp"


def _members(opened: zipfile.ZipFile, file: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    entries = opened.infolist()
    if len(entries) > limits.members:
        raise _refused(
            file, f"{len(entries)} entries in the archive; at most {limits.members} are allowed", "too_large"
        )
    for entry in entries:
        _check_entry(entry, file, limits)
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise _refused(
            file, f"unpacked it would be {total:,} bytes; at most {limits.unpacked_bytes:,} are allowed", "too_large"
        )
    # macOS adds a shadow "._name" beside every file.
    paths = [(PurePosixPath(entry.filename), entry) for entry in entries if not entry.is_dir()]
    paths = [(path, entry) for path, entry in paths if "__MACOSX" not in path.parts and not path.name.startswith("._")]
    shapes = [path for path, _ in paths if path.suffix.lower() == ".shp"]
    if len(shapes) != 1:
        text = f"the archive holds {len(shapes)} shapefiles, one is needed: .shp, .shx, .dbf (and .prj, .cpg)"
        raise _refused(file, text)
    _check_entries_differ([path for path, _ in paths], file)
    stem = shapes[0].with_suffix("").as_posix().casefold()
    found = {
        path.suffix.lower(): entry
        for path, entry in paths
        if path.suffix.lower() in PARTS and path.with_suffix("").as_posix().casefold() == stem
    }
    missing = [suffix for suffix in _NEEDED if suffix not in found]
    if missing:
        raise _refused(file, f"the shapefile in the archive has no {' and no '.join(missing)}")
    return found


def _check_entries_differ(paths: Sequence[PurePosixPath], file: str) -> None:
    """Make sure that nobody has to choose between entries: none stands twice, and no part lies in two folders."""
    whole: dict[str, PurePosixPath] = {}
    parts: dict[str, PurePosixPath] = {}
    for path in paths:
        key = unicodedata.normalize("NFC", path.as_posix()).casefold()
        twin = whole.get(key)
        if twin is None and path.suffix.lower() in PARTS:
            twin = parts.get(PurePosixPath(key).name)
        if twin is not None:
            listing = f"{sanitize_for_display(twin)!r} and {sanitize_for_display(path)!r}"
            raise _refused(file, f"the archive has the same part twice, {listing}: leave one of them out")
        whole[key] = parts[PurePosixPath(key).name] = path


def _check_entry(entry: zipfile.ZipInfo, file: str, limits: Limits) -> None:
    # ZipInfo cuts a name at NUL and may turn separators: the name as written counts as well.
    for name in (entry.filename, entry.orig_filename):
        if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts or ":" in name or "\0" in name:
            raise _refused(
                file, f"the archive has an entry outside its folder: {sanitize_for_display(name)!r}", "program"
            )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _refused(file, f"the archive has a symbolic link: {sanitize_for_display(entry.filename)!r}", "program")
    if entry.file_size > limits.ratio * max(entry.compress_size, 1):
        text = f"the entry {sanitize_for_display(entry.filename)!r} is packed more than {limits.ratio} times"
        raise _refused(file, text)


def _copy(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, file: str) -> int:
    """Write one member, believing what comes out rather than what the header says."""
    size = 0
    with opened.open(member) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > min(member.file_size, left):
                raise _refused(
                    file, f"the entry {sanitize_for_display(member.filename)!r} is larger than it says", "program"
                )
            sink.write(chunk)
    return size


def find_truncated_parts(shp: Path, *, file: str) -> list[Problem]:
    """Parts of a shapefile that end before their headers say: GDAL would read the rows that are left.

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
        raw = _head(shp.with_suffix(suffix), _SHP_HEADER)
        size = shp.with_suffix(suffix).stat().st_size
        # Length in 16-bit words, big-endian, at byte 24 (ESRI Shapefile Technical Description, 1998, table 1).
        if len(raw) < _SHP_HEADER or raw[:4] != b"\x00\x00\x27\x0a" or 2 * struct.unpack(">i", raw[24:28])[0] > size:
            problems.append(
                Problem(
                    file, f"the {suffix} is no whole shapefile part: it was cut off; fetch it again", kind="damaged"
                )
            )
    indexed = (shp.with_suffix(".shx").stat().st_size - 100) // 8
    header = _head(shp.with_suffix(".dbf"), _DBF_HEADER)
    if len(header) < _DBF_HEADER:
        return [*problems, Problem(file, "the .dbf was cut off; fetch it again", kind="damaged")]
    rows, start, width = struct.unpack("<IHH", header[4:12])
    if start + rows * width > shp.with_suffix(".dbf").stat().st_size:
        problems.append(
            Problem(file, "the .dbf ends before its last row: it was cut off; fetch it again", kind="damaged")
        )
    # Of an index that was cut off nobody knows how many rows it had.
    if rows != indexed and not problems:
        problems.append(
            Problem(file, f"the .dbf has {rows} rows, the .shx {indexed}: they do not belong together", kind="damaged")
        )
    return problems


def decode_table(
    shp: Path, names: Sequence[bytes], cells: Sequence[Sequence[bytes | None]], *, file: str
) -> tuple[tuple[str, ...], dict[str, list[str | None]], list[Problem]]:
    """Text of a .dbf by the first encoding that fits: the .cpg, the .dbf's own mark, UTF-8, GB18030.

    Parameters
    ----------
    shp : Path
        With its .dbf and perhaps a .cpg beside it.
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
        Those of `pilotzones.geo.boundaries.upload.attribute_mapping.select_columns`.
    problems : list of Problem
        An error when no encoding fits.
    """
    stated = _stated_encodings(shp)
    problems: list[Problem] = []
    for encoding in dict.fromkeys([*stated, "utf-8", "gb18030"]):
        try:
            found = tuple(name.decode(encoding) for name in names)
            wanted = set(select_columns(found))
            columns = {
                name: [None if cell is None else cell.decode(encoding) for cell in column]
                for name, column in zip(found, cells, strict=True)
                if name in wanted
            }
        except UnicodeDecodeError as error:
            if encoding in stated:
                text = f"the file says its text is {encoding}, which it is not"
                value = error.object.decode("latin-1")
                problems.append(
                    Problem(
                        file, text, field=".cpg", value=sanitize_for_display(value), severity="warning", kind="encoding"
                    )
                )
            continue
        if encoding not in stated:
            text = f"the text was read as {encoding}"
            problems.append(Problem(file, text, field=".cpg", severity="info", kind="encoding"))
        return found, columns, problems
    text = "the text is neither UTF-8 nor GB18030: save the shapefile as UTF-8, or state the encoding in a .cpg"
    return (), {}, [*problems, Problem(file, text, field=".cpg", kind="encoding")]


def _stated_encodings(shp: Path) -> list[str]:
    stated = []
    cpg = shp.with_suffix(".cpg")
    if cpg.is_file():
        text = _head(cpg, 64).decode("ascii", "replace").upper()
        plain = "".join(mark for mark in text if mark.isalnum())
        stated += [encoding for encoding, spellings in _CPG.items() if plain in spellings]
    mark = _head(shp.with_suffix(".dbf"), _DBF_HEADER)
    if len(mark) == _DBF_HEADER and mark[29] in _LDID and not stated:
        stated.append(_LDID[mark[29]])
    return stated


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _refused(file: str, message: str, kind: str = "damaged") -> IntakeError:
    problem = Problem(file, message, kind=kind)
    return IntakeError(str(problem), [problem])
