"""What is exported: a layer, its fields, and the dictionary both come from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, Literal, cast, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.data import EXPORTS
from pilotzones.geo.export.simplification import Detail
from pilotzones.geo.export.style_model import Styling
from pilotzones.geo.export.target_crs import CrsId, get_coordinate_system
from pilotzones.geo.geometry.crs import GEOGRAPHIC

__all__ = [
    "LAYERS",
    "ExportField",
    "ExportLayer",
    "FieldType",
    "LayerName",
    "count_rows",
    "get_fields",
    "get_title",
    "load_dictionary",
    "make_field",
    "make_layer",
]

LayerName = Literal[
    "zones",
    "members",
    "special_areas",
    "tasks",
    "towns",
    "measures",
    "statements",
    "projects",
    "findings",
    "context",
    "source_difference",
]
LAYERS: Final[tuple[LayerName, ...]] = get_args(LayerName)
FieldType = Literal["string", "integer", "number", "boolean", "integers", "strings"]
# Shared by layer, field and style: what a reader sees in each language.
Bilingual = Mapping[str, str]


@dataclass(frozen=True)
class ExportField:
    """One column of a layer, as the dictionary has it.

    Parameters
    ----------
    name : str
        The same in every format that takes names of any length.
    label : mapping of str to str
        Heading by language ("zh", "en").
    unit : str
        Of a figure; empty for everything else.
    type : {"string", "integer", "number", "boolean", "integers", "strings"}
        The last two are lists.
    description : mapping of str to str
        What it means, by language.
    short : str
        Name of at most ten characters, for formats that take no more; the name itself when empty.
    """

    name: str
    label: Bilingual
    unit: str
    type: FieldType
    description: Bilingual
    short: str = ""

    @property
    def heading(self) -> str:
        """What a reader sees, in both languages and with the unit."""
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.label['zh']} {self.label['en']}{unit}"

    def to_json_values(self) -> dict[str, str | None]:
        """Return the field as JSON values, for the dictionary inside a file."""
        return {
            "name": self.name,
            "type": self.type,
            "unit": self.unit or None,
            "label_zh": self.label["zh"],
            "label_en": self.label["en"],
            "description_zh": self.description["zh"],
            "description_en": self.description["en"],
        }


@dataclass(frozen=True)
class ExportLayer:
    """Something to export: rows, what the columns mean, and where they come from.

    Parameters
    ----------
    name : str
        One of `LAYERS`, or a name of the caller's own.
    frame : GeoDataFrame or DataFrame, shape (n, len(fields)) and a geometry column where there are geometries
        WGS 84 as `layer` gives it; None is what is not known.
    fields : tuple of Field
        One for each column but the geometry, in the order of the columns.
    provenance : mapping
        Of `provenance`: JSON values.
    crs : str
        Which of `pilotzones.geo.export.target_crs.CRS` the geometry is in.
    detail : str
        Which of `pilotzones.geo.export.simplification.DETAILS` the geometry has.
    titles : mapping of str to str
        Title by language; from the dictionary when empty.
    styling : Styling or None
        How it is drawn, for formats that carry a style.
    """

    name: str
    frame: gpd.GeoDataFrame | pd.DataFrame
    fields: tuple[ExportField, ...]
    provenance: Mapping[str, Any]
    crs: CrsId = "wgs84"
    detail: Detail = "exact"
    titles: Bilingual = field(default_factory=dict)
    styling: Styling | None = None

    @property
    def has_geometry(self) -> bool:
        """Whether rows can have a geometry."""
        return isinstance(self.frame, gpd.GeoDataFrame)

    @property
    def shapes(self) -> NDArray[Any]:
        """Geometry of each row; None for what has none."""
        if not self.has_geometry:
            return np.full(len(self.frame), None, dtype=object)
        shapes: NDArray[Any] = self.frame.geometry.to_numpy()  # type: ignore[operator,unused-ignore]
        return shapes

    def with_shapes(self, shapes: NDArray[Any], *, crs: CrsId = "wgs84", detail: Detail = "exact") -> ExportLayer:
        """Return the same rows with other geometry.

        Parameters
        ----------
        shapes : ndarray of shapely geometries, shape (n,)
        crs, detail : str
            What they are in now.

        Returns
        -------
        ExportLayer
        """
        columns = self.frame[[field.name for field in self.fields]]
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=get_coordinate_system(crs).crs)
        return replace(self, frame=frame, crs=crs, detail=detail)

    def title(self, lang: str) -> str:
        """Return the title in the language `lang` ("zh" or "en")."""
        known: Bilingual = self.titles or _get_titles(self.name)
        return known[lang]


@cache
def load_dictionary() -> Mapping[str, ExportField]:
    """Load every field of every layer, by name.

    Returns
    -------
    mapping of str to ExportField
    """
    entries = tomllib.loads((EXPORTS / "fields.toml").read_text(encoding="utf-8"))
    return {name: make_field(name, entry) for name, entry in entries.items()}


def make_field(name: str, entry: Mapping[str, str]) -> ExportField:
    """Make a field from its entry in a dictionary of ``data/exports``."""
    return ExportField(
        name,
        {"zh": entry["zh"], "en": entry["en"]},
        entry.get("unit", ""),
        cast("FieldType", entry["type"]),
        {"zh": entry["about_zh"], "en": entry["about_en"]},
        entry.get("short", ""),
    )


@cache
def _read_layer_titles() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((EXPORTS / "layers.toml").read_text(encoding="utf-8"))


def _get_titles(name: str) -> Bilingual:
    entry = _read_layer_titles().get(name)
    return {"zh": name, "en": name} if entry is None else {"zh": entry["title_zh"], "en": entry["title_en"]}


def get_title(name: str, lang: str) -> str:
    """Return the title of a layer in the language `lang`; its name for a layer of another kind."""
    return _get_titles(name)[lang]


def count_rows(name: str, lang: str) -> str:
    """Describe one row of a layer in the language `lang`; empty for a layer of another kind."""
    text: str = _read_layer_titles().get(name, {}).get(f"row_{lang}", "")
    return text


def get_fields(name: LayerName) -> tuple[ExportField, ...]:
    """List the fields of a layer, in the order of its columns.

    Parameters
    ----------
    name : str

    Returns
    -------
    tuple of Field
    """
    return tuple(load_dictionary()[column] for column in _read_layer_titles()[name]["fields"])


def make_layer(name: LayerName, rows: Sequence[Mapping[str, Any]], provenance: Mapping[str, Any]) -> ExportLayer:
    """Make a layer of rows, in WGS 84 where they have a geometry.

    Parameters
    ----------
    name : str
    rows : sequence of mapping
        At least one; the fields of the layer, and perhaps ``geometry``.
    provenance : mapping

    Returns
    -------
    ExportLayer
        Objects keep whole numbers whole and unknown None, figures are floats.
    """
    fields = get_fields(name)
    frame = pd.DataFrame(
        {
            field.name: pd.Series(
                [row.get(field.name) for row in rows], dtype="float64" if field.type == "number" else "object"
            )
            for field in fields
        }
    )
    if "geometry" in rows[0]:
        frame = gpd.GeoDataFrame(frame, geometry=[row["geometry"] for row in rows], crs=GEOGRAPHIC)
    return ExportLayer(name, frame, fields, provenance)
