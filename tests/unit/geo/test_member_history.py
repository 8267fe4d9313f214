"""Members of an older list are drawn on today's polygons where they only changed their name or code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Member
from pilotzones.geo.join import JoinedProgramme, check_join, join


@pytest.mark.parametrize(
    ("written", "status", "adcode"),
    [
        ("130823 平泉县", "matched_by_history", "130881"),
        ("220381 公主岭市", "matched_by_history", "220184"),
        # Merged, split, and a name that is not the code's: no polygon stands for them.
        ("110104 宣武区", "missing", None),
        ("371200 莱芜市", "missing", None),
        ("330183 余杭区", "missing", None),
    ],
)
def test_a_member_of_2010(
    joined: JoinedProgramme, tianditu: Boundaries, written: str, status: str, adcode: str | None
) -> None:
    code, name = written.split()
    member = next(one for one in joined.programme.members if one.special is None)
    old: Member = replace(member, adcode=code, listed_name=name, official_name="", province="", prefecture="某市")
    zone = replace(joined.programme.zones[0], members=(old,))
    programme = replace(joined.programme, codes_as_of="2010", zones=(zone,))
    one = join(programme, tianditu)
    row = one.members.iloc[0]
    assert (row.status, row.adcode) == (status, adcode)
    if status == "matched_by_history":
        assert any("renamed or recoded since" in problem.message for problem in check_join(one))
