"""Definitions of reference systems: known ones are read as PROJ reads them, and none opens a file."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from pilotzones.geo.boundaries.upload.known_crs import UnknownCrsError, is_definition_harmless, parse_known_crs

_GEOGRAPHIC = (
    'GEOGCS["x",DATUM["D",SPHEROID["k",6378245,298.3]{extra}],PRIMEM["Greenwich",{meridian}],UNIT["u",{unit}]]'
)
_DEGREE = 0.0174532925199433


def _geographic(extra: str = "", meridian: float = 0, unit: float = _DEGREE) -> str:
    return _GEOGRAPHIC.format(extra=extra, meridian=meridian, unit=unit)


def _projected(method: str, extra: str = "") -> str:
    return (
        f'PROJCS["x",{_geographic()},PROJECTION["{method}"],PARAMETER["central_meridian",120],UNIT["metre",1]{extra}]'
    )


@pytest.mark.parametrize("form", ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2019"])
@pytest.mark.parametrize("code", [4326, 4490, 4214, 4610, 3857, 32650, 4479 + 68, 4527, 2381, 2431, 2334])
def test_known_systems_are_read_as_proj_reads_them(code: int, form: str) -> None:
    text = pyproj.CRS.from_epsg(code).to_wkt(form)
    systems = (parse_known_crs(text), pyproj.CRS.from_wkt(text))
    geographic = systems[1].is_geographic
    place = (
        (112.0, 30.0)
        if geographic
        else pyproj.Transformer.from_crs(4326, systems[1], always_xy=True).transform(112, 30)
    )
    found = [pyproj.Transformer.from_crs(one, 4326, always_xy=True).transform(*place) for one in systems]
    assert np.allclose(*found, rtol=0, atol=1e-9)


def test_a_datum_shift_by_numbers_is_kept() -> None:
    text = _geographic(",TOWGS84[15,-150,-90,0,0,0,0]")
    found = [
        pyproj.Transformer.from_crs(one, 4326, always_xy=True).transform(120, 30)
        for one in (parse_known_crs(text), pyproj.CRS.from_wkt(text))
    ]
    assert np.allclose(*found, rtol=0, atol=1e-9)
    assert abs(found[0][0] - 120) > 1e-5


@pytest.mark.parametrize("code", ["EPSG:4549", "OGC:CRS84", "ESRI:102025"])
def test_codes_of_authorities_are_known(code: str) -> None:
    assert parse_known_crs(code).name


@pytest.mark.parametrize(
    "stated",
    [
        _geographic(',EXTENSION["PROJ4_GRIDS","/dev/stdin"]'),
        _projected("custom_proj4", ',EXTENSION["PROJ4","+proj=longlat +nadgrids=/dev/stdin +type=crs"]'),
        _projected("Transverse_Mercator", ',EXTENSION["PROJ4","+proj=tmerc +nadgrids=/dev/stdin"]'),
        "+proj=longlat +nadgrids=/dev/stdin +type=crs",
        "+init=/dev/stdin:1",
        "urn:ogc:def:crs:EPSG::4326",
        "/dev/stdin",
        "WGS 84",
        "EPSG:999999",
        _geographic(meridian=2.337),
        _geographic(unit=0.0157079632679489),
        _geographic(",TOWGS84[1e7,0,0,0,0,0,0]"),
        _projected("Transverse_Mercator").replace('"metre",1', '"foot",0.3048'),
        _projected("Krovak"),
        'LOCAL_CS["x"]',
        "",
    ],
)
def test_anything_else_is_refused(stated: str) -> None:
    with pytest.raises(UnknownCrsError):
        parse_known_crs(stated)


def test_a_grid_of_nothing_is_harmless() -> None:
    # GDAL writes it for Web Mercator.
    assert is_definition_harmless('PROJCS["x",EXTENSION["PROJ4","+proj=merc +nadgrids=@null"]]')
    assert not is_definition_harmless('PROJCS["x",EXTENSION["PROJ4","+proj=merc +nadgrids=@nullx"]]')
    assert not is_definition_harmless("PROJCS[" + " " * 20_000 + "]")
