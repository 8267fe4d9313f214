"""A draft as a programme's folder: the catalogue takes it, audit and join work on it, nothing runs in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.audit import audit
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.loader import check_programme, load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.documents.drafts.builder import draft_document
from pilotzones.geo.documents.drafts.programme_writer import write_programme
from pilotzones.geo.documents.reader import DocumentText, read_document, read_pasted
from pilotzones.geo.errors import CatalogueError, ExportError
from pilotzones.geo.join import JoinedProgramme, check_join, join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.webmap.geometry.builder import prepare_context, prepare_programme
from pilotzones.layers.webmap.maps.programme import build_state

FIXTURE = Path(__file__).parents[4] / "data" / "documents" / "urban_rural_integration_2019.txt"
MIXED = """示范区名单
1.甲片区
试验范围：合肥市长丰县、许昌县、绵阳市（除北川县、平武县）、某某某大观园、公主岭市范家屯镇、长丰县、平潭综合实验区。面积约100平方公里。
试验重点：=1+1任务；人口迁徙。
2.甲片区
试验范围：渝中区、两江新区，开州区的部分地区。
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    """A programme with members of every kind."""
    draft = draft_document(read_pasted(MIXED), as_of="2012")
    return load_programme(write_programme(draft, tmp_path_factory.mktemp("programmes") / "mixed"))


@pytest.fixture(scope="module")
def joined(mixed: Programme, tianditu: Boundaries) -> JoinedProgramme:
    """The same on polygons."""
    return join(mixed, tianditu)


def test_the_national_list_loads_joins_and_audits_like_the_catalogue(
    tmp_path: Path, programme: Programme, tianditu: Boundaries
) -> None:
    folder = write_programme(draft_document(read_document(FIXTURE)), tmp_path / "national")
    loaded, problems = check_programme(folder)
    assert problems == []
    assert loaded is not None
    both = [join(one, tianditu) for one in (loaded, programme)]
    ours, known = ({zone.zone: zone for zone in audit(one).zones} for one in both)
    for number in (1, 4, 6, 7, 8, 9):
        assert ours[number].computed_area_km2 == known[number].computed_area_km2
        assert ours[number].stated_area_km2 == known[number].stated_area_km2
    assert [member.adcode for member in loaded.members if member.kind == "county"] == [
        member.adcode for member in programme.members if member.kind == "county"
    ]


def test_every_kind_of_member_is_kept(mixed: Programme) -> None:
    kinds = {member.listed_name: member.kind for member in mixed.members}
    assert kinds == {
        "长丰县": "county", "许昌县": "county", "绵阳市": "prefecture", "某某某大观园": "review", "公主岭市范家屯镇": "town",
        "平潭综合实验区": "special", "渝中区": "county", "两江新区": "special", "开州区": "special",
    }  # fmt: skip
    assert [zone.name_zh for zone in mixed.zones] == ["甲片区（1）", "甲片区（2）"]


def test_only_what_is_certain_gets_a_polygon(joined: JoinedProgramme) -> None:
    members = joined.members.set_index("listed_name")
    assert members.loc["某某某大观园", ["status", "geometry_quality"]].tolist() == ["unresolved", "none"]
    assert members.loc["公主岭市范家屯镇", "geometry_quality"] == "host_only"
    assert members.loc["开州区", "geometry"] is None
    assert members.loc["绵阳市", ["status", "geometry_quality"]].tolist() == ["whole", "exact"]
    assert "某某某大观园" in str(check_join(joined)[-1])


def test_a_whole_prefecture_is_its_counties_less_those_taken_out(joined: JoinedProgramme, tianditu: Boundaries) -> None:
    counties = tianditu.counties
    kept = counties[(counties["prefecture"] == "绵阳市") & ~counties["adcode"].isin(["510726", "510727"])]
    whole = joined.members.set_index("listed_name").loc["绵阳市"]
    assert whole["geometry"].symmetric_difference(kept.geometry.union_all()).area < 1e-9
    assert 0 < whole["computed_area_km2"] < 15_000


def test_a_member_under_its_old_name_is_no_wrong_namesake(joined: JoinedProgramme) -> None:
    row = joined.members.set_index("listed_name").loc["许昌县"]
    assert (row["county_name"], row["official_name"], row["status"]) == ("建安区", "建安区", "matched")
    assert not [finding for finding in audit(joined).findings if finding.kind == "renamed_member"]
    unsettled = [finding for finding in audit(joined).findings if finding.kind == "unsettled_member"]
    assert [(finding.member, finding.verdict) for finding in unsettled] == [("某某某大观园", "cannot_tell")]


def test_a_draft_of_towns_alone_joins(tmp_path: Path, tianditu: Boundaries) -> None:
    draft = draft_document(read_pasted("名单\n长春市：兰家镇、合心镇\n四平市：叶赫镇、山门镇\n"))
    joined = join(load_programme(write_programme(draft, tmp_path / "towns")), tianditu)
    assert joined.matched == 0
    assert len(joined.members) == 4
    assert joined.hosts.empty
    assert {zone.verdict for zone in audit(joined).zones} == {"cannot_tell"}


@pytest.mark.parametrize("text", [MIXED, "名单\n长春市：兰家镇、合心镇\n四平市：叶赫镇、山门镇\n"])
def test_any_draft_can_be_drawn(tmp_path: Path, tianditu: Boundaries, text: str) -> None:
    joined = join(load_programme(write_programme(draft_document(read_pasted(text)), tmp_path / "p")), tianditu)
    drawn, context = prepare_programme(joined), prepare_context(tianditu)
    state = build_state(joined, drawn, context, Selection(), verdicts={})
    assert state.to_json()


def cells(path: Path) -> list[str]:
    """Every cell of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [cell for row in csv.reader(stream) for cell in row]


def test_review_unread_and_sources_are_beside_the_tables(tmp_path: Path) -> None:
    draft = draft_document(read_pasted(MIXED))
    folder = write_programme(draft, tmp_path / "p")
    assert {"某某某大观园", "长丰县"} <= set(cells(folder / "review.csv"))
    text = (folder / "document.txt").read_bytes().decode()
    with (folder / "sources.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            assert row["text"].lstrip("'") == " ".join(text[int(row["start"]) : int(row["end"])].split())


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    text = "=cmd|' /C calc'!A0\n1.甲片区\n试验范围：余杭区、德清县、@某某某园、-某某某园。\n"
    text += "试验重点：=HYPERLINK(1)任务；+人口。\n@备注\n"
    folder = write_programme(draft_document(read_pasted(text)), tmp_path / "p")
    for path in folder.glob("*.csv"):
        assert not [cell for cell in cells(path) if cell.startswith(("=", "+", "-", "@", "\t"))], path


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    draft = draft_document(read_pasted(MIXED))
    folder = write_programme(draft, tmp_path / "p")
    with pytest.raises(ExportError, match="a programme already"):
        write_programme(draft, folder)
    assert write_programme(draft, folder, replace=True) == folder
    (folder / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ExportError, match=r"mine\.txt"):
        write_programme(draft, folder, replace=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thing").touch()
    with pytest.raises(ExportError, match="something else"):
        write_programme(draft, other, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "p"]


def test_a_draft_without_a_list_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no list of places found"):
        write_programme(draft_document(read_pasted("没有名单的文件。")), tmp_path / "p")
    assert not list(tmp_path.iterdir())


WORDS = st.sampled_from(
    [
        *"、，；：。（）\n\t\"'=+@-\\ ",
        "试验范围：",
        "面积约10亩",
        "余杭区",
        "德清县",
        "朝阳区",
        "1.",
        "（一）",
        "名单",
        "东部地区（5个）",
        "试验重点：",
        "某某某镇",
        "绵阳市",
        "两江新区",
        "除北川县外",
        "\x85",
        "\u2028",
    ]
)


@pytest.mark.slow
@given(st.lists(WORDS, min_size=5, max_size=40).map("".join))
def test_any_draft_with_a_zone_is_a_sound_programme(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    draft = draft_document(DocumentText(f"1.甲片区\n试验范围：余杭区\n{text}"))
    folder = write_programme(draft, tmp_path_factory.mktemp("any") / "p")
    loaded, problems = check_programme(folder)
    assert loaded is not None
    assert not problems
    assert len(loaded.members) == sum(member.status != "duplicate" for _, member in draft.members)


def test_batch_and_dates_stand_beside_the_members(tmp_path: Path) -> None:
    text = "批次\t年份\t省份\t试点县\n第一批\t2014\t浙江省\t德清县\n第二批\t2015\t浙江省\t德清县\n"
    folder = write_programme(draft_document(read_pasted(text)), tmp_path / "p")
    assert (folder / "member_dates.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "zone,position,listed_name,batch,listed_on,left_on,clause,source",
        "1,1,德清县,第一批,2014,,第一批·第2行·第1项,text",
        "2,1,德清县,第二批,2015,,第二批·第3行·第1项,text",
    ]
