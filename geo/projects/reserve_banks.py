"""Balances of the four reserve banks of the Chongqing plan, by county, with the rules of who may use what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import pandas as pd

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.errors import Problem, ProjectError, make_problem
from pilotzones.geo.files.figures import read_figure
from pilotzones.geo.places.history import read_period
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.place_query import ask_all
from pilotzones.geo.query.question_reader import PlaceQuery

__all__ = ["BANKS", "BANK_COLUMNS", "Bank", "BankLedger", "read_ledger", "write_bank_template"]

Bank = Literal["basic_farmland", "supplementary_farmland", "construction_quota", "green_quota"]
BANKS: Final[tuple[Bank, ...]] = get_args(Bank)
BANK_COLUMNS: Final = ("bank", "county", "date", "direction", "quantity_ha", "use")
_WORDS: Final = {
    "永久基本农田": "basic_farmland",
    "补充耕地": "supplementary_farmland",
    "建设用地": "construction_quota",
    "节余建设用地": "construction_quota",
    "林草湿地": "green_quota",
    "入库": "in",
    "存入": "in",
    "出库": "out",
    "取出": "out",
}
# Measures 20 to 23 of the plan (三、改革措施（五）).
_MEASURES: Final[dict[str, str]] = dict(zip(BANKS, ("20", "21", "22", "23"), strict=True))
# Measure 21 directs what is taken out to named projects and districts, so the use has to be said.
_NEEDS_USE: Final = frozenset({"supplementary_farmland"})
# Measure 20 is tried in 主城都市区 before it holds elsewhere.
_HAS_PILOT: Final = frozenset({"basic_farmland"})
_PLAN: Final = "chongqing_land_consolidation_2024"
_CHONGQING: Final = "50"


@dataclass(frozen=True, slots=True)
class BankLedger:
    """Entries of the banks, the balance of each bank and county, and what breaks a rule."""

    entries: pd.DataFrame
    balances: pd.DataFrame
    problems: list[Problem]


def write_bank_template() -> bytes:
    """Write an empty table of entries: the headings, UTF-8 with a byte order mark."""
    return (",".join(BANK_COLUMNS) + "\r\n").encode("utf-8-sig")


def read_ledger(document: DocumentText, applies: ApplicabilityIndex | None = None) -> BankLedger:
    """Read entries and compute balances.

    Parameters
    ----------
    document : DocumentText
        A table with `BANK_COLUMNS`; quantities in hectares.
    applies : ApplicabilityIndex, optional
        Of a boundary source: counties then have the name and code of today, so that one county has one balance.

    Returns
    -------
    BankLedger
        `balances` has ``bank``, ``adcode``, ``county``, ``in_ha``, ``out_ha`` and ``balance_ha``. A county may use what another has
        stored. Problems are: what goes out before as much was stored in the bank (先储后用, an error), a county that is not
        settled, outside of the municipality, or outside of the districts in which measure 20 is tried, a use that names nothing
        where the plan asks for a purpose (warnings), and unreadable cells; an entry with an unreadable cell counts nowhere.

    Raises
    ------
    ProjectError
        When it is no such table.
    """
    rows = document.split_rows()
    heads = [cell.strip() for cell in rows[0][1]] if rows else []
    if not set(BANK_COLUMNS[:-1]) <= set(heads):
        facts = {"columns": ", ".join(BANK_COLUMNS)}
        raise ProjectError(make_problem(document.file, "columns_expected", facts=facts))
    place = {cell: at for at, cell in enumerate(heads)}
    problems: list[Problem] = []
    entries = []
    for number, cells in rows[1:]:
        entry = _read_entry(
            number, {name: _get_cell(cells, place.get(name)) for name in BANK_COLUMNS}, document.file, problems
        )
        if entry is not None:
            entries.append(entry)
    frame = pd.DataFrame(entries, columns=["bank", "county", "date", "direction", "quantity_ha", "use", "row"])
    frame = frame.sort_values(["date", "row"], kind="stable").reset_index(drop=True)
    frame, unsettled = _settle_counties(frame, applies, document.file)
    problems += unsettled
    problems += [*_check_pilot(frame, document.file), *_check_uses(frame, document.file)]
    problems += _check_order(frame, document.file)
    return BankLedger(frame, _compute_balance(frame), problems)


def _get_cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _read_entry(
    number: int, row: dict[str, str], file: str, problems: list[Problem]
) -> tuple[str, str, str, str, float, str, int] | None:
    before = len(problems)
    bank, direction = _WORDS.get(row["bank"], row["bank"]), _WORDS.get(row["direction"], row["direction"])
    period, figure = read_period(row["date"]), read_figure(row["quantity_ha"])
    for name, is_fine, kind in (
        ("bank", bank in BANKS, "bank_expected"),
        ("county", bool(row["county"]), "empty"),
        ("date", period is not None, "date_expected"),
        ("direction", direction in ("in", "out"), "in_or_out"),
        ("quantity_ha", figure.value is not None and figure.value > 0, "hectares_expected"),
    ):
        if not is_fine:
            facts = {"choices": ", ".join(BANKS)} if kind == "bank_expected" else {}
            problems.append(make_problem(file, kind, row=number, field=name, value=row[name], facts=facts))
    if len(problems) > before or period is None or figure.value is None:
        return None
    return bank, row["county"], period.first, direction, figure.value, row["use"], number


def _settle_counties(
    frame: pd.DataFrame, applies: ApplicabilityIndex | None, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give each entry the code and name of its county; say which are not settled or lie outside of Chongqing."""
    if applies is None or frame.empty:
        return frame.assign(adcode=""), []
    texts = list(dict.fromkeys(frame["county"]))
    answers = ask_all(applies, [PlaceQuery(text, name=text, province="重庆市") for text in texts])
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    counties: dict[str, tuple[str, dict[str, str]]] = {}
    for text, answer in zip(texts, answers, strict=True):
        county = answer.parts[0][0] if answer.status == "found" and len(answer.parts) == 1 else None
        codes[text], names[text] = ("", text) if county is None else (county.adcode, county.name)
        if county is None:
            listing = "; ".join(answer.candidates)
            counties[text] = ("county_open", {"candidates": listing}) if listing else ("county_unknown", {})
        elif not county.adcode.startswith(_CHONGQING):
            counties[text] = ("outside_municipality", {"county": county.name})
    problems = [
        make_problem(
            file,
            counties[text][0],
            row=int(row),
            field="county",
            value=text,
            severity="warning",
            facts=counties[text][1],
        )
        for text, row in frame[["county", "row"]].itertuples(index=False)
        if text in counties
    ]
    return frame.assign(adcode=frame["county"].map(codes), county=frame["county"].map(names)), problems


def _check_pilot(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Say which entries of basic farmland are of districts in which measure 20 is not tried."""
    pilot = _find_pilot_districts()
    return [
        make_problem(
            file,
            "outside_pilot",
            row=int(row),
            field="county",
            value=county,
            severity="warning",
            facts={"county": county},
        )
        for bank, code, county, row in frame[["bank", "adcode", "county", "row"]].itertuples(index=False)
        if bank in _HAS_PILOT and code.startswith(_CHONGQING) and code not in pilot
    ]


@cache
def _find_pilot_districts() -> frozenset[str]:
    """Find the codes of the districts of measure 20, as the catalogue has them."""
    numbers = {_MEASURES[bank] for bank in _HAS_PILOT}
    measures = load_programme(_PLAN).measures
    return frozenset(code for one in measures if str(one.id) in numbers for code in one.scope_adcodes)


def _check_uses(frame: pd.DataFrame, file: str) -> list[Problem]:
    return [
        make_problem(file, "use_missing", row=int(row), field="use", value=use, severity="warning")
        for bank, direction, use, row in frame[["bank", "direction", "use", "row"]].itertuples(index=False)
        if direction == "out" and not use and bank in _NEEDS_USE
    ]


def _check_order(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Check that nothing leaves a bank before it was stored there: the bank as a whole, as counties may use each other's."""
    problems, held = [], dict.fromkeys(BANKS, 0.0)
    for bank, direction, quantity, row in frame[["bank", "direction", "quantity_ha", "row"]].itertuples(index=False):
        held[bank] += quantity if direction == "in" else -quantity
        if held[bank] < -1e-9:
            facts = {"hectares": f"{-held[bank]:.2f}", "bank": bank, "measure": _MEASURES[bank]}
            shown = f"{quantity:g}"
            problems.append(
                make_problem(file, "overdrawn", row=int(row), field="quantity_ha", value=shown, facts=facts)
            )
    return problems


def _compute_balance(frame: pd.DataFrame) -> pd.DataFrame:
    signed = frame.assign(
        in_ha=frame["quantity_ha"].where(frame["direction"] == "in", 0.0),
        out_ha=frame["quantity_ha"].where(frame["direction"] == "out", 0.0),
    )
    sums = signed.groupby(["bank", "adcode", "county"], as_index=False)[["in_ha", "out_ha"]].sum()
    return sums.assign(balance_ha=sums["in_ha"] - sums["out_ha"])
