"""The door for users' boundary files: decided by content, opened in another process, believed only after checks."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pyarrow as pa
import pyogrio
import shapely

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries, SourceInfo
from pilotzones.geo.boundaries.schema import check_boundaries
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.boundaries.upload.file_type import HEAD_BYTES, KINDS, Kind, detect_kind
from pilotzones.geo.boundaries.upload.gdal_reader import gdal_environment
from pilotzones.geo.boundaries.upload.place_check import check_places
from pilotzones.geo.boundaries.upload.raw_features import has_error, sanitize_for_display
from pilotzones.geo.boundaries.upload.shapefile_reader import PARTS
from pilotzones.geo.boundaries.upload.worker import COLUMNS, ISSUES
from pilotzones.geo.errors import BoundaryError, IntakeError, PilotzonesError, Problem, raise_problems
from pilotzones.geo.files.limits import TERMINAL, UPLOAD, Limits
from pilotzones.geo.files.sandbox import WorkerFailedError, WorkerTimeoutError, run_worker
from pilotzones.geo.geometry import crs
from pilotzones.geo.geometry.datum_shift import find_offset, remove_shift

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["TERMINAL", "UPLOAD", "Limits", "inspect_boundary_file", "read_boundary_file"]

_SUFFIX: Final[dict[Kind, str]] = {
    "geojson": ".geojson",
    "gpkg": ".gpkg",
    "flatgeobuf": ".fgb",
    "zip": ".zip",
    "shapefile": ".shp",
    "kml": ".kml",
}
_SHOWN_CODES: Final = 10
_FILLED: Final = ("name", "prefecture", "prefecture_adcode", "province", "province_adcode")


def read_boundary_file(path: Path, *, limits: Limits = TERMINAL, name: str = "", repair: bool = False) -> Boundaries:
    """Boundaries out of a user's file.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoPackage, FlatGeobuf, zipped shapefile, .shp beside its .shx and .dbf, or KML; its name does not
        matter.
    limits : Limits, optional
        `TERMINAL` for a user's own machine, `UPLOAD` for a server.
    name : str, optional
        What the file is called to its user; by default the last part of `path`.
    repair : bool, optional
        Whether the user agrees to repairs: invalid polygons made valid, open rings closed, swapped axes turned, the
        shift of GCJ-02 and BD-09 undone. Without it a file that needs one is refused, with every repair listed; a
        shifted one is only told of.

    Returns
    -------
    Boundaries
        ``info.id`` is "file" and ``info.sha256`` the hash of the file (of a bare shapefile: of the hashes of its parts
        in the order .shp .shx .dbf .prj .cpg). All that was changed or left out stands in ``repairs``, the polygons as
        they came in ``unrepaired``.

    Raises
    ------
    IntakeError
        When the file is refused; every reason is among its problems.
    BoundaryError
        When what was read is no set of counties.
    """
    return _read(path, limits, sanitize_for_display(name or path.name), repair=repair, told=[])


def inspect_boundary_file(
    path: Path, *, limits: Limits = TERMINAL, name: str = "", repair: bool = False
) -> tuple[Boundaries | None, list[Problem]]:
    """Boundaries out of a user's file, and all that was found on the way, for the issue log.

    Parameters
    ----------
    path, limits, name, repair
        As for `read_boundary_file`.

    Returns
    -------
    boundaries : Boundaries or None
        None when the file is refused.
    problems : list of Problem
        Of a refused file, too, warnings and notes are among them.
    """
    told: list[Problem] = []
    file = sanitize_for_display(name or path.name)
    try:
        return _read(path, limits, file, repair=repair, told=told), told
    except PilotzonesError as error:
        found = told + [problem for problem in error.problems if problem not in told]
        # Nobody shall be left to guess why nothing was read.
        return None, found if has_error(found) else [*found, Problem(file, str(error), kind="damaged")]


def _read(path: Path, limits: Limits, file: str, *, repair: bool, told: list[Problem]) -> Boundaries:
    """Read a file, and append to `told` whatever there is to tell, as soon as it is known."""
    with tempfile.TemporaryDirectory(prefix="pilotzones-") as folder:
        copy, kind, digest = _copy(path, Path(folder), file, limits)
        table = _open_in_worker(copy, kind, file, limits, repair=repair)
    told += _problems(table, file)
    raise_problems(IntakeError, file, told)
    counties = _frame(table, file)
    unrepaired = _list_unrepaired(table, counties, file)
    told += _fill(counties, file)
    told += _settle_offset(counties, unrepaired, file, repair=repair)
    told += check_places(counties, table.column("row").to_numpy(), file)
    raise_problems(IntakeError, file, told)
    raise_problems(BoundaryError, file, check_boundaries(counties, file=file))
    info = SourceInfo(
        id="file",
        name_zh=file,
        name_en=file,
        publisher="",
        address="",
        review_number="",
        licence="",
        as_of="",
        as_of_basis="",
        version="",
        sha256=digest,
        coast="unknown",
    )
    return Boundaries(info=info, counties=counties, repairs=tuple(told), unrepaired=unrepaired)


def _refused(file: str, message: str, kind: str = "damaged") -> IntakeError:
    problem = Problem(file, message, kind=kind)
    return IntakeError(str(problem), [problem])


def _copy(path: Path, folder: Path, file: str, limits: Limits) -> tuple[Path, Kind, str]:
    """Make a private copy under our own name: nothing changes under the reader, and no name is ever a path."""
    try:
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            raise _refused(file, "there is no such file", "no_file")
        if not size:
            raise _refused(file, "the file is empty", "no_file")
        if size > limits.file_bytes:
            raise _refused(file, f"the file has {size:,} bytes; at most {limits.file_bytes:,} are read", "too_large")
        with path.open("rb") as stream:
            kind = detect_kind(stream.read(HEAD_BYTES))
        if kind is None:
            raise _refused(file, f"the content is of no kind that is read here: {KINDS}", "wrong_kind")
        target = folder / f"input{_SUFFIX[kind]}"
        shutil.copyfile(path, target)
        if kind != "shapefile":
            return target, kind, _sha256(target)
        parts = _copy_parts(path, target, file, limits)
        return target, kind, hashlib.sha256("".join(map(_sha256, parts)).encode()).hexdigest()
    except OSError as error:
        raise _refused(file, f"the file cannot be read: {error.strerror or 'the system refused'}", "no_file") from error


def _copy_parts(path: Path, target: Path, file: str, limits: Limits) -> list[Path]:
    beside = {
        other.suffix.lower(): other
        for other in sorted(path.parent.iterdir())
        if other.stem == path.stem and other.suffix.lower() in PARTS[1:] and other.is_file()
    }
    missing = [suffix for suffix in (".shx", ".dbf") if suffix not in beside]
    if missing:
        text = f"a shapefile needs its {' and '.join(missing)} beside it: pack all parts into one zip"
        raise _refused(file, text)
    if sum(other.stat().st_size for other in beside.values()) > limits.unpacked_bytes:
        raise _refused(file, f"the parts of the shapefile have more than {limits.unpacked_bytes:,} bytes", "too_large")
    copied = [target]
    for suffix in PARTS[1:]:
        if suffix in beside:
            copied.append(target.with_suffix(suffix))
            shutil.copyfile(beside[suffix], copied[-1])
    return copied


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _open_in_worker(path: Path, kind: Kind, file: str, limits: Limits, *, repair: bool) -> pa.Table:
    """Open the file in a worker process, and read what the worker leaves."""
    result = path.with_name("result.arrow")
    try:
        run_worker(
            "pilotzones.geo.boundaries.upload.worker",
            {"path": str(path), "kind": kind, "file": file, "repair": repair},
            result=result,
            limits=limits,
            environment=gdal_environment(kind, installed=_installed_drivers()),
        )
    except WorkerTimeoutError:
        raise _refused(file, f"opening the file took more than {limits.seconds} s: simplify it", "too_large") from None
    except WorkerFailedError:
        # Killed by a limit, or by a fault inside a library: either way nothing of it is believed.
        text = f"the file could not be opened within {limits.seconds} s and {limits.memory_bytes // 10**6:,} MB"
        raise _refused(file, f"{text}; it is damaged, too large or built to do harm", "too_large") from None
    with _arrow(file), pa.OSFile(str(result)) as source:
        table = pa.ipc.open_file(source).read_all()
        table.validate(full=True)
    return table


@contextmanager
def _arrow(file: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, shapely.GEOSException, KeyError, TypeError, ValueError) as error:
        raise _refused(file, "what was read from the file makes no sense; it is damaged") from error


@cache
def _installed_drivers() -> tuple[str, ...]:
    return tuple(pyogrio.list_drivers())


def _problems(table: pa.Table, file: str) -> list[Problem]:
    with _arrow(file):
        return [Problem(**record) for record in json.loads(table.schema.metadata[ISSUES])]


def _frame(table: pa.Table, file: str) -> gpd.GeoDataFrame:
    with _arrow(file):
        columns: dict[str, Any] = {name: table.column(name).to_pylist() for name in COLUMNS}
        polygons = shapely.from_wkb(table.column("geometry").to_pylist())
    frame = gpd.GeoDataFrame(columns, geometry=polygons, crs=crs.GEOGRAPHIC, dtype=object)
    return frame.set_geometry("geometry")


def _list_unrepaired(table: pa.Table, counties: gpd.GeoDataFrame, file: str) -> dict[str, shapely.Geometry]:
    keys = _keys(counties)
    with _arrow(file):
        came = table.column("unrepaired").to_pylist()
        return {key: shapely.from_wkb(wkb) for key, wkb in zip(keys, came, strict=True) if wkb is not None}


def _keys(counties: gpd.GeoDataFrame) -> pd.Series:
    keys: pd.Series = counties["adcode"].where(counties["adcode"].notna(), counties["name"])
    return keys


def _fill(counties: gpd.GeoDataFrame, file: str) -> list[Problem]:
    """Complete names from the built-in table by code, in place, and say what the table thinks of the codes."""
    table = load(DEFAULT_SOURCE)
    known = table.counties.drop(columns="geometry").set_index("adcode")
    codes = counties["adcode"]
    coded = codes.isin(known.index)
    problems = []
    strange = codes.notna() & ~coded
    if strange.any():
        listing = ", ".join(codes[strange].head(_SHOWN_CODES)) + (" …" if strange.sum() > _SHOWN_CODES else "")
        text = f"{int(strange.sum())} codes are not in the {table.info.name_en} table: {listing}"
        problems.append(Problem(file, text, field="adcode", severity="info", kind="unknown_codes"))
    problems += _compare_names(counties.loc[coded], known, table.info.name_en, file)
    problems += _look_up_names(counties.loc[codes.isna(), "name"].dropna(), known, table.info.name_en, file)
    filled = {}
    for column in _FILLED:
        empty = coded & counties[column].isna()
        counties.loc[empty, column] = codes[empty].map(known[column]).astype(object)
        filled[column] = int(empty.sum())
    told = ", ".join(f"{column} in {rows} rows" for column, rows in filled.items() if rows)
    if told:
        text = f"filled from the {table.info.name_en} table by code: {told}"
        problems.append(Problem(file, text, severity="info", kind="cells_filled"))
    counties["name"] = counties["name"].where(counties["name"].notna(), codes)
    for column in _FILLED:
        counties[column] = counties[column].where(counties[column].notna(), "")
    return problems


def _look_up_names(names: pd.Series, known: pd.DataFrame, publisher: str, file: str) -> list[Problem]:
    """Names without codes that hardly any county has: most likely text read in an encoding it is not in."""
    strange = names[~names.isin(known["name"])]
    if 2 * len(strange) <= len(names):
        return []
    text = f"{len(strange)} of {len(names)} names without a code are no county's in the {publisher} table: check the encoding"
    first = sanitize_for_display(strange.iloc[0])
    return [Problem(file, text, field="name", value=first, severity="warning", kind="unknown_names")]


def _settle_offset(
    counties: gpd.GeoDataFrame, unrepaired: dict[str, shapely.Geometry], file: str, *, repair: bool
) -> list[Problem]:
    """Tell of coordinates in a shifted system; with consent bring them to WGS 84, in place."""
    table = load(DEFAULT_SOURCE)
    known = table.counties.set_index("adcode").geometry
    coded = counties["adcode"].isin(known.index).to_numpy()
    found = find_offset(counties.geometry.to_numpy()[coded], known[counties["adcode"][coded]].to_numpy())
    if found is None:
        return []
    system, metres = found
    text = f"the polygons lie {metres:.0f} m from those of {table.info.name_en}, as coordinates of {system} do"
    if not repair:
        told = Problem(file, f"{text}; they are used as they are", None, "geometry", system, "warning", "offset")
        return [told]
    for key, polygon in zip(_keys(counties), counties.geometry, strict=True):
        unrepaired.setdefault(key, polygon)
    counties["geometry"] = remove_shift(counties.geometry.to_numpy(), system)
    return [Problem(file, f"{text}; the shift was undone", None, "geometry", system, "warning", "offset_undone")]


def _compare_names(rows: gpd.GeoDataFrame, known: pd.DataFrame, publisher: str, file: str) -> list[Problem]:
    """Names that contradict the codes: another encoding than was guessed, or codes of another year."""
    named = rows[rows["name"].notna()]
    differ = named[named["name"] != named["adcode"].map(known["name"])]
    if 2 * len(differ) > len(named):
        count = f"{len(differ)} of {len(named)}"
        text = f"{count} names are not those of {publisher} for the same codes: check encoding and codes"
        first = sanitize_for_display(differ["name"].iloc[0])
        return [Problem(file, text, field="name", value=first, severity="warning", kind="names_contradict")]
    return []
