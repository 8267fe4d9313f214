"""The audit as a workbook: a summary, a sheet for each kind of finding, reasons, readings, method and provenance."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import pandas as pd
import xlsxwriter

from pilotzones.geo.audit import Audit, Term
from pilotzones.geo.audit.serialization import MAX_READINGS, build_audit_tables, split_findings
from pilotzones.geo.files.xlsx_writer import OPTIONS, clean_cell_text, compute_column_width, make_sheet_name
from pilotzones.geo.geometry.area import METHODS
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.labels import (
    describe_comparison,
    describe_finding,
    describe_meaning,
    get_source_name,
    label,
    name_members,
    name_term,
)
from pilotzones.layers.place_labels import format_place_title
from pilotzones.layers.report.content import ReportInput
from pilotzones.layers.report.notes import build_provenance_rows, list_method_notes

__all__ = ["render_xlsx"]

# Columns that hold codes, and the words for them.
_CODES: Final = {
    "verdict": partial(label, "verdict"),
    "code": partial(label, "reason"),
    "reason": partial(label, "reason"),
    "basis": partial(label, "basis"),
    "term_basis": partial(label, "basis"),
    "owner": partial(label, "owner"),
    "severity": partial(label, "severity"),
    "status": partial(label, "status"),
    "geometry_quality": partial(label, "quality"),
    "changed": partial(label, "changed"),
    "meaning": partial(label, "meaning"),
    "kind": partial(label, "report_reading_kind"),
}


def render_xlsx(dossier: ReportInput, lang: Language) -> bytes:
    """Render the audit as an Excel workbook.

    Parameters
    ----------
    dossier : ReportInput
    lang : {"zh", "en"}
        Of headings and words; places have their Chinese name in both, and quotations stay as they are.

    Returns
    -------
    bytes
        The .xlsx file. Figures are numbers, text is text: no cell is a formula or a link.

    Raises
    ------
    ExportError
        When a text is longer than a cell can hold.
    """
    tables = build_audit_tables(dossier.audit, dossier.joined, variants=dossier.variants)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties(
            {"title": translate("report_title", lang), "created": _get_creation_time(dossier.provenance)}
        )
        writer = _Writer(book, lang)
        writer.write_table(translate("sheet_summary", lang), "summary", tables["zones"])
        words = tables["findings"].assign(
            compared=[describe_comparison(finding, lang) for finding in dossier.audit.findings],
            detail=[describe_finding(finding, lang) for finding in dossier.audit.findings],
            member=[name_members(finding.members, lang) for finding in dossier.audit.findings],
        )
        for kind, part in split_findings(words).items():
            writer.write_table(label("finding", kind, lang), kind, part.drop(columns="kind"))
        reasons = [reason.evidence for zone in dossier.audit.zones for reason in zone.reasons]
        readings = [reading.terms for zone in dossier.audit.zones for reading in zone.readings[:MAX_READINGS]]
        sheets = {
            "reasons": _name_terms(tables["reasons"], reasons, lang).assign(
                member=[format_place_title(name, lang) for name in tables["reasons"]["member"]]
            ),
            "readings": _name_terms(tables["readings"], readings, lang),
            "members": _name_qualities(tables["members"], dossier.audit),
        }
        if not tables["variants"].empty:
            sheets["variants"] = tables["variants"]
        for name, table in sheets.items():
            writer.write_table(translate(f"sheet_{name}", lang), name, table)
        writer.write_notes(translate("sheet_method", lang), _list_notes(dossier.provenance, lang))
    return stream.getvalue()


def _name_terms(table: pd.DataFrame, terms: Iterable[Sequence[Term]], lang: Language) -> pd.DataFrame:
    """Put the names and the meaning of terms in words; a record without terms has one row."""
    rows = [term for group in terms for term in group or (None,)]
    names = ["" if term is None else name_term(term, lang) for term in rows]
    return table.assign(
        term_name=names, term_meaning=["" if term is None else describe_meaning(term, lang) for term in rows]
    )


def _name_qualities(table: pd.DataFrame, audit: Audit) -> pd.DataFrame:
    """Give the qualities of polygons the codes of their words, which say of which level a unit is."""
    codes = {
        (zone.zone, member.record.member.listed_name): member.record.quality_code
        for zone in audit.zones
        for member in zone.members
    }
    return table.assign(geometry_quality=[codes[key] for key in zip(table["zone"], table["listed_name"], strict=True)])


def _get_creation_time(provenance: Mapping[str, object]) -> datetime:
    """Return the provenance's own time, so that the same input can give the same workbook."""
    return datetime.fromisoformat(str(provenance["generated"])).replace(tzinfo=None)


def _list_notes(provenance: Mapping[str, object], lang: Language) -> list[tuple[str, str]]:
    rows = [(label, value) for label, value in build_provenance_rows(provenance, lang)]
    for note in list_method_notes(lang):
        for index, paragraph in enumerate(note["paragraphs"]):
            rows.append((note["heading"] if index == 0 else "", paragraph))
    return rows


class _Writer:
    """Sheets of one workbook, all in one style."""

    def __init__(self, book: Any, lang: Language) -> None:
        self._book, self._lang = book, lang
        self._names: set[str] = set()
        self._heading = book.add_format(
            {"bold": True, "bg_color": "#1f3a5f", "font_color": "#ffffff", "valign": "top", "text_wrap": True}
        )
        plain = {"valign": "top"}
        self._text = book.add_format({**plain, "text_wrap": True, "num_format": "@"})
        self._whole = book.add_format({**plain, "num_format": "0"})
        self._area = book.add_format({**plain, "num_format": "#,##0.0"})
        self._signed = book.add_format({**plain, "num_format": "+#,##0.0;-#,##0.0;0.0"})
        self._percent = book.add_format({**plain, "num_format": "+0.00;-0.00;0.00"})

    def write_table(self, title: str, fallback: str, frame: pd.DataFrame) -> None:
        """Write one table: heading frozen, filter on, columns as wide as their content."""
        sheet = self._book.add_worksheet(make_sheet_name(title, fallback, taken=self._names))
        count = len(frame.columns)
        for index, column in enumerate(map(str, frame.columns)):
            heading = translate(f"column_{column}", self._lang)
            cells = [self._translate_value(column, value) for value in frame[column]]
            sheet.set_column(index, index, compute_column_width([heading, *cells]))
            sheet.write_string(0, index, heading, self._heading)
            style = self._format(column)
            for row, value in enumerate(cells, start=1):
                self._write(sheet, row, index, value, style)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 3 if "name" in frame.columns else 2)
        sheet.autofilter(0, 0, max(len(frame), 1), count - 1)
        _print_wide(sheet)

    def write_notes(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
        """Write label and text, without filter."""
        sheet = self._book.add_worksheet(make_sheet_name(title, "method", taken=self._names))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 110)
        sheet.write_string(0, 0, translate("column_field", self._lang), self._heading)
        sheet.write_string(0, 1, translate("column_detail", self._lang), self._heading)
        for index, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                self._write(sheet, index, column, value, self._text)
        sheet.freeze_panes(1, 0)
        _print_wide(sheet)

    def _translate_value(self, column: str, value: Any) -> Any:
        if isinstance(value, bool):
            return translate("report_yes", self._lang) if value else translate("report_no", self._lang)
        if not isinstance(value, str):
            return value
        if column == "listed_name":
            return format_place_title(value, self._lang)
        if column in ("compared_with", "value"):
            return self._name_comparison(value)
        return _CODES[column](value, self._lang) if column in _CODES else value

    def _name_comparison(self, value: str) -> str:
        """Return what a figure stands beside: a published one, another method, another source."""
        if value == "published":
            return translate("column_published", self._lang)
        return label("method", value, self._lang) if value in METHODS else get_source_name(value, self._lang)

    def _format(self, column: str) -> Any:
        if column.endswith("_pct"):
            return self._percent
        if column.startswith(("difference", "moved", "rest")) or column == "km2":
            return self._signed
        return self._area if column.endswith("km2") else self._whole

    def _write(self, sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, clean_cell_text(value), self._text)
        else:
            sheet.write_number(row, column, value, style)


def _print_wide(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
