"""Labels of the panel's variables and values, its coding rule in words, and a Stata do-file and R lines that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pilotzones.geo.messages import format_count, translate
from pilotzones.geo.panel.rules import TREATMENT_COLUMNS

if TYPE_CHECKING:
    from pilotzones.geo.panel.builder import Panel
    from pilotzones.geo.panel.rules import PanelRules
    from pilotzones.geo.panel.treatment import Treatment

__all__ = [
    "VALUE_LABELS",
    "describe_panel",
    "describe_rule",
    "label_columns",
    "label_treatments",
    "write_r",
    "write_stata",
]

_UNIT_LABELS: Final = {
    "code": "当年代码 Code in the year",
    "name": "当年名称 Name in the year",
    "province": "当年省份 Province in the year",
    "prefecture": "当年地市 Prefecture in the year",
    "year": "年份 Year",
    "today_code": "今日区县代码 Counties of today",
    "today_name": "今日名称 Names of today",
    "break": "当年变更 What happened to the unit in the year",
}
VALUE_LABELS: Final = {
    "ever": {0: "从未处理 never treated", 1: "处理 treated"},
    "post": {0: "未处理 not in force", 1: "处理期 in force"},
}
_HIT_WORDS: Final = {
    "whole": "整体列入 all of the unit is listed",
    "whole_prefecture": "所属地市、省或区域整体列入 its prefecture, province or region is listed",
    "town": "有列入的镇 a listed town lies in it",
    "host": "有未公布边界的功能区 it holds a special area without a published boundary",
    "part": "部分区县列入或方式不一 some of its counties of today are hit, or in different ways",
}


def label_treatments(treatments: tuple[Treatment, ...]) -> dict[str, str]:
    """Give each column of treatments a label in both languages."""
    return {
        f"{name}_{treatment.suffix}": f"{label} · {treatment.title_zh}"
        for treatment in treatments
        for name, label in TREATMENT_COLUMNS.items()
    }


def label_columns(panel: Panel) -> dict[str, str]:
    """Give each column a label in both languages.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    dict of str to str
    """
    labels = _UNIT_LABELS | label_treatments(panel.treatments) | {one.name: one.label for one in panel.extra}
    return {name: labels[name] for name in panel.frame.columns}


def describe_rule(rules: PanelRules, *, has_own_units: bool = False) -> str:
    """Say in one paragraph how treatment is coded; a panel of the user's has its own units and years."""
    mergers = {
        "flag": "a unit of which only some counties of today are hit has the hit part and is not treated",
        "keep": "a unit of which some counties of today are hit counts as treated",
        "aggregate": "units that share ground in any year are joined for all years",
    }[rules.mergers]
    units = "units as they stood at the end of each year" if rules.base_year is None else f"units of {rules.base_year}"
    rows = f"One row a {rules.level} and year, {rules.years[0]} to {rules.years[1]}, {units}. "
    return ("" if has_own_units else rows) + (
        f"A unit counts as treated when it "
        f"is hit as {', '.join(rules.counted_hits)}, from the year in which its member was listed (or its batch "
        f"announced, or the programme began); what begins after month {rules.start_month} counts from the next year, a date "
        "of a year alone from that year. Of several batches the earliest counts; post is 1 from first_year until before "
        f"left_year. On mergers and splits: {mergers}. first_year is 0 where a unit is never treated, and empty where that "
        "cannot be determined: the list has no date, or the counties of today that cover the unit are not known. Treatment "
        "comes from the lists and polygons of today, carried back by the history of codes and names."
    )


def describe_panel(panel: Panel) -> str:
    """Write the codebook: the rule in words, each programme, each variable, and what the rules move.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    str
        Markdown.
    """
    lines = [
        "# Codebook of the research panel",
        "",
        describe_rule(panel.rules),
        "",
        f"{format_count(len(panel.frame), 'row')}.",
        "",
    ]
    lines += ["| columns | programme | announced | members | source |", "|---|---|---|---|---|"]
    for treatment in panel.treatments:
        programme = treatment.programme
        title = f"{programme.id}: {treatment.title_zh} / {treatment.title_en}"
        begun = programme.effective_from or programme.announced or programme.document_date or "–"
        source = programme.dates_source or programme.document_source
        lines.append(f"| _{treatment.suffix} | {title} | {begun} | {len(programme.members)} | {source} |")
    lines += ["", "Units by hit in the last year:", "", "| programme | hit | units | counts |", "|---|---|---|---|"]
    for row in panel.moved.to_dict("records"):
        counts = "yes" if row["counts_as_treated"] else "no"
        lines.append(f"| {row['programme']} | {row['hit']} | {row['units']} | {counts} |")
    lines += ["", "Units of the last year that a rule moves:", "", "| rule | setting | programme | units |"]
    lines += ["|---|---|---|---|"]
    for row in panel.rule_counts.to_dict("records"):
        rule = translate(f"panel_rule_{row['rule']}", "en")
        lines.append(f"| {rule} | {row['setting']} | {row['programme']} | {row['units']} |")
    lines += ["", "| variable | label |", "|---|---|"]
    lines += [f"| {name} | {_escape_cell(label)} |" for name, label in label_columns(panel).items()]
    if panel.extra:
        lines += ["", "| column of yours | source |", "|---|---|"]
        lines += [f"| {one.name} | {_escape_cell(one.source) or '–'} |" for one in panel.extra]
    lines += ["", "| hit | meaning |", "|---|---|"]
    lines += [f"| {hit} | {words} |" for hit, words in _HIT_WORDS.items()]
    return "\n".join([*lines, ""])


def _escape_cell(text: str) -> str:
    """Format a text of the user's as one cell of a Markdown table."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def write_stata(panel: Panel, file: str) -> str:
    """Write a do-file that loads the panel, codes treatment again from its columns, and checks that it is the same.

    Parameters
    ----------
    panel : Panel
    file : str
        Name of the panel's file.

    Returns
    -------
    str
    """
    load = {
        "dta": f'use "{file}", clear',
        "csv": f'import delimited "{file}", clear encoding("utf-8") stringcols(1)',
        "xlsx": f'import excel "{file}", clear firstrow',
    }.get(file.rpartition(".")[2], f"* {file}: write the panel as .dta for Stata")
    lines = [f"* {line}" for line in _wrap(describe_rule(panel.rules))]
    lines += [load, "encode code, generate(id)", "xtset id year", ""]
    for treatment in panel.treatments:
        own = treatment.suffix
        lines += [
            f"* {treatment.programme.id}: {treatment.title_en}",
            f"generate byte in_force_{own} = year >= first_year_{own} & first_year_{own} > 0 if !missing(first_year_{own})",
            f"replace in_force_{own} = 0 if year >= left_year_{own} & !missing(left_year_{own})",
            f"assert in_force_{own} == post_{own}",
            f"* csdid y, ivar(id) time(year) gvar(first_year_{own}) notyet",
            "",
        ]
    return "\n".join(lines)


def write_r(panel: Panel, file: str) -> str:
    """Write lines of R that load the panel and estimate with the never-treated as the comparison.

    Parameters
    ----------
    panel : Panel
    file : str
        Name of the panel's file.

    Returns
    -------
    str
    """
    load = {
        "dta": f'haven::zap_labels(haven::read_dta("{file}"))',
        "csv": f'readr::read_csv("{file}", col_types = readr::cols(code = "c"))',
        "xlsx": f'readxl::read_excel("{file}")',
        "parquet": f'arrow::read_parquet("{file}")',
    }[file.rpartition(".")[2]]
    lines = [f"# {line}" for line in _wrap(describe_rule(panel.rules))]
    lines += [f"panel <- {load}", "panel$id <- as.integer(factor(panel$code))"]
    for treatment in panel.treatments:
        own = treatment.suffix
        lines += [
            f"# {treatment.programme.id}: {treatment.title_en}",
            f"stopifnot(all(panel$post_{own} == (panel$first_year_{own} > 0 & panel$year >= panel$first_year_{own} &",
            f"  (is.na(panel$left_year_{own}) | panel$year < panel$left_year_{own})), na.rm = TRUE))",
            f'# did::att_gt("y", tname = "year", idname = "id", gname = "first_year_{own}", data = panel)',
        ]
    return "\n".join([*lines, ""])


def _wrap(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 100)
