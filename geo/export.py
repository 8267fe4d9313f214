"""Layers to GeoJSON (RFC 7946), each with its provenance inside."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final, Literal

import geopandas as gpd
import numpy as np
import shapely

from geo.audit import audit
from geo.errors import ExportError
from geo.selection import Selection
from geo.units import rounded
from geo.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from geo.join import Joined
    from geo.provisions import Town

__all__ = ["LAYERS", "Layer", "LayerName", "geojson", "layer", "provenance", "version", "write_geojson"]

LayerName = Literal["zones", "members"]
LAYERS: Final[tuple[LayerName, ...]] = ("zones", "members")
# Seven decimals are about 1 cm; RFC 7946 section 11.2 asks for no more than is needed.
_DECIMALS: Final = 7


@dataclass(frozen=True)
class Layer:
    """Something to export: rows with geometry, and where they come from."""

    name: LayerName
    frame: gpd.GeoDataFrame
    provenance: Mapping[str, Any]


def version() -> str:
    """Version of the installed project, or ``"source"`` in a bare checkout."""
    try:
        return metadata.version("pilotzones")
    except metadata.PackageNotFoundError:
        return "source"


def layer(joined: Joined, name: LayerName, *, selection: Selection | None = None, permalink: str = "") -> Layer:
    """A layer of the zones that pass a selection.

    Parameters
    ----------
    joined : Joined
    name : {"zones", "members"}
    selection : Selection, optional
        Everything by default.
    permalink : str, optional
        Address that shows the same selection.

    Returns
    -------
    Layer
        Members keep every row of the zones shown; those without geometry have a null one.

    Raises
    ------
    ExportError
        When there is no such layer.
    """
    if name not in LAYERS:
        raise ExportError(f"no layer {name!r}: there is {', '.join(LAYERS)}")
    chosen = selection or Selection()
    orders = [zone.order for zone in chosen.apply(joined.programme)]
    frame = _zone_frame(joined, orders) if name == "zones" else _member_frame(joined, orders)
    return Layer(name, frame, provenance(joined, chosen, permalink=permalink))


def provenance(joined: Joined, selection: Selection, *, permalink: str = "") -> dict[str, Any]:
    """Where a layer comes from: programme, document, boundary source, method, time, version, filter.

    Parameters
    ----------
    joined : Joined
    selection : Selection
    permalink : str, optional

    Returns
    -------
    dict
        JSON values only; what is unknown is None. The time is taken from ``SOURCE_DATE_EPOCH`` when it is set, so that
        the same input can give the same bytes.

    Raises
    ------
    ExportError
        When ``SOURCE_DATE_EPOCH`` is set to something else.
    """
    programme, info = joined.programme, joined.boundaries.info
    return {
        "title": programme.title_zh,
        "title_en": programme.title_en,
        "programme": programme.id,
        "document": programme.document_title,
        "document_number": programme.document_number or None,
        "document_date": programme.document_date or None,
        "boundary_source": info.id,
        "boundary_publisher": info.publisher,
        "boundary_review_number": info.review_number or None,
        "boundary_date": info.as_of or None,
        "boundary_licence": info.licence or None,
        "boundary_version": info.version or None,
        "boundary_sha256": info.sha256,
        "area_method": joined.method,
        "filter": selection.to_query(programme),
        "permalink": permalink or None,
        "software": f"pilotzones {version()}",
        "generated": _now().isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ExportError(f"SOURCE_DATE_EPOCH is no count of seconds since 1970: {epoch!r}") from error


def _zone_frame(joined: Joined, orders: Iterable[int]) -> gpd.GeoDataFrame:
    wanted, records = list(orders), []
    zones = joined.zones.set_index("zone")
    for result in audit(joined, zones=wanted).zones:
        row = zones.loc[result.zone]
        records.append(
            {
                "id": str(result.zone),
                "order": result.zone,
                "name": row["name_zh"],
                "name_en": row["name_en"],
                "region": row["region"],
                "province": row["province"],
                "tasks": list(row["tasks"]),
                "stated_area_text": row["stated_area_text"] or None,
                "stated_area_km2": result.stated_area_km2,
                "computed_area_km2": rounded(result.computed_area_km2),
                "difference_km2": rounded(result.difference_km2),
                "difference_pct": rounded(result.difference_pct),
                "verdict": result.verdict,
                "members_counted": result.members_counted,
                "members_total": result.members_total,
                "members_without_polygon": list(result.uncounted),
                "area_method": joined.method,
                "boundary_source": joined.boundaries.info.id,
                "where_in_document": row["where_in_document"],
                "geometry": row["geometry"],
            }
        )
    return _as_frame(records)


def _member_frame(joined: Joined, orders: Iterable[int]) -> gpd.GeoDataFrame:
    wanted = set(orders)
    programme = joined.programme
    towns = {member.id: member.town for member in programme.members if member.town is not None}
    records = []
    for row in joined.members[joined.members["zone"].isin(wanted)].itertuples():
        zone = programme.zone(row.zone)
        records.append(
            {
                "id": row.member_id,
                "zone": row.zone,
                "zone_name": zone.name_zh,
                "region": zone.region,
                "tasks": list(zone.tasks),
                "position": row.position,
                "listed_name": row.listed_name,
                "kind": row.kind,
                "status": row.status,
                "geometry_quality": row.geometry_quality,
                "adcode": row.adcode,
                "adcode_2019": row.adcode_2019,
                "county_name": row.county_name,
                "province": row.province,
                "prefecture": row.prefecture,
                "host_adcodes": list(row.host_adcodes),
                "computed_area_km2": rounded(row.computed_area_km2),
                "area_method": joined.method,
                "boundary_source": joined.boundaries.info.id,
                "where_in_document": row.where_in_document,
                **(_town_cells(towns.get(row.member_id)) if towns else {}),
                "geometry": row.geometry,
            }
        )
    return _as_frame(records)


def _town_cells(town: Town | None) -> dict[str, str | None]:
    """What became of a town, in the columns of a programme that lists towns."""
    names = ("note_in_list", "county_then", "county_now", "present_name", "present_status", "town_code", "point_datum")
    return {name: getattr(town, name, "") or None for name in names}


def _as_frame(records: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    if not records:
        raise ExportError("nothing to export: no zone passes the filter")
    return gpd.GeoDataFrame(records, geometry="geometry", crs="EPSG:4326")


def geojson(exported: Layer) -> bytes:
    """A layer as GeoJSON text.

    WGS 84 by RFC 7946 (section 4), shells counter-clockwise (3.1.6), null for what is unknown, a bounding box, and the
    provenance as a foreign member (6.1). Geometry is exact: only the coordinates' decimals are cut.

    Parameters
    ----------
    exported : Layer

    Returns
    -------
    bytes
        UTF-8.
    """
    frame = exported.frame
    shapes = shapely.orient_polygons(frame.geometry.to_numpy(), exterior_cw=False)
    shapes = shapely.transform(shapes, lambda points: np.round(points, _DECIMALS))
    columns = [column for column in frame.columns if column not in ("geometry", "id")]
    features = []
    for index, shape in enumerate(shapes):
        row = frame.iloc[index]
        features.append(
            {
                "type": "Feature",
                "id": row["id"],
                "geometry": None if shape is None or shape.is_empty else json.loads(shapely.to_geojson(shape)),
                "properties": {column: _plain(row[column]) for column in columns},
            }
        )
    document: dict[str, Any] = {"type": "FeatureCollection", "name": exported.name}
    if not all(shape is None or shape.is_empty for shape in shapes):
        document["bbox"] = [round(float(value), _DECIMALS) for value in shapely.total_bounds(shapes)]
    document |= {"provenance": dict(exported.provenance), "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """A JSON value: numpy scalars become Python's, and what is not a number becomes None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_geojson(exported: Layer, path: Path) -> int:
    """Write a layer as GeoJSON, whole or not at all.

    Parameters
    ----------
    exported : Layer
    path : Path
        Where to; an existing file is replaced once the new one has been read back.

    Returns
    -------
    int
        Number of features.

    Raises
    ------
    ExportError
        When it cannot be written, or does not read back as it was.
    """
    expected = len(exported.frame)

    def check(written: Path) -> None:
        found = len(json.loads(written.read_bytes())["features"])
        if found != expected:
            raise ExportError(f"{path.name} was not written: {found} of {expected} features could be read back")

    write_whole(path, geojson(exported), check=check)
    return expected
