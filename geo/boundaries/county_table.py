"""The counties of a boundary source without their polygons: codes and names, read without GeoPandas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pilotzones.geo.boundaries.sources import BUILT_IN, find_data_folder, get_source_info, require_files
from pilotzones.geo.errors import BoundaryError, make_problem
from pilotzones.geo.files.csv_reader import read_records

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["County", "CountyTable", "load_county_table"]

Text = str | None
# Column of this table: column of the package's file.
_COLUMNS = {
    "codes": "district_adcode",
    "names": "district_name",
    "prefectures": "city_name",
    "prefecture_codes": "city_adcode",
    "provinces": "province_name",
    "province_codes": "province_adcode",
}
# Column of this table: column of a boundary frame.
_FRAME_COLUMNS = {
    "codes": "adcode",
    "names": "name",
    "prefectures": "prefecture",
    "prefecture_codes": "prefecture_adcode",
    "provinces": "province",
    "province_codes": "province_adcode",
}


@dataclass(frozen=True, slots=True)
class County:
    """A county of a boundary source: its row there, code (empty when the source has none) and names."""

    row: int
    adcode: str
    name: str
    prefecture: str
    province: str


@dataclass(frozen=True)
class CountyTable:
    """Codes and names of the n counties of a source in its order; None where it gives none."""

    codes: tuple[Text, ...]
    names: tuple[Text, ...]
    prefectures: tuple[Text, ...]
    prefecture_codes: tuple[Text, ...]
    provinces: tuple[Text, ...]
    province_codes: tuple[Text, ...]

    @classmethod
    def from_frame(cls, counties: gpd.GeoDataFrame) -> CountyTable:
        """Take the codes and names of a boundary frame."""
        columns = {name: counties[column].to_numpy(dtype=object) for name, column in _FRAME_COLUMNS.items()}
        # pandas turns None among strings into NaN.
        return cls(**{name: tuple(c if isinstance(c, str) else None for c in cells) for name, cells in columns.items()})

    @cached_property
    def by_code(self) -> dict[str, int]:
        """Rows by county code."""
        return {code: row for row, code in enumerate(self.codes) if code}

    @cached_property
    def by_name(self) -> dict[tuple[Text, Text], list[int]]:
        """Rows by name and prefecture."""
        found: dict[tuple[Text, Text], list[int]] = {}
        for row, key in enumerate(zip(self.names, self.prefectures, strict=True)):
            found.setdefault(key, []).append(row)
        return found

    @cached_property
    def counties(self) -> tuple[County, ...]:
        """Every county as a record; what is unknown is an empty text."""
        # The sources give a county that a province runs itself as its own prefecture; a city without counties is one.
        prefectures = (
            None if code and code == above and not code.endswith("00") else prefecture
            for code, above, prefecture in zip(self.codes, self.prefecture_codes, self.prefectures, strict=True)
        )
        columns = zip(self.codes, self.names, prefectures, self.provinces, strict=True)
        return tuple(County(row, *(cell or "" for cell in cells)) for row, cells in enumerate(columns))

    def find_rows(self, code: str) -> list[int]:
        """Find the row of the county, or the rows of all counties of the prefecture or province, with a code."""
        if code in self.by_code:
            return [self.by_code[code]]
        for column in (self.prefecture_codes, self.province_codes):
            rows = [row for row, above in enumerate(column) if above == code]
            if rows:
                return rows
        return []


def load_county_table(source: str) -> CountyTable:
    """Load the codes and names of a built-in source; they lie in a CSV file beside the polygons.

    Parameters
    ----------
    source : str
        One of `pilotzones.geo.boundaries.sources.BUILT_IN`.

    Returns
    -------
    CountyTable
        The same counties in the same order as in `pilotzones.geo.boundaries.loader.load`.

    Raises
    ------
    BoundaryError
        When a file of the source, of its polygons too, is missing or altered.
    """
    if source not in BUILT_IN:
        raise BoundaryError(make_problem("", "source_unknown", facts={"source": source, "known": ", ".join(BUILT_IN)}))
    get_source_info(source)
    require_files(source)
    folder = find_data_folder()
    assert folder is not None
    rows = read_records((folder / "china" / source / "cn_district.csv").read_text(encoding="utf-8"))[1]
    return CountyTable(**{name: tuple(row[column] or None for row in rows) for name, column in _COLUMNS.items()})
