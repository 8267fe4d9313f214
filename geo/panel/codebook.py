"""Labels of the panel's variables, its coding rule in words, and lines for Stata and R."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pilotzones.geo.panel.builder import Panel

__all__ = ["describe_panel", "label_columns"]

_UNIT_LABELS: Final = {
    "code": "当年代码 Code in the year",
    "name": "当年名称 Name in the year",
    "province": "当年省份 Province in the year",
    "prefecture": "当年地市 Prefecture in the year",
    "year": "年份 Year",
    "today_code": "今日区县代码 Counties of today",
    "today_name": "今日名称 Names of today",
    "unit_change": "当年变更 Change of code or name in the year",
}
_TREATMENT_LABELS: Final = {
    "first_year": "首个处理年 First treated year, 0 = never",
    "ever": "是否处理 Ever treated",
    "post": "处理期 Treated in the year",
    "event_time": "相对年份 Years since the first",
    "left_year": "退出年 First year no longer in force",
    "hit": "涉及方式 How the unit is hit",
    "clause": "出处 Clause",
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
    labels = dict(_UNIT_LABELS)
    for number, treatment in enumerate(panel.treatments, start=1):
        for name, label in _TREATMENT_LABELS.items():
            labels[f"{name}_p{number}"] = f"{label} · {treatment.programme.title_zh}"
    return {name: labels[name] for name in panel.frame.columns}


def describe_panel(panel: Panel) -> str:
    """Write the codebook: the rule in words, each programme, each variable, and lines that load the file.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    str
        Markdown.
    """
    rules = panel.rules
    first, last = rules.years
    units = "units as they stood at the end of each year" if rules.base_year is None else f"units of {rules.base_year}"
    counted = ", ".join(rules.counted_hits)
    rule = (
        f"One row a {rules.level} and year, {first} to {last}, {units}: {len(panel.frame):,} rows. "
        f"A unit counts as treated from the first year of a programme when it is hit as {counted}; a programme that "
        f"begins after month {rules.start_month} counts from the next year. first_year is 0 where a unit is never treated "
        "and empty where that cannot be told: the counties of today that cover the unit, or the first year of the "
        "programme, are not known. Treatment comes from the lists and polygons of today, carried back by the history of "
        "codes and names."
    )
    head = ["| no. | programme | first year | left year | document |", "|---|---|---|---|---|"]
    lines = ["# Codebook of the research panel", "", rule, "", *head]
    for number, treatment in enumerate(panel.treatments, start=1):
        programme = treatment.programme
        years = [str(year) if year is not None else "–" for year in (treatment.first_year, treatment.left_year)]
        lines.append(f"| p{number} | {programme.id} | {years[0]} | {years[1]} | {programme.document_title} |")
    lines += ["", "Units by hit in the last year:", "", "| programme | hit | units | counts |", "|---|---|---|---|"]
    for row in panel.moved.to_dict("records"):
        lines.append(
            f"| {row['programme']} | {row['hit']} | {row['units']} | {'yes' if row['counts_as_treated'] else 'no'} |"
        )
    lines += ["", "| variable | label |", "|---|---|"]
    lines += [f"| {name} | {label} |" for name, label in label_columns(panel).items()]
    lines += [
        "",
        "Stata: `use panel.dta, clear`, `encode code, gen(id)`, `xtset id year`",
        'R: `panel <- haven::read_dta("panel.dta")`',
        "",
    ]
    return "\n".join(lines)
