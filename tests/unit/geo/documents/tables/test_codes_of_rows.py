"""The code of a row of a table and its name: the code settles a short name, and a code of other ground is a question."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places

HEAD = "代码\t名称\n330521\t德清县\n"


@pytest.mark.parametrize(
    ("code", "name", "right"),
    [
        ("130821", "承德", "130821"),
        ("130800", "承德", "130800"),
        ("220521", "通化", "220521"),
        ("330100", "余杭区", "330110"),
        ("330000", "余杭区", "330110"),
        ("341402", "居巢区", "340181"),
        ("341421", "庐江县", "340124"),
        ("420600", "襄樊市", "420600"),
        ("999999", "余杭区", "330110"),
    ],
)
def test_a_code_that_fits_the_name(code: str, name: str, right: str) -> None:
    assert accepted(f"{HEAD}{code}\t{name}\n") == sorted(["330521", right])


@pytest.mark.parametrize(
    ("code", "name"),
    [
        # The code of the former prefecture of the name, of other units of today and of former ones.
        ("341400", "巢湖市"),
        ("330500", "海宁市"),
        ("340000", "余杭区"),
        ("320683", "海宁市"),
        ("330106", "杭州市"),
        ("330522", "安吉县"),
    ],
)
def test_a_code_of_other_ground_is_a_question(code: str, name: str) -> None:
    text = f"{HEAD}{code}\t{name}\n"
    assert accepted(text) == ["330521"]
    assert open_places(text) == [(name, "include")]


def test_a_code_of_more_than_the_county_written_beside_it_in_running_text() -> None:
    assert accepted("试点：德清县（330521）、巢湖市（341400）。") == ["330521"]
