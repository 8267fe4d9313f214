"""Members of an older list are drawn on today's polygons where they only changed their name or code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilotzones.geo.audit import audit
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Member
from pilotzones.geo.join import JoinedProgramme, check_join, join


def test_a_member_that_had_ended_by_the_date_is_said_to_be(joined: JoinedProgramme, tianditu: Boundaries) -> None:
    member = next(one for one in joined.programme.members if one.special is None)
    old = replace(
        member, adcode="500112", listed_name="渝北区", official_name="", province="重庆市", prefecture="重庆市"
    )
    zone = replace(joined.programme.zones[0], members=(old,))
    for year, is_said in (("2026", True), ("2024", False)):
        one = join(replace(joined.programme, codes_as_of=year, zones=(zone,)), tianditu)
        assert any("两江新区" in problem.message for problem in check_join(one)) == is_said
        kinds = [finding.kind for finding in audit(one).findings]
        assert ("ended_member" in kinds) == is_said


@pytest.mark.parametrize(
    ("written", "status", "adcode"),
    [
        ("130823 平泉县", "matched_by_history", "130881"),
        ("220381 公主岭市", "matched_by_history", "220184"),
        # Merged, and a name that is not the code's: no polygon stands for them.
        ("110104 宣武区", "missing", None),
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
