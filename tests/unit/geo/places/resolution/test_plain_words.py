"""A former unit whose name any city uses as a word (市区) is a question where nothing says which city is meant."""

from __future__ import annotations

from tests.helpers.listed_places import accepted, open_places


def test_the_word_alone_is_a_question() -> None:
    text = "行政区划\t面积\n市区\t1565\n吴兴区\t863\n德清县\t936\n"
    assert accepted(text) == ["330502", "330521"]
    assert [name for name, _ in open_places(text)] == ["市区"]


def test_with_its_city_it_is_that_unit() -> None:
    assert accepted("市\t县区\n濮阳市\t市区\n濮阳市\t清丰县\n") == ["410902", "410922"]


def test_a_place_that_waits_as_a_substitute_is_open() -> None:
    assert accepted("试点县：德清县、安吉县（候补）、长兴县。") == ["330521", "330522"]
