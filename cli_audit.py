"""The command ``pilotzones audit``: a table for people, five formats for files, and an exit code for scripts."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli_output import figure, json_text, new_table, show, speaks_unicode, text
from geo.audit import Audit, Reason, Variant, ZoneAudit, audit, variants
from geo.audit.plain import TABLES, audit_data, audit_tables
from geo.boundaries import BUILT_IN, Boundaries, load
from geo.csv_text import csv_text, with_byte_order_mark
from geo.errors import ExportError
from geo.export import provenance
from geo.join import Joined
from geo.selection import Selection
from geo.writing import write_whole
from layers.wording import LANGUAGES, Language, number

if TYPE_CHECKING:
    from layers.audit_content import Dossier

__all__ = ["LEVELS", "add_audit_options", "run_audit"]

# What each level of --fail-on takes for a reason to look again.
LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "never": (),
    "differs": ("differs",),
    "cannot_tell": ("differs", "cannot_tell"),
}
_TEXT_FORMATS: Final = ("json", "csv", "html")
_FORMATS: Final = (*_TEXT_FORMATS, "xlsx", "pdf")
_MOST_REASONS: Final = 3
# Less than this prints as 0.0 [km²].
_SHOWN_KM2: Final = 0.05


@dataclass(frozen=True)
class _Job:
    """All that a format is made of."""

    result: Audit
    joined: Joined
    selection: Selection
    lang: Language
    table: str

    @property
    def variants(self) -> list[Variant]:
        return variants(self.joined, _others(self.joined))

    @property
    def provenance(self) -> dict[str, object]:
        return provenance(self.joined, self.selection)

    @property
    def dossier(self) -> Dossier:
        # Its colours take a second to import: only who asks for such a format waits for them.
        from layers import audit_content

        return audit_content.Dossier(self.result, self.joined, self.provenance, self.variants)


def add_audit_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the audit's own options.

    Parameters
    ----------
    parser : ArgumentParser
    """
    kind = parser.add_mutually_exclusive_group()
    about = {
        "json": "everything, for machines",
        "csv": "one table, see --table",
        "html": "a page to read and print, in one file",
        "xlsx": "a workbook with a sheet for each kind of finding",
        "pdf": "the page, printed",
    }
    for name in _FORMATS:
        kind.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=about[name])
    parser.add_argument("--table", choices=TABLES, default="zones", help="which table as CSV (default: %(default)s)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where to write; its ending can stand for the format"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of html, pdf and xlsx (default: zh)")
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        default="cannot_tell",
        metavar="LEVEL",
        help="never, differs, or cannot_tell (default): exit with 2 when a zone differs, or also when it cannot be told",
    )


def run_audit(arguments: argparse.Namespace, joined: Joined, selection: Selection) -> int:
    """Audit the zones selected and print or write the result.

    Parameters
    ----------
    arguments : Namespace
        With the options of `add_audit_options`.
    joined : Joined
    selection : Selection

    Returns
    -------
    int
        0, or 2 when a verdict is one that ``--fail-on`` names.

    Raises
    ------
    ExportError
        When a file cannot be written, or a format that is no text has no file to go to.
    """
    kind = _format(arguments.format, arguments.output)
    chosen = [zone.order for zone in selection.apply(joined.programme)]
    result = audit(joined, others=_others(joined), zones=chosen)
    if kind is None:
        _show_people(result, joined)
    else:
        _deliver(_Job(result, joined, selection, arguments.lang, arguments.table), kind, arguments.output)
    if not joined.programme.states_areas:
        # Nothing was stated, so nothing differs; only a place that is not settled is left to look at.
        print("the document states no area: there is nothing to audit", file=sys.stderr)
        waiting = joined.members[joined.members["zone"].isin(chosen)]["status"].eq("unresolved").any()
        return 2 if waiting and LEVELS[arguments.fail_on] else 0
    return 2 if any(zone.verdict in LEVELS[arguments.fail_on] for zone in result.zones) else 0


def _others(joined: Joined) -> list[Boundaries]:
    """The built-in sources that are not the audited one: evidence, never part of a sum."""
    return [load(source) for source in BUILT_IN if source != joined.boundaries.info.id]


def _format(wanted: str | None, output: Path | None) -> str | None:
    if wanted is None and output is not None:
        wanted = output.suffix.lower().lstrip(".")
        if wanted not in _FORMATS:
            raise ExportError(
                f"{output.name} names no format: choose one of {', '.join(f'--{name}' for name in _FORMATS)}"
            )
    if wanted is not None and wanted not in _TEXT_FORMATS and output is None:
        raise ExportError(f"{wanted} is no text for a terminal: name a file with -o FILE.{wanted}")
    return wanted


def _deliver(job: _Job, kind: str, output: Path | None) -> None:
    if output is None:
        _print(_WRITERS[kind](job), kind)
        return
    content = _WRITERS[kind](job)

    def check(written: Path) -> None:
        read = written.read_bytes()
        if read != content or not _READ_BACK[kind](read, job):
            raise ExportError(f"{output.name} was not written: it does not read back as it was")

    write_whole(output, content, check=check)
    print(f"{output}: {len(job.result.zones)} zones", file=sys.stderr)


def _print(content: bytes, kind: str) -> None:
    text = content.decode("utf-8-sig")
    if kind == "json" and not speaks_unicode():
        text = json_text(json.loads(text), escaped=True) + "\n"
    # The lines of CSV end as its standard says only in a file; a terminal and a pipe have their own.
    print(text.replace("\r\n", "\n"), end="")


def _json(job: _Job) -> bytes:
    data = audit_data(job.result, job.joined) | {"provenance": job.provenance}
    return (json_text(data) + "\n").encode()


def _csv(job: _Job) -> bytes:
    tables = audit_tables(job.result, job.joined, variants=job.variants if job.table == "variants" else ())
    return with_byte_order_mark(csv_text(tables[job.table]))


# So do Altair, Jinja and Typst.
def _html(job: _Job) -> bytes:
    from layers.audit_report import html

    return html(job.dossier, job.lang)


def _pdf(job: _Job) -> bytes:
    from layers.audit_report import pdf

    return pdf(job.dossier, job.lang)


def _xlsx(job: _Job) -> bytes:
    from layers.audit_sheet import xlsx

    return xlsx(job.dossier, job.lang)


_WRITERS: Final[dict[str, Callable[[_Job], bytes]]] = {
    "json": _json,
    "csv": _csv,
    "html": _html,
    "xlsx": _xlsx,
    "pdf": _pdf,
}


def _reads_as_zones(read: bytes, job: _Job) -> bool:
    return len(json.loads(read)["zones"]) == len(job.result.zones)


def _reads_as_table(read: bytes, _job: _Job) -> bool:
    lines = list(csv.reader(io.StringIO(read.decode("utf-8-sig"))))
    return bool(lines) and all(len(line) == len(lines[0]) for line in lines)


def _reads_as_page(read: bytes, job: _Job) -> bool:
    return read.rstrip().endswith(b"</html>") and read.count(b'<section class="zone') == len(job.result.zones)


def _reads_as_workbook(read: bytes, _job: _Job) -> bool:
    with zipfile.ZipFile(io.BytesIO(read)) as archive:
        return archive.testzip() is None and "xl/workbook.xml" in archive.namelist()


def _reads_as_pdf(read: bytes, _job: _Job) -> bool:
    return read.startswith(b"%PDF-") and read.rstrip().endswith(b"%%EOF")


_READ_BACK: Final[dict[str, Callable[[bytes, _Job], bool]]] = {
    "json": _reads_as_zones,
    "csv": _reads_as_table,
    "html": _reads_as_page,
    "xlsx": _reads_as_workbook,
    "pdf": _reads_as_pdf,
}


def _show_people(result: Audit, joined: Joined) -> None:
    table = new_table(
        "序号 no.",
        "试验区 zone",
        "文件 km² stated",
        "计算 km² computed",
        "差 km² diff.",
        "差 % diff.",
        "成员 counted",
        "结论 verdict",
    )
    for zone in result.zones:
        table.add_row(*map(text, _cells(zone, joined)))
    info = joined.boundaries.info
    reviewed = f", {info.review_number}" if info.review_number else ""
    footer = f"boundaries: {info.name_en} ({info.name_zh}{reviewed}); method: {joined.method}; difference = computed - stated"
    show(table, footer, notes=[_largest_reasons(zone.reasons) for zone in result.zones])


def _cells(zone: ZoneAudit, joined: Joined) -> tuple[object, ...]:
    return (
        zone.zone,
        joined.programme.zone(zone.zone).name_zh,
        figure(zone.stated_area_km2, 0),
        figure(zone.computed_area_km2, 1),
        figure(zone.difference_km2, 1, signed=True),
        figure(zone.difference_pct, 2, signed=True),
        f"{zone.members_counted} of {zone.members_total}",
        zone.verdict,
    )


def _largest_reasons(reasons: Sequence[Reason]) -> str:
    """The reasons that carry most, those of unknown size first."""
    told = [reason for reason in reasons if reason.km2 is None or abs(reason.km2) >= _SHOWN_KM2]
    told.sort(key=lambda reason: (reason.km2 is not None, -abs(reason.km2 or 0.0)))
    parts = [
        " ".join(
            filter(
                None, (reason.code, "?" if reason.km2 is None else number(reason.km2, 1, signed=True), reason.member)
            )
        )
        for reason in told[:_MOST_REASONS]
    ]
    more = len(told) - len(parts)
    return "      " + "; ".join(parts) + (f"; {more} more" if more else "") if parts else ""
