"""A table of statements of a visitor's own is bounded: its bytes, and what is looked up for one cell."""

from __future__ import annotations

import pytest

from pilotzones.geo.errors import IntakeError
from pilotzones.geo.statements.loader import load_statements
from pilotzones.geo.statements.user_table import (
    MAX_USER_BYTES,
    USER_COLUMNS,
    check_user_statements,
    format_user_statements,
    read_user_statements,
)


@pytest.mark.slow
def test_a_table_larger_than_its_bound_is_refused() -> None:
    head = (",".join(USER_COLUMNS) + "\n").encode()
    assert read_user_statements((head + b"s1" + b"," * (len(USER_COLUMNS) - 1) + b"\n").ljust(MAX_USER_BYTES, b"\n"))
    with pytest.raises(IntakeError, match="5,000,001 bytes; 5,000,000 are read at most"):
        read_user_statements(head.ljust(MAX_USER_BYTES + 1, b"\n"))


def test_a_cell_of_many_themes_is_one_problem() -> None:
    row = dict.fromkeys(USER_COLUMNS, "") | {"statement": "s1", "themes": "x " * 10_000}
    found = [problem for problem in check_user_statements([row], load_statements().themes) if problem.field == "themes"]
    assert [problem.message for problem in found] == ["one to 3 themes are expected, with blanks between"]


def test_a_saved_table_has_no_formula_and_is_read_as_it_was() -> None:
    row = dict.fromkeys(USER_COLUMNS, "") | {"statement": "s1", "text_zh": '=HYPERLINK("x")', "text_en": "'quoted'"}
    saved = format_user_statements([row])
    assert b",=" not in saved
    assert b"'=HYPERLINK" in saved
    assert read_user_statements(saved) == [row]
