"""The command ``pilotzones audit``: a table for people, five formats for files, and an exit code for scripts."""

from __future__ import annotations

import argparse
import io
import json
import sys
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pilotzones.cli.inputs import load_inputs
from pilotzones.cli.options import (
    FINE,
    NEEDS_REVIEW,
    add_filter_options,
    add_language_option,
    add_output_option,
    add_source_options,
)
from pilotzones.cli.output import add_cells, format_figure, format_json, make_table, print_csv, print_json, print_table
from pilotzones.geo.audit import Audit, DifferenceReason, Variant, ZoneAudit, audit, compute_variants
from pilotzones.geo.audit.serialization import TABLES, build_audit_tables, serialize_audit
from pilotzones.geo.boundaries.county_table import load_county_table
from pilotzones.geo.boundaries.loader import load_counties
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.catalogue.membership import count_changes
from pilotzones.geo.errors import ExportError
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.csv_reader import split_rows
from pilotzones.geo.member_matching import find_member_rows
from pilotzones.geo.messages import format_count, format_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.join import JoinedProgramme
    from pilotzones.geo.messages import Language
    from pilotzones.geo.query.filters import Selection
    from pilotzones.layers.report.content import ReportInput

__all__ = ["FAIL_LEVELS", "add_options", "run"]

# The verdicts that make the command exit with 2, for each level of --fail-on.
FAIL_LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "never": (),
    "differs": ("differs",),
    "cannot_tell": ("differs", "cannot_tell"),
}
_FORMATS: Final = {
    "json": "everything, for machines",
    "csv": "one table, see --table",
    "html": "a page to read and print, in one file",
    "xlsx": "a workbook with a sheet for each kind of finding",
    "pdf": "the page, printed",
}
_TEXT_FORMATS: Final = ("json", "csv", "html")
_MAX_REASONS: Final = 3
# A smaller area is printed as 0.0 [km²].
_MIN_SHOWN_KM2: Final = 0.05


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_filter_options(parser)
    add_source_options(parser)
    formats = parser.add_mutually_exclusive_group()
    for name, text in _FORMATS.items():
        formats.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=text)
    parser.add_argument("--table", choices=TABLES, default="zones", help="which table as CSV (default: %(default)s)")
    add_output_option(parser, "FILE", "where to write; its ending can stand for the format", required=False)
    add_language_option(parser, "language of html, pdf and xlsx (default: zh)")
    parser.add_argument(
        "--fail-on",
        choices=FAIL_LEVELS,
        default="cannot_tell",
        metavar="LEVEL",
        help="never, differs, or cannot_tell (default): exit with 2 when a zone differs, or also when its verdict is inconclusive",
    )


def run(arguments: argparse.Namespace) -> int:
    """Audit the zones that pass the filter and print or write the result.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0, or 2 when a verdict is one that ``--fail-on`` names.

    Raises
    ------
    PilotzonesError
        When the inputs cannot be loaded, a file cannot be written, or a binary format has no file to go to.
    """
    joined, selection = load_inputs(arguments, counties_only=True)
    file_format = _choose_format(arguments.format, arguments.output)
    chosen = [zone.order for zone in selection.apply(joined.programme)]
    result = audit(joined, others=_load_others(joined), zones=chosen)
    report = _Report(result, joined, selection, arguments.lang, arguments.table)
    if file_format is None:
        _print_zones(result, joined)
        _print_changes(joined, chosen)
    elif arguments.output is None:
        _print_report(report, file_format)
    else:
        _write_report(report, file_format, arguments.output)
    if not joined.programme.states_areas:
        # Without stated areas no zone differs; only a member without a decision needs review.
        print("the document states no area: there is nothing to audit", file=sys.stderr)
        waiting = joined.members[joined.members["zone"].isin(chosen)]["status"].eq("unresolved").any()
        return NEEDS_REVIEW if waiting and FAIL_LEVELS[arguments.fail_on] else FINE
    failing = FAIL_LEVELS[arguments.fail_on]
    return NEEDS_REVIEW if any(zone.verdict in failing for zone in result.zones) else FINE


@dataclass(frozen=True)
class _Report:
    """An audit and everything else that a format needs."""

    result: Audit
    joined: JoinedProgramme
    selection: Selection
    lang: Language
    table: str

    @property
    def variants(self) -> list[Variant]:
        return compute_variants(self.joined, self.result.comparison)

    @property
    def provenance(self) -> dict[str, object]:
        # The export package takes long to import; the table for people does not need it.
        from pilotzones.geo.export.provenance import build_provenance

        return build_provenance(self.joined, self.selection)

    @property
    def data(self) -> dict[str, object]:
        return serialize_audit(self.result, self.joined) | {"provenance": self.provenance}

    @property
    def rows(self) -> pd.DataFrame:
        tables = build_audit_tables(
            self.result, self.joined, variants=self.variants if self.table == "variants" else ()
        )
        return tables[self.table]

    @cached_property
    def dossier(self) -> ReportInput:
        # The colours of the report take a second to import; only html, pdf and xlsx need them.
        from pilotzones.layers.report.content import ReportInput

        return ReportInput(self.result, self.joined, self.provenance, self.variants)


def _load_others(joined: JoinedProgramme) -> list[Boundaries]:
    """Load the members' counties of the built-in sources that are not audited; they are evidence, never part of a sum."""
    others = [source for source in BUILT_IN if source != joined.boundaries.info.id]
    return [load_counties(source, find_member_rows(joined.programme, load_county_table(source))) for source in others]


def _choose_format(wanted: str | None, output: Path | None) -> str | None:
    if wanted is None and output is not None:
        wanted = output.suffix.lower().lstrip(".")
        if wanted not in _FORMATS:
            raise ExportError(
                f"{output.name} names no format: choose one of {', '.join(f'--{name}' for name in _FORMATS)}"
            )
    if wanted is not None and wanted not in _TEXT_FORMATS and output is None:
        raise ExportError(f"{wanted} is no text for a terminal: name a file with -o FILE.{wanted}")
    return wanted


def _print_report(report: _Report, file_format: str) -> None:
    if file_format == "json":
        print_json(report.data)
    elif file_format == "csv":
        print_csv(report.rows)
    else:
        print(_make_content(report, file_format).decode().replace("\r\n", "\n"), end="")


def _write_report(report: _Report, file_format: str, output: Path) -> None:
    content = _make_content(report, file_format)

    def check_file(path: Path) -> None:
        written = path.read_bytes()
        if written != content or not _is_whole(written, file_format, zones=len(report.result.zones)):
            raise ExportError(f"{output.name} was not written: it does not read back as it was")

    write_atomically(output, content, check=check_file)
    print(f"{output}: {format_count(len(report.result.zones), 'zone')}", file=sys.stderr)


def _make_content(report: _Report, file_format: str) -> bytes:
    if file_format == "json":
        return (format_json(report.data) + "\n").encode()
    if file_format == "csv":
        from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark

        return with_byte_order_mark(format_csv(report.rows))
    # Altair, Jinja, Typst and XlsxWriter are slow to import; only the formats that need them do so.
    if file_format == "xlsx":
        from pilotzones.layers.report.workbook import render_xlsx

        return render_xlsx(report.dossier, report.lang)
    from pilotzones.layers.report.render import render_html, render_pdf

    return (render_pdf if file_format == "pdf" else render_html)(report.dossier, report.lang)


def _is_whole(written: bytes, file_format: str, *, zones: int) -> bool:
    """Return whether a file reads as one of its format, with so many zones where that can be counted."""
    if file_format == "json":
        return len(json.loads(written)["zones"]) == zones
    if file_format == "csv":
        lines = [cells for _, cells in split_rows(written.decode("utf-8-sig"))]
        return bool(lines) and all(len(line) == len(lines[0]) for line in lines)
    if file_format == "html":
        return written.rstrip().endswith(b"</html>") and written.count(b'<section class="zone') == zones
    if file_format == "pdf":
        return written.startswith(b"%PDF-") and written.rstrip().endswith(b"%%EOF")
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return archive.testzip() is None and "xl/workbook.xml" in archive.namelist()


def _print_zones(result: Audit, joined: JoinedProgramme) -> None:
    table = make_table(
        "序号 no.",
        "试验区 zone",
        "文件 km² stated",
        "计算 km² computed",
        "差 km² diff.",
        "差 % diff.",
        "组成单位 counted",
        "结论 verdict",
    )
    for zone in result.zones:
        add_cells(table, _make_cells(zone, joined))
    info = joined.boundaries.info
    reviewed = f", {info.review_number}" if info.review_number else ""
    footer = f"boundaries: {info.name_en} ({info.name_zh}{reviewed}); method: {joined.method}; difference = computed - stated"
    print_table(table, footer, notes=[_list_reasons(zone.reasons) for zone in result.zones])


def _print_changes(joined: JoinedProgramme, zones: Sequence[int]) -> None:
    """Print who joined and left the list in each year, where the programme has dates of its members."""
    changes, undated = count_changes(joined.programme, zones)
    if not any(member.membership for member in joined.programme.members):
        return
    table = make_table("年 year", "列入 joined", "退出 left", "年末 on the list")
    for change in changes:
        add_cells(table, (change.year, change.entries, change.exits, change.members))
    print_table(table, f"{format_count(undated, 'member')} without a date of entry")


def _make_cells(zone: ZoneAudit, joined: JoinedProgramme) -> tuple[object, ...]:
    return (
        zone.zone,
        joined.programme.get_zone(zone.zone).name_zh,
        format_figure(zone.stated_area_km2, 0),
        format_figure(zone.computed_area_km2, 1),
        format_figure(zone.difference_km2, 1, signed=True),
        format_figure(zone.difference_pct, 2, signed=True),
        f"{zone.members_counted} of {zone.members_total}",
        zone.verdict,
    )


def _list_reasons(reasons: Sequence[DifferenceReason]) -> str:
    """List the largest reasons of a zone, those of unknown size first."""
    shown = [reason for reason in reasons if reason.km2 is None or abs(reason.km2) >= _MIN_SHOWN_KM2]
    shown.sort(key=lambda reason: (reason.km2 is not None, -abs(reason.km2 or 0.0)))
    parts = [_format_reason(reason) for reason in shown[:_MAX_REASONS]]
    more = len(shown) - len(parts)
    return "      " + "; ".join(parts) + (f"; {more} more" if more else "") if parts else ""


def _format_reason(reason: DifferenceReason) -> str:
    size = "?" if reason.km2 is None else format_number(reason.km2, 1, signed=True)
    return " ".join(part for part in (reason.code, size, reason.member) if part)
