"""Parameters of a link are bounded, and read once."""

from __future__ import annotations

from pilotzones.geo.catalogue.models import Programme
from pilotzones.views.state.choices import MAX_PARAMETER_CHARACTERS, Choices


def test_a_parameter_longer_than_any_the_app_writes_is_left_out_and_named(programme: Programme) -> None:
    every = Choices.from_query(programme, {"zone": ",".join(str(zone.order) for zone in programme.zones)})
    assert every[1] == []
    at_limit = "1," * (MAX_PARAMETER_CHARACTERS // 2)
    assert Choices.from_query(programme, {"zone": at_limit}) == Choices.from_query(programme, {"zone": "1"})
    choices, dropped = Choices.from_query(programme, {"zone": at_limit + "1", "task": "3"})
    assert choices.selection.zones == ()
    assert choices.selection.tasks == (3,)
    assert len(dropped) == 1
    assert dropped[0].startswith("zone=1,1,")
    assert len(dropped[0]) < 100


def test_what_is_said_of_a_link_is_bounded(programme: Programme) -> None:
    words = ",".join(f"x{number}" for number in range(300))
    query = dict.fromkeys(("zone", "task", "province", "programme", "lang"), words)
    _, dropped = Choices.from_query(programme, query)
    assert dropped[-1] == "… (+1181)"
    assert len(dropped) == 21


def test_long_texts_are_cut_as_in_their_boxes(programme: Programme) -> None:
    choices, dropped = Choices.from_query(programme, {"q": "甲" * 9_000, "ask": "乙" * 9_000})
    assert (choices.selection.query, choices.asked) == ("甲" * 100, "乙" * 100)
    assert dropped == []
