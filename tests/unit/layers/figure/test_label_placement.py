"""Names on a printed map do not touch each other, whatever the map."""

from __future__ import annotations

import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.layers.figure.label_placement import Label, place
from tests.helpers.examples import examples

FRAME = (0.0, 0.0, 120.0, 90.0)
SPOT = st.tuples(st.floats(2, 118), st.floats(2, 88))


@examples(20)
@given(
    st.lists(st.tuples(SPOT, st.floats(4, 40), st.booleans(), st.booleans(), st.booleans()), max_size=25),
    st.tuples(st.floats(0, 80), st.floats(0, 60)),
)
def test_boxes_never_overlap(
    spots: list[tuple[tuple[float, float], float, bool, bool, bool]], corner: tuple[float, float]
) -> None:
    reserved = shapely.box(*corner, corner[0] + 30, corner[1] + 20)
    labels = [
        Label(str(index), at, (width, 3.4), shapely.Point(at).buffer(6) if area else None, quiet=quiet, tied=tied)
        for index, (at, width, area, quiet, tied) in enumerate(spots)
    ]
    placed, left_out = place(labels, frame=FRAME, reserved=[reserved], drawn=shapely.box(10, 10, 40, 40))
    assert sorted([one.label.text for one in placed] + [label.text for label in left_out]) == sorted(
        map(str, range(len(labels)))
    )
    for index, one in enumerate(placed):
        assert shapely.within(one.box, shapely.box(*FRAME))
        assert not shapely.intersects(one.box, reserved)
        for other in placed[:index]:
            assert shapely.area(shapely.intersection(one.box, other.box)) == 0
            if one.leader:
                assert not shapely.intersects(shapely.LineString(one.leader), other.box)
    assert place(labels, frame=FRAME, reserved=[reserved], drawn=shapely.box(10, 10, 40, 40)) == (placed, left_out)


def test_a_name_stays_at_home_where_it_fits() -> None:
    home = shapely.box(40, 30, 80, 60)
    placed, _ = place([Label("home", (60, 45), (10, 3), home)], frame=FRAME)
    assert shapely.covered_by(placed[0].box, home)
    assert placed[0].leader is None


def test_a_quiet_name_gives_way() -> None:
    loud = Label("loud", (60, 45), (20, 4), shapely.box(55, 43, 65, 47))
    quiet = Label("quiet", (60, 45), (20, 4), quiet=True)
    placed, left_out = place([quiet, loud], frame=FRAME)
    assert [one.label.text for one in placed] == ["loud"]
    assert left_out == [quiet]
