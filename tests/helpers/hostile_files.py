"""Files that point elsewhere: at files of the server and at addresses, each under a good name, for every reader (T-G1, T-G2)."""

from __future__ import annotations

import json
from pathlib import Path

from tests.helpers.boundary_files import archive_of, frame_of, parts_of, three_counties, written

__all__ = ["hostile_contents", "hostile_files"]


def _vrt(source: str) -> bytes:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer><!-- <kml> -->'
        "</OGRVRTDataSource>"
    ).encode()


def _gdalg(source: str) -> bytes:
    return json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {source}"}).encode()


def hostile_contents(address: str, secret: Path) -> dict[str, bytes]:
    """What each file holds, by a word for it.

    Parameters
    ----------
    address : str
        Of somebody who writes down every call.
    secret : Path
        A file of the server that GDAL could open.
    """
    link = {"type": "link", "properties": {"href": address, "type": "proj4"}}
    entity = f'<!DOCTYPE kml [<!ENTITY a SYSTEM "{secret.as_uri()}">]><kml><name>&a;</name></kml>'
    return {
        "vrt-file": _vrt(str(secret)),
        "vrt-curl": _vrt(f"/vsicurl/{address}"),
        "vrt-address": _vrt(address),
        "gdalg-file": _gdalg(str(secret)),
        "gdalg-curl": _gdalg(f"/vsicurl/{address}"),
        "vrt-in-kml": f"<?xml version='1.0'?><kml><!--{_vrt(address).decode()}--></kml>".encode(),
        "wfs": f"<OGRWFSDataSource><URL>{address}?SERVICE=WFS</URL></OGRWFSDataSource>".encode(),
        "crs-link": json.dumps({"type": "FeatureCollection", "crs": link, "features": []}).encode(),
        "kml-entity": entity.encode(),
        "kml-dtd": f'<!DOCTYPE kml SYSTEM "{address}"><kml></kml>'.encode(),
        "address": address.encode(),
        "path": f"/vsizip//vsicurl/{address}".encode(),
    }


def hostile_files(folder: Path, address: str, *, every_zip: bool = False) -> list[Path]:
    """Each content under the name of a format, and in the place of the polygons of a zipped shapefile.

    Parameters
    ----------
    folder : Path
    address : str
    every_zip : bool
        Whether all of them are zipped, or every fourth: a zip is opened by a process of its own, a second each.
    """
    secret = folder / "secret.csv"
    written(frame_of({"adcode": ["330402"], "name": ["secret"]}, three_counties().geometry[0]), secret, "geojson")
    parts = parts_of(written(three_counties(), folder / "x.shp"))
    made = []
    for number, (word, content) in enumerate(hostile_contents(address, secret).items()):
        path = folder / f"{word}{('.geojson', '.gpkg', '.kml', '.fgb', '.shp')[number % 5]}"
        path.write_bytes(content)
        made.append(path)
        if every_zip or number % 4 == 0:
            made.append(archive_of(folder / f"{word}.zip", parts | {"x.shp": content}))
    return made
