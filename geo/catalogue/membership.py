"""When members joined a programme's list and left it: batches, dates with their precision, entries and exits by year."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pilotzones.geo.bilingual import Bilingual
from pilotzones.geo.errors import Problem, make_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pilotzones.geo.catalogue.models import Member, Programme
    from pilotzones.geo.catalogue.validation import Tables
    from pilotzones.geo.files.csv_reader import CsvRow

__all__ = [
    "MEMBERSHIP_TABLES",
    "Batch",
    "DatePrecision",
    "Membership",
    "YearChange",
    "build_batches",
    "build_memberships",
    "check_memberships",
    "count_changes",
    "find_left_on",
    "find_listed_on",
    "find_precision",
    "find_source",
    "is_listed_in",
    "list_years",
]

DatePrecision = Literal["year", "month", "day"]
MEMBERSHIP_TABLES: Final[dict[str, tuple[str, str]]] = {
    # file: (columns, key)
    "batches": ("batch name_zh name_en announced document_title document_number source address note", "batch"),
    "member_dates": ("zone position listed_name batch listed_on left_on clause source", "zone position"),
    "member_grounds": ("zone position listed_name ground_as_of", "zone position"),
}
_DATE: Final = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_PRECISIONS: Final[dict[int, DatePrecision]] = {4: "year", 7: "month", 10: "day"}
_HEAD_DATES: Final = ("announced", "effective_from", "effective_to", "document_date")


@dataclass(frozen=True, slots=True)
class Batch(Bilingual):
    """One round of a programme's list, with the document that announced it; an empty date is unknown."""

    id: str
    name_zh: str
    name_en: str
    announced: str
    document_title: str
    document_number: str
    source: str
    address: str
    note: str


@dataclass(frozen=True, slots=True)
class Membership:
    """When a member joined the list and left it, where its document says so, and who says it.

    Dates are ISO dates of a year, a month or a day, see `find_precision`; an empty one is not known.
    """

    batch: str
    listed_on: str
    left_on: str
    clause: str
    source: str


@dataclass(frozen=True, slots=True)
class YearChange:
    """How many members joined and left in a year, and how many were on the list at its end."""

    year: int
    entries: int
    exits: int
    members: int


def find_precision(date: str) -> DatePrecision | None:
    """Say how precise an ISO date is; None for an empty one."""
    return _PRECISIONS.get(len(date))


def find_listed_on(programme: Programme, member: Member) -> str:
    """Find the date from which a member is on the list.

    Parameters
    ----------
    programme : Programme
    member : Member
        Of the programme.

    Returns
    -------
    str
        Its date, otherwise that of its batch, otherwise the beginning of the programme; empty when none is known.
    """
    own = member.membership
    if own is not None and own.listed_on:
        return own.listed_on
    batch = next((one for one in programme.batches if own is not None and one.id == own.batch), None)
    if batch is not None:
        return batch.announced
    return programme.effective_from or programme.announced or programme.document_date


def find_left_on(member: Member) -> str:
    """Find the date on which a member left the list; empty when it is not known to have left."""
    return "" if member.membership is None else member.membership.left_on


def is_listed_in(programme: Programme, member: Member, year: int) -> bool:
    """Say whether a member is on the list at the end of a year; one without a date of entry is, until it leaves."""
    listed, left = find_listed_on(programme, member), find_left_on(member)
    return not (listed and int(listed[:4]) > year) and not (left and int(left[:4]) <= year)


def list_years(programme: Programme) -> range:
    """List the years from the first change of a list to the last.

    Parameters
    ----------
    programme : Programme

    Returns
    -------
    range
        Empty where the members of a programme all joined in one year, or nobody knows when.
    """
    years = [change.year for change in count_changes(programme)[0]]
    return range(years[0], years[-1] + 1) if len(years) > 1 else range(0)


def find_source(programme: Programme, member: Member) -> str:
    """Find who says that and when a member is listed: its batch's page, its own source, or that of the document."""
    own = member.membership
    batch = next((one for one in programme.batches if own is not None and one.id == own.batch), None)
    if batch is not None:
        return batch.address or batch.source
    return (own.source if own is not None else "") or programme.dates_source or programme.document_source


def count_changes(programme: Programme, zones: Iterable[int] | None = None) -> tuple[list[YearChange], int]:
    """Count entries and exits by year.

    Parameters
    ----------
    programme : Programme
    zones : iterable of int, optional
        Numbers of the zones that count; all by default.

    Returns
    -------
    changes : list of YearChange
        The years in which something changed; a member without a date of entry counts among the members from the
        first of them on.
    undated : int
        Members of which nobody knows when they joined.
    """
    wanted = None if zones is None else set(zones)
    members = [one for one in programme.members if wanted is None or one.zone in wanted]
    dates = [find_listed_on(programme, member) for member in members]
    entries = Counter(int(date[:4]) for date in dates if date)
    exits = Counter(int(find_left_on(member)[:4]) for member in members if find_left_on(member))
    undated = sum(not date for date in dates)
    changes, on_list = [], undated
    for year in sorted(entries | exits):
        on_list += entries[year] - exits[year]
        changes.append(YearChange(year, entries[year], exits[year], on_list))
    return changes, undated


def build_batches(rows: Iterable[CsvRow]) -> tuple[Batch, ...]:
    """Build the batches of checked rows, in their order."""
    names = ("batch", *(name for name in Batch.__dataclass_fields__ if name != "id"))
    return tuple(Batch(*(row[name] for name in names)) for row in rows)


def build_memberships(rows: Iterable[CsvRow]) -> dict[tuple[str, str], Membership]:
    """Build the memberships of checked rows, by zone and position."""
    names = tuple(Membership.__dataclass_fields__)
    return {(row["zone"], row["position"]): Membership(*(row[name] for name in names)) for row in rows}


def check_memberships(head: Mapping[str, Any], tables: Tables) -> Iterator[Problem]:
    """Check the dates of a programme, its batches and its members.

    Parameters
    ----------
    head : mapping
        Of ``programme.toml``.
    tables : Tables

    Yields
    ------
    Problem
    """
    for key in _HEAD_DATES:
        date = head.get(key, "")
        if isinstance(date, str) and date and not _DATE.fullmatch(date):
            yield make_problem("programme.toml", "date_form", field=key, value=date)
    for row in tables["batches"]:
        yield from _check_dates(row, "announced")
        yield from (row.make_problem(c, "empty") for c in ("batch", "name_zh", "name_en", "source") if not row[c])
    yield from _check_member_dates(tables)
    listed = {(row["zone"], row["position"]): row["listed_name"] for row in tables["members"]}
    for row in (*tables["member_dates"], *tables["member_grounds"]):
        name = listed.get((row["zone"], row["position"]))
        if "members" in tables.whole and name != row["listed_name"]:
            code = "member_differs" if name else "member_absent"
            yield row.make_problem("listed_name", code, zone=row["zone"], name=name)


def _check_member_dates(tables: Tables) -> Iterator[Problem]:
    batches = tables.get_values("batches", "batch")
    for row in tables["member_dates"]:
        yield from _check_dates(row, "listed_on", "left_on")
        if row["listed_on"] and row["left_on"] and row["left_on"] < row["listed_on"][: len(row["left_on"])]:
            yield row.make_problem("left_on", "left_early")
        if batches and row["batch"] and row["batch"] not in batches:
            yield row.make_problem("batch", "batch_unknown", batches=", ".join(sorted(batches)))
    for row in tables["member_grounds"]:
        yield from _check_dates(row, "ground_as_of")
        if not row["ground_as_of"]:
            yield row.make_problem("ground_as_of", "empty")


def _check_dates(row: CsvRow, *columns: str) -> Iterator[Problem]:
    for column in columns:
        if row[column] and not _DATE.fullmatch(row[column]):
            yield row.make_problem(column, "date_form")
