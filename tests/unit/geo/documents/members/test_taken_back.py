"""A member that another passage takes back is for review, until a person decides."""

import pytest

from pilotzones.geo.documents.drafts.apply_decisions import make_pending_row
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.places import Decisions

SCOPE = "1.浙江嘉湖片区\n试验范围：嘉兴市南湖区、秀洲区、嘉善县。\n"


@pytest.mark.parametrize("note", ["注：嘉善县已退出试点。", "说明：取消嘉善县试点资格。", "其中，嘉善县暂不列入。"])
def test_a_note_takes_a_member_back(note: str) -> None:
    document = read_pasted((SCOPE + note + "\n").encode(), name="x")
    (zone,) = draft_list(document).zones
    listed = [(member.listed_text, member.status) for member in zone.members[:3]]
    assert listed == [("嘉兴市南湖区", "accepted"), ("秀洲区", "accepted"), ("嘉善县", "review")]
    assert zone.members[2].reasons[-1].code == "taken_back_elsewhere"


def test_what_a_person_decided_stays() -> None:
    document = read_pasted((SCOPE + "注：嘉善县已退出试点。\n").encode(), name="x")
    member = draft_list(document).zones[0].members[2]
    decisions = Decisions()
    decisions.decide(make_pending_row(member), ["330421"], who="Li", why="still listed in 2024")
    assert draft_list(document, decisions=decisions).zones[0].members[2].status == "accepted"


def test_other_notes_change_nothing() -> None:
    document = read_pasted((SCOPE + "探索农村土地承包经营权退出机制。\n").encode(), name="x")
    assert {member.status for member in draft_list(document).zones[0].members} == {"accepted"}
