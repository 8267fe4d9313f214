"""Archives: every data set in a zip taken out under a name of ours, with limits on what comes out."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from pilotzones.geo.boundaries.upload.formats.file_type import HEAD_BYTES, KINDS, Kind, detect_kind, find_foreign_format
from pilotzones.geo.boundaries.upload.raw_features import make_refusal, sanitize_for_display
from pilotzones.geo.files.zip_members import fold_member_name
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["DATA_SUFFIX", "PARTS", "Dataset", "unpack"]

# All that is taken of a format in several parts, the first of them the one that is opened; the rest (.sbn, .xml …) is
# index or decoration.
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    ".shp": (".shp", ".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".tab", ".dat", ".map", ".id"),
    ".mif": (".mif", ".mid"),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {".shp": (".shx", ".dbf"), ".tab": (".dat", ".map", ".id"), ".mif": ()}
# The ending by which GDAL knows a copy of ours.
DATA_SUFFIX: Final[Mapping[Kind, str]] = {kind: f".{kind}" for kind in KINDS} | {
    "filegdb": ".gdb", "flatgeobuf": ".fgb", "mapinfo": ".tab", "shapefile": ".shp", "workbook": ".xlsx",
}  # fmt: skip
_DATA: Final = (
    ".csv", ".fgb", ".geojson", ".geojsonl", ".geojsons", ".gml", ".gpkg", ".json", ".kml", ".parquet", ".sqlite",
    ".topojson", ".tsv",
)  # fmt: skip
_GEODATABASE_PART: Final = re.compile(r"(?:a[0-9a-f]{8}\.[a-z_]{2,20}|gdb|timestamps)", re.IGNORECASE)
_CHUNK: Final = 1 << 20
# Small members may be packed as tightly as zeros allow: File Geodatabases have indexes that are empty.
_MIN_RATIO_BYTES: Final = 1_000_000
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


@dataclass(frozen=True)
class Dataset:
    """A data set that can be opened.

    Parameters
    ----------
    name : str
        What it is called in its archive, without the ending; that of the file where there is no archive.
    path : Path
        A copy under a name of ours, its parts beside it.
    kind : str
    """

    name: str
    path: Path
    kind: Kind


def unpack(archive: Path, folder: Path, *, file: str, limits: Limits) -> list[Dataset]:
    """Take the data sets out of a zip.

    Parameters
    ----------
    archive : Path
        The zip: shapefiles, MapInfo files, File Geodatabases or single files; KMZ, XLSX and ODS are zips as well.
    folder : Path
        Where the parts go, each data set in a folder of its own.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    list of Dataset
        At least one, in the order of their names.

    Raises
    ------
    IntakeError
        When the archive is broken, too large, tries to leave its folder, or holds no data set.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = _check_entries(opened, file, limits)
            office = _find_office_document(entries, archive, file)
            if office is not None:
                return [office]
            taken = _Extraction(opened, folder, limits.unpacked_bytes, file)
            found = list(_extract_datasets(entries, taken, file))
            foreign = None if found else _find_foreign_format(entries, taken)
    except _BROKEN as error:
        raise make_refusal(file, "damaged-archive", reason=sanitize_for_display(error)) from None
    if not found:
        facts = {"advice_message": f"problem_{foreign or 'archive_needs'}"}
        listing = ", ".join(sanitize_for_display(path.name) for path in list(entries)[:10])
        raise make_refusal(file, "no_layer-archive" if listing else "no_layer-empty", entries=listing, **facts)
    return sorted(found, key=lambda dataset: dataset.name)


def _check_entries(opened: zipfile.ZipFile, file: str, limits: Limits) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Return the members that may be read, by their paths."""
    entries = opened.infolist()
    if len(entries) > limits.members:
        raise make_refusal(file, "too_large-entries", entries=len(entries), most=limits.members)
    for entry in entries:
        _check_entry(entry, file, limits)
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise make_refusal(file, "too_large-unpacked", bytes=f"{total:,}", most=f"{limits.unpacked_bytes:,}")
    # macOS adds a shadow "._name" beside every file.
    paths = [(PurePosixPath(entry.filename), entry) for entry in entries if not entry.is_dir()]
    found = [(path, entry) for path, entry in paths if "__MACOSX" not in path.parts and not path.name.startswith("._")]
    _check_entries_differ([path for path, _ in found], file)
    return dict(found)


def _check_entries_differ(paths: Sequence[PurePosixPath], file: str) -> None:
    """Make sure that nobody has to choose between entries: none stands twice, and no part lies apart from the rest."""
    suffixes = {part for parts in PARTS.values() for part in parts}
    mains = {path.with_suffix("").as_posix().casefold() for path in paths if path.suffix.lower() in PARTS}
    whole: dict[str, PurePosixPath] = {}
    parts: dict[str, PurePosixPath] = {}
    for path in paths:
        key = fold_member_name(path.as_posix())
        twin = whole.get(key)
        if path.suffix.lower() in suffixes and (twin or path.with_suffix("").as_posix().casefold() not in mains):
            twin = twin or parts.get(PurePosixPath(key).name)
        if twin is not None:
            names = {"first": sanitize_for_display(twin), "second": sanitize_for_display(path)}
            raise make_refusal(file, "damaged-part_twice", **names)
        whole[key] = parts[PurePosixPath(key).name] = path


def _check_entry(entry: zipfile.ZipInfo, file: str, limits: Limits) -> None:
    # ZipInfo cuts a name at NUL and may turn separators: the name as written counts as well.
    for name in (entry.filename, entry.orig_filename):
        if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts or ":" in name or "\0" in name:
            raise make_refusal(file, "program-outside", entry=sanitize_for_display(name))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise make_refusal(file, "program-link", entry=sanitize_for_display(entry.filename))
    if entry.file_size > _MIN_RATIO_BYTES and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise make_refusal(file, "too_large-ratio", entry=sanitize_for_display(entry.filename), most=limits.ratio)


def _find_office_document(entries: Mapping[PurePosixPath, zipfile.ZipInfo], archive: Path, file: str) -> Dataset | None:
    """Return the archive itself where it is a workbook, and refuse it where it is another document."""
    names = {str(path) for path in entries}
    if "xl/workbook.xml" in names:
        return Dataset("", _rename(archive, ".xlsx"), "workbook")
    if {"content.xml", "mimetype"} <= names:
        return Dataset("", _rename(archive, ".ods"), "workbook")
    for name, suffix in (("word/document.xml", "docx"), ("OFD.xml", "ofd")):
        if name in names:
            raise make_refusal(file, f"wrong_kind-{suffix}")
    return None


def _rename(archive: Path, suffix: str) -> Path:
    return archive.rename(archive.with_suffix(suffix))


class _Extraction:
    """Writes members, and counts what is left of the bytes that may come out."""

    def __init__(self, opened: zipfile.ZipFile, folder: Path, left: int, file: str) -> None:
        self._opened, self._folder, self._left, self._file = opened, folder, left, file
        self._datasets = 0

    def make_folder(self) -> Path:
        """Make the folder of the next data set."""
        self._datasets += 1
        made = self._folder / f"dataset{self._datasets}"
        made.mkdir()
        return made

    def read_head(self, member: zipfile.ZipInfo) -> bytes:
        """Read the beginning of a member."""
        with self._opened.open(member) as source:
            return source.read(HEAD_BYTES)

    def write(self, member: zipfile.ZipInfo, target: Path) -> None:
        """Write one member, believing what comes out rather than what the header says."""
        size = 0
        with self._opened.open(member) as source, target.open("xb") as sink:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > min(member.file_size, self._left):
                    raise make_refusal(self._file, "program-size", entry=sanitize_for_display(member.filename))
                sink.write(chunk)
        self._left -= size


def _extract_datasets(
    entries: Mapping[PurePosixPath, zipfile.ZipInfo], taken: _Extraction, file: str
) -> Iterator[Dataset]:
    rest = dict(entries)
    found = 0
    for dataset in (*_extract_geodatabases(rest, taken), *_extract_parts(rest, taken, file)):
        found += 1
        yield dataset
    for path, member in sorted(rest.items(), key=lambda item: str(item[0])):
        if path.suffix.lower() in _DATA and path.name.lower() != "datapackage.json":
            kind = detect_kind(taken.read_head(member), path.name)
            # Descriptions beside shapefiles are JSON and CSV as well.
            if kind in (None, "zip") or (found and path.suffix.lower() in (".json", ".csv", ".tsv")):
                continue
            target = taken.make_folder() / f"input{DATA_SUFFIX[kind]}"
            taken.write(member, target)
            yield Dataset(path.stem, target, kind)


def _find_foreign_format(entries: Mapping[PurePosixPath, zipfile.ZipInfo], taken: _Extraction) -> str | None:
    found = (find_foreign_format(taken.read_head(member), path.name) for path, member in entries.items())
    return next((code for code in found if code), None)


def _extract_geodatabases(rest: dict[PurePosixPath, zipfile.ZipInfo], taken: _Extraction) -> Iterator[Dataset]:
    folders: dict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
    for path in rest:
        if _GEODATABASE_PART.fullmatch(path.name):
            folders[path.parent].append(path)
    for folder, paths in sorted(folders.items()):
        if not any(path.suffix.lower() == ".gdbtable" for path in paths):
            continue
        target = taken.make_folder() / "input.gdb"
        target.mkdir()
        for path in paths:
            taken.write(rest.pop(path), target / path.name.lower())
        yield Dataset(folder.stem or "gdb", target, "filegdb")


def _extract_parts(rest: dict[PurePosixPath, zipfile.ZipInfo], taken: _Extraction, file: str) -> Iterator[Dataset]:
    mains = [path for path in rest if path.suffix.lower() in PARTS]
    for main in sorted(mains):
        suffix = main.suffix.lower()
        beside = _find_parts(main, rest, PARTS[suffix])
        missing = [part for part in NEEDED[suffix] if part not in beside]
        if missing:
            code = "incomplete-archived_shapefile" if suffix == ".shp" else "incomplete-archived_mapinfo"
            raise make_refusal(file, code, parts=", ".join(missing))
        folder = taken.make_folder()
        for part, path in beside.items():
            taken.write(rest.pop(path), folder / f"input{part}")
        yield Dataset(main.stem, folder / f"input{suffix}", "shapefile" if suffix == ".shp" else "mapinfo")


def _find_parts(
    main: PurePosixPath, entries: Mapping[PurePosixPath, object], parts: Sequence[str]
) -> dict[str, PurePosixPath]:
    stem = main.with_suffix("").as_posix().casefold()
    return {
        path.suffix.lower(): path
        for path in entries
        if path.suffix.lower() in parts and path.with_suffix("").as_posix().casefold() == stem
    }
