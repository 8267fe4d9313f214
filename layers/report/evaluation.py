"""An evaluation as a workbook and as a report of one HTML file, in Chinese or English."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export import get_version
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.xlsx_writer import OPTIONS, make_plain_styles, make_sheet_name, write_sheet
from pilotzones.geo.indicators.dictionary import IndicatorEntry, name_indicator
from pilotzones.geo.indicators.evaluation import Evaluation
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.indicators.sensitivity import Sensitivity
from pilotzones.geo.messages import Language, format_number, get_place_words, translate
from pilotzones.layers.charts.evaluation import build_interval_chart
from pilotzones.layers.html_templates import render_template
from pilotzones.layers.report.render import embed_font, make_picture

__all__ = ["EvaluationReport", "encode_evaluation_html", "encode_evaluation_workbook", "write_evaluation"]

_MAX_SOURCES: Final = 5
_DIGITS: Final = 4


@dataclass(frozen=True)
class EvaluationReport:
    """An evaluation with all that it was made of; `means` are those of each zone in the year."""

    found: Evaluation
    sensitivity: Sensitivity
    means: pd.DataFrame
    joined: JoinedIndicators
    programme: Programme
    year: str
    entries: Mapping[str, IndicatorEntry]

    def name_zones(self, lang: Language) -> list[str]:
        """List the number and name of each zone, in the order of the means."""
        return [f"{order} {self.programme.get_zone(order).name(lang)}" for order in self.means.index]

    def name_indicator(self, indicator: str, lang: Language) -> str:
        """Name of an indicator in a language, as far as its dictionary has one."""
        return name_indicator(indicator, self.entries, lang)

    def name_strongest(self, lang: Language) -> list[str]:
        """Name the indicator that moves the rank of each zone most, in the order of the means."""
        return [name_indicator(str(one), self.entries, lang) for one in self.sensitivity.name_strongest()]


@dataclass(frozen=True)
class _Table:
    """A table of the report: a title, headings, and rows of texts, figures and None."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write_evaluation(report: EvaluationReport, path: Path, lang: Language) -> None:
    """Write an evaluation as the ending of the name says.

    Parameters
    ----------
    report : EvaluationReport
    path : Path
        Ends in .xlsx or .html.
    lang : {"zh", "en"}

    Raises
    ------
    ExportError
        When it ends otherwise, or cannot be written.
    """
    makers = {".xlsx": encode_evaluation_workbook, ".html": encode_evaluation_html}
    make = makers.get(path.suffix.lower())
    if make is None:
        facts = {"known": ", ".join(makers), "ending": path.suffix}
        raise ExportError(make_problem(path.name, "ending_unknown", facts=facts))
    write_atomically(path, make(report, lang))


def encode_evaluation_workbook(report: EvaluationReport, lang: Language) -> bytes:
    """Encode the evaluation as a workbook: a sheet a table, the rules first.

    Parameters
    ----------
    report : EvaluationReport
    lang : {"zh", "en"}

    Returns
    -------
    bytes
    """
    stream, taken = io.BytesIO(), set[str]()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        styles = make_plain_styles(book)
        for number, table in enumerate(_list_tables(report, lang), start=1):
            write_sheet(book, make_sheet_name(table.title, f"{number}", taken=taken), table.heads, table.rows, styles)
    return stream.getvalue()


def encode_evaluation_html(report: EvaluationReport, lang: Language) -> bytes:
    """Encode the evaluation as one HTML file that needs nothing from elsewhere, for reading and printing.

    Parameters
    ----------
    report : EvaluationReport
    lang : {"zh", "en"}

    Returns
    -------
    bytes
        UTF-8; every text is escaped, the chart is a picture inside the file.
    """
    chart = build_interval_chart(report.sensitivity, report.name_zones(lang), lang).properties(width=520)
    tables = [
        (table.title, table.heads, [[_write_cell(cell) for cell in row] for row in table.rows])
        for table in _list_tables(report, lang)
    ]
    values = {
        "lang": "zh-CN" if lang == "zh" else "en",
        "title": translate("evaluation_title", lang, programme=report.programme.title(lang), year=report.year),
        "note": translate("indicators_evaluate_note", lang),
        "chart": embed_font(make_picture(chart)),
        "caption": translate("indicators_interval", lang),
        "tables": tables,
        "made": f"pilotzones {get_version()}",
    }
    return render_template("evaluation_report.html", values)


def _write_cell(cell: Any) -> tuple[str, str]:
    """Write a cell as text, and whether it is a figure (n) or not (t)."""
    if isinstance(cell, str):
        return cell, "t"
    if cell is None:
        return "–", "n"
    return format_number(cell, 0 if float(cell).is_integer() and abs(cell) < 1e15 else 3), "n"


def _list_tables(report: EvaluationReport, lang: Language) -> Iterator[_Table]:
    zone = get_place_words(report.programme.kind, lang)["One"]
    zones = report.name_zones(lang)
    names = [report.name_indicator(one, lang) for one in report.found.weights.index]
    yield _Table(translate("evaluation_ranks", lang), *_tabulate_ranks(report, zone, zones, lang))
    yield _Table(translate("evaluation_rules", lang), *_tabulate_rules(report, lang))
    yield _Table(translate("evaluation_indicators", lang), *_tabulate_indicators(report, names, lang))
    found, chosen = report.found, list(report.found.weights.index)
    for title, frame in (
        (translate("evaluation_values", lang), report.means[chosen]),
        (translate("evaluation_normalised", lang), found.normalised),
        (translate("evaluation_effects", lang), report.sensitivity.effects),
        (translate("indicators_without", lang), report.sensitivity.without),
    ):
        yield _Table(title, [zone, *names], _join_rows(zones, frame))
    correlation = found.correlation.loc[chosen, chosen]
    yield _Table(translate("indicators_correlation", lang), ["", *names], _join_rows(names, correlation))


def _join_rows(heads: Sequence[str], frame: pd.DataFrame) -> list[list[Any]]:
    return [
        [head, *map(_round, row)] for head, row in zip(heads, frame.itertuples(index=False, name=None), strict=True)
    ]


def _round(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    return round(float(value), _DIGITS)


def _tabulate_ranks(
    report: EvaluationReport, zone: str, zones: Sequence[str], lang: Language
) -> tuple[list[str], list[list[Any]]]:
    ranks = report.sensitivity.ranks
    gaps = report.found.gaps.sum(axis=1)
    columns = (
        ranks["rank"],
        zones,
        report.found.scores,
        ranks["rank_p05"],
        ranks["rank_p50"],
        ranks["rank_p95"],
        report.name_strongest(lang),
        gaps,
    )
    rows = [[cell if isinstance(cell, str) else _round(cell) for cell in row] for row in zip(*columns, strict=True)]
    heads = [
        translate("indicators_rank", lang), zone, translate("indicators_score", lang), "5%", "50%", "95%",
        translate("indicators_moved", lang), translate("indicators_gaps", lang),
    ]  # fmt: skip
    return heads, sorted(rows, key=lambda row: (row[0] is None, row[0] or 0))


def _tabulate_rules(report: EvaluationReport, lang: Language) -> tuple[list[str], list[list[Any]]]:
    rules, sensitivity = report.found.rules, report.sensitivity
    rows = [
        [translate("indicators_year", lang), report.year],
        [translate("indicators_normalise", lang), translate(f"normalise_{rules.normalisation}", lang)],
        [translate("indicators_aggregate", lang), translate(f"aggregate_{rules.aggregation}", lang)],
        [translate("indicators_weighting", lang), translate(f"weighting_{rules.weighting}", lang)],
        [translate("indicators_gaps", lang), translate(f"gaps_{rules.gaps}", lang)],
        [
            translate("indicators_interval", lang),
            translate("evaluation_draws", lang, draws=f"{sensitivity.draws:,}", spread=f"{sensitivity.spread:.0%}"),
        ],
        [translate("evaluation_values", lang), translate("evaluation_means", lang)],
        [translate("evaluation_method", lang), translate("evaluation_handbook", lang)],
    ]
    return [translate("evaluation_rule", lang), translate("evaluation_choice", lang)], rows


def _tabulate_indicators(
    report: EvaluationReport, names: Sequence[str], lang: Language
) -> tuple[list[str], list[list[Any]]]:
    rows = []
    for name, rule in zip(names, report.found.rules.indicators, strict=True):
        own = report.joined.select(rule.id)
        own = own[own["time_period"] == report.year]
        entry = report.entries.get(rule.id)
        sources = list(dict.fromkeys(filter(None, own["source"])))
        rows.append(
            [
                name,
                report.joined.describe_unit(rule.id, lang),
                translate("evaluation_more" if rule.direction == 1 else "evaluation_less", lang),
                _round(report.found.weights[rule.id]),
                int(own["obs_value"].count()),
                "; ".join(sources[:_MAX_SOURCES]),
                ", ".join(sorted(set(filter(None, own["vintage"])))),
                entry.definition if entry is not None else "",
            ]
        )
    heads = [
        translate("indicators_indicator", lang),
        translate("indicators_unit", lang),
        translate("evaluation_direction", lang),
        translate("indicators_weighting", lang),
        translate("evaluation_figures", lang),
        translate("indicators_source", lang),
        translate("indicators_vintage", lang),
        translate("evaluation_definition", lang),
    ]
    return heads, rows
