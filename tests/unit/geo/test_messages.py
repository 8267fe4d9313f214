"""A count goes with its noun: "1 row", "2 rows"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pilotzones.geo.messages import fill_message, format_count, format_number, load_messages

ROOT = Path(__file__).resolve().parents[3]
_NOUNS = (
    "areas|bytes|cells|characters|codes|columns|conflicts|counties|documents|draws|duplicates|entries|exceptions|faults|features|"
    "figures|files|folders|formulas|indicators|issues|items|layers|lines|measures|members|names|observations|pairs|pieces|places|"
    "polygons|problems|programmes|projects|records|regions|rows|safeguards|slivers|sources|statements|tasks|touches|towns|units|"
    "variables|vertices|years|zones"
)
# Limits, which are never 1, and what is no count.
_NO_COUNTS = {"most", "bytes", "number", "what", "members", "parts"}


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 row is new"),
        ("1", "1 row is new"),
        (0, "0 rows are new"),
        (21, "21 rows are new"),
        ("1,001", "1,001 rows are new"),
    ],
)
def test_words_of_a_message_go_with_its_count(count: object, said: str) -> None:
    assert fill_message("{count:|row|rows} {count:-|is|are} new", {"count": count}) == said


def test_other_formats_are_those_of_the_language() -> None:
    values = {"count": 1234, "share": 0.256, "name": "a|b"}
    assert fill_message("{count:,|row|rows}, {share:.1%} {name!r}", values) == "1,234 rows, 25.6% 'a|b'"
    assert fill_message("{count:,} {name}", values) == "1,234 a|b"


def test_a_figure_has_no_more_digits_than_mean_something() -> None:
    assert [format_number(value) for value in (1234.5, -1e15, 1e308)] == ["1,234", "−1e+15", "1e+308"]


def test_the_terminal_counts_in_words_too() -> None:
    said = [format_count(count, "county", "counties") for count in (0, 1, 2000)]
    assert [*said, format_count(1, "row"), format_count(2, "row")] == [
        "0 counties",
        "1 county",
        "2,000 counties",
        "1 row",
        "2 rows",
    ]


def test_no_message_has_a_plural_after_a_count_that_may_be_one() -> None:
    after = re.compile(rf"\{{(\w+)(?::,)?\}}\*{{0,2}} (?:\w+ )?(?:{_NOUNS})\b")
    found = [(key, name) for key, text in load_messages().items() for name in after.findall(text["en"])]
    assert [one for one in found if one[1] not in _NO_COUNTS] == []


def test_no_command_prints_one() -> None:
    after = re.compile(rf"\}} (?:{_NOUNS})\b")
    lines = [line.strip() for path in (ROOT / "cli").rglob("*.py") for line in path.read_text("utf-8").splitlines()]
    no_counts = ("places and years", "names no format", ":,} bytes")
    assert [line for line in lines if after.search(line) and not any(words in line for words in no_counts)] == []
