"""Layers as tables for spreadsheets: CSV with the geometry as WKT, and Excel workbooks without it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import openpyxl
import pandas as pd
import shapely
import xlsxwriter

from pilotzones.geo.export.drivers.arrow import join_list, join_pairs, orient_polygons
from pilotzones.geo.export.drivers.geojson import convert_to_json
from pilotzones.geo.export.models import ExportField, ExportLayer
from pilotzones.geo.export.provenance import describe_file
from pilotzones.geo.export.target_crs import get_coordinate_system
from pilotzones.geo.files.csv_reader import split_rows
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.files.xlsx_writer import OPTIONS, make_plain_styles, make_sheet_name, write_sheet

__all__ = ["WKT", "build_workbook", "count_csv", "count_xlsx", "encode_csv", "encode_xlsx"]

WKT: Final = "wkt"
_MAX_CELL_CHARS: Final = 2**31 - 1
_SHEETS: Final = {"about": "说明 About", "fields": "字段 Fields"}
_FIELD_COLUMNS: Final = ("name", "label_zh", "label_en", "unit", "type", "description_zh", "description_en")


def encode_csv(layer: ExportLayer) -> bytes:
    """Encode a layer as CSV (RFC 4180), its geometry as WKT in the last column.

    Parameters
    ----------
    layer : ExportLayer

    Returns
    -------
    bytes
        UTF-8 with a byte order mark; unknown is an empty cell; text that a spreadsheet would calculate has an apostrophe
        before it.
    """
    columns: dict[str, Any] = {
        field.name: [_format_cell(field, value) for value in layer.frame[field.name].tolist()] for field in layer.fields
    }
    if layer.has_geometry:
        decimals = get_coordinate_system(layer.crs).decimals
        columns[WKT] = shapely.to_wkt(orient_polygons(layer), rounding_precision=decimals, trim=True)
    # Objects: a column of whole numbers with a gap would turn into decimals.
    return with_byte_order_mark(format_csv(pd.DataFrame(columns, dtype=object)))


def _format_cell(field: ExportField, value: Any) -> Any:
    plain = convert_to_json(value)
    if field.type == "boolean" and plain is not None:
        return "true" if plain else "false"
    return join_list(plain) if field.type in ("integers", "strings") else plain


def _make_typed_cell(field: ExportField, value: Any) -> Any:
    return convert_to_json(value) if field.type == "boolean" else _format_cell(field, value)


def count_csv(content: bytes) -> int:
    """Count the rows that a CSV text has below its heading."""
    # A polygon is one cell.
    return sum(1 for _ in split_rows(content.decode("utf-8-sig"), max_cell_characters=_MAX_CELL_CHARS)) - 1


def encode_xlsx(layer: ExportLayer) -> bytes:
    """Encode a layer as an Excel workbook: the rows, what the file says of itself, and the fields.

    Parameters
    ----------
    layer : ExportLayer

    Returns
    -------
    bytes
        As `build_workbook` makes them.

    Raises
    ------
    ExportError
        When a text is longer than a cell can hold.
    """
    return build_workbook([layer])


def build_workbook(layers: Sequence[ExportLayer]) -> bytes:
    """Build one Excel workbook of several layers: the rows of each, what the first says of itself, and all fields.

    Parameters
    ----------
    layers : sequence of ExportLayer

    Returns
    -------
    bytes
        Without geometry: a cell is too small for a polygon. No cell is a formula or a link.

    Raises
    ------
    ExportError
        When a text is longer than a cell can hold.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        first = layers[0]
        description = describe_file(first)
        created = datetime.fromisoformat(description.get("generated") or "1980-01-01").replace(tzinfo=None)
        book.set_properties({"title": f"{first.title('zh')} {first.title('en')}", "created": created})
        styles = make_plain_styles(book)
        taken: set[str] = set()
        for layer in layers:
            rows = [
                [_make_typed_cell(field, value) for value in layer.frame[field.name].tolist()] for field in layer.fields
            ]
            names = [field.name for field in layer.fields]
            title = make_sheet_name(layer.title("zh"), layer.name, taken=taken)
            write_sheet(book, title, names, zip(*rows, strict=True), styles)
        pairs = [(key, _flatten_value(value)) for key, value in description.items()]
        write_sheet(book, make_sheet_name(_SHEETS["about"], "about", taken=taken), ("key", "value"), pairs, styles)
        fields = {field.name: field.to_json_values() for layer in layers for field in layer.fields}
        dictionary = [tuple(plain[name] for name in _FIELD_COLUMNS) for plain in fields.values()]
        write_sheet(book, make_sheet_name(_SHEETS["fields"], "fields", taken=taken), _FIELD_COLUMNS, dictionary, styles)
    return stream.getvalue()


def _flatten_value(value: Any) -> Any:
    return join_pairs(value) or None if isinstance(value, dict) else value


def count_xlsx(content: bytes) -> int:
    """Count the rows that the first sheet of a workbook has below its heading."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    try:
        return sum(1 for _ in book.worksheets[0].iter_rows()) - 1
    finally:
        book.close()
