"""Why a place was accepted, set apart or put up for review: a code with its values, and an English sentence for each code.

Reasons travel as records. Tables, JSON and the terminal write the English sentence; a page in another language looks its
own sentence up by the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["REASONS", "ReviewReason", "make_reason"]

REASONS: Final[Mapping[str, str]] = {
    # What a name stands for.
    "short_for": "short for {name}",
    "changed": "{steps}, ended by {until} ({source})",
    "split": "split: {steps}, ended by {until} ({source})",
    "merged": "merged, today's unit is larger: {steps}, ended by {until} ({source})",
    "known_area": "a special area we know ({source})",
    "no_official_code": "an administrative area that the official table does not have ({source})",
    "region": "a region or cluster of divisions; it has no code",
    "newer": "newer than the table of divisions ({source})",
    # What nothing decides.
    "several": "several places of this name; nothing in the text decides",
    "shared_short": "county and prefecture share this short name",
    "outside_given": "lies outside the province or prefecture given for it",
    "nearly_inside": "outside {home}, which has a county of nearly this name",
    "written_on": "written right on a name that looks like {home}, where it lies",
    "not_held": "the unit written before it does not hold it",
    "cell": "the cell names more than one place, or has words that were not read",
    # What an address says.
    "no_county": "the address names {name} and no county of it",
    "no_unit": "an address that names no division",
    "unknown_area": "the address names {area}, which is no county of {name}; it lies in one or several of them",
    # What the text takes back or leaves open.
    "taken_back": "taken back by the words: {words}",
    "left_open": "not admitted yet by the words: {words}",
    "taken_back_elsewhere": "the same text takes {name} back: {words}",
    "holds_items": "other places of the list lie in it; a heading or a member",
    # What could not be read.
    "unknown": "no such name in today's table or in the older ones",
    "ended": "{name} ended by {until}; what became of it is not in our tables",
    "no_such_name": "no such name and nothing that looks like it",
    "looks_alike": "no such name; the candidates look alike",
    "area_like_county": "a special area we do not know; a county has nearly this name",
    "unread_after": "unread after {name}: {words}",
    "surroundings": "{words} is what lies around it, not {name} itself",
    "unread_before": "unread before it: {words}",
    "damaged": "damaged, read as {name}",
    "damaged_before": "decided by a damaged name before it",
    "blot": "a character beside it cannot be read",
    # What a person said.
    "decided": "decided by {who} on {when}: {why}",
    # What a document adds.
    "not_in": "not in {province}",
    "territory": "the document lists no places; it speaks of the whole of {name}",
    "excluded": "excluded, but what it is taken from is not listed",
    "several_today": "several units of today",
    "listed_before": "listed before, as number {position} of the zone",
    "note": "with the note {note}",
    "no_place": "no place found in it",
    # Why a stated area is asked about.
    "area_range": "a range, not one figure",
    "area_digits": "digits that can be read in more than one way",
    "area_letters": "letters among the digits",
    "area_sign": "a figure with a sign",
    "area_bound": "a bound, not the area itself",
    "area_parts": "several figures, and none of them is said to be the whole",
    "area_part": "the area of a part; the whole is not stated",
    "area_units": "several units for one column",
    "area_unit_missing": "no unit",
    # What the file keeps beside its text.
    "marked_struck": "struck out in the document",
    "marked_hidden": "hidden in the document",
    "marked_invisible": "not to be seen in the document: of the colour of its background, tiny, transparent or off the page",
    "marked_formula": "a formula whose result the workbook does not hold",
    "marked_number_format": "the workbook shows this number in another unit",
    # What a row of a table with its year is (pilotzones.geo.places.history).
    "name_code_differ": "the name {name} says {by_name}, the code {code} says {by_code}",
    "other_vintage": "{said} is of another time; in {year} it stood as {unit}",
    "mixed_vintages": "{said}: name and code of different times of one unit; in {year} it stood as {unit}",
    "unit_ended": "{name} ended on {date} ({source}); then {units}",
    "unit_not_yet": "{name} did not exist in {year}: it is in the tables since {since}",
    "unit_split": "{name} is several units today: {units}",
    "unit_merged": "{name} is part of a larger unit today: {unit}",
    "unit_dissolved": "{name} has no code of its own any more; its territory is only known to lie in {unit}",
    "parts_taken": "units founded since on a part of {name}: {units}",
    "boundary_older": "the polygons are older than the change of {date}; today {units}",
    "statistical_code": "{code} is a code of the statistics for {unit} ({source})",
    "statistical_area": "{name} is an area of the statistics in {unit}, no division ({source})",
    "placeholder": "{name} stands for a group of divisions and is no division",
    "placeholder_code": "{code} stands for the districts of {unit}",
    "several_in_year": "several units were called {name} in {year}",
    "code_passed_on": "{code} belonged to several units within {year}: {units}",
    "unknown_code": "no code table has {code}",
    "name_not_compared": "{name} has no Chinese characters and was not compared with the code",
    "other_province": "{unit} does not lie in {province}",
    "other_prefecture": "{unit} does not lie in {prefecture}",
    "name_in_no_table": "{name} is the name of no unit in the tables; the code {code} is {by_code}",
    "year_outside": "{year} is outside the years of the tables, {first} to {last}",
    "year_unread": "{year} was not read as a year or a date",
    "code_unread": "{code} was not read as a code",
    "unit_newer": "{name} is newer than the polygons: its territory lies in {units}",
    "nothing_below": "nothing names a place in it or says that all of it is meant",
    "left_list": "taken out of the list: {words}",
    "table_code": "the table's code {written} is {unit}, the name says {named}",
}


@dataclass(frozen=True, slots=True)
class ReviewReason:
    """One reason, as a code with the values that its sentence names.

    Parameters
    ----------
    code : str
        A key of `REASONS`.
    values : tuple of (str, str)
        Names of the placeholders in the sentence, with what stands for them.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return REASONS[self.code].format(**dict(self.values))


def make_reason(code: str, /, **values: object) -> ReviewReason:
    """Make a reason.

    Parameters
    ----------
    code : str
        A key of `REASONS`.
    **values : object
        What its sentence names.

    Returns
    -------
    Reason

    Raises
    ------
    KeyError
        When there is no such code, or a value that its sentence names is not given.
    """
    REASONS[code].format(**values)
    return ReviewReason(code, tuple((name, str(value)) for name, value in values.items()))
