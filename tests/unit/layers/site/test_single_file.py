"""The one-file map without a browser: what is in the file, and what may not be."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import html5lib
import pytest

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import ExportError
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.site.inline import build_policy, encode_script_json, get_leaflet_credit
from pilotzones.layers.site.page_map import build_page_map
from pilotzones.layers.site.single_file import render_page
from tests.helpers.hostile_programme import PIECES, hostile

MOST_BYTES = 1_500_000
BLOCK = re.compile(r'<script type="application/json" id="pilotzones-data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module", autouse=True)
def _fixed_time() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1750000000")
        yield


@pytest.fixture(scope="module")
def page(joined: JoinedProgramme) -> str:
    return render_page(joined, selection=Selection(), lang="zh", permalink="http://localhost/?lang=zh").decode()


def data_of(page: str) -> dict[str, Any]:
    found = BLOCK.findall(page)
    assert len(found) == 1
    data: dict[str, Any] = json.loads(found[0])
    return data


@pytest.mark.slow
def test_the_page_is_valid_small_and_the_same_every_time(page: str, joined: JoinedProgramme) -> None:
    html5lib.HTMLParser(strict=True).parse(page)
    assert len(page.encode()) <= MOST_BYTES
    assert render_page(joined, selection=Selection(), lang="zh", permalink="http://localhost/?lang=zh").decode() == page


def test_nothing_in_the_page_comes_from_elsewhere(page: str) -> None:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    assert not [
        item.attrib for item in tree.iter() if isinstance(item.tag, str) and {"src", "action"} & set(item.attrib)
    ]
    assert [item.get("href") for item in tree.iter("a")] == ["#zones"]
    assert not list(tree.iter("link"))
    assert "url(" not in "".join(style.text for style in tree.iter("style"))


def test_the_policy_names_the_very_scripts_of_the_page(page: str) -> None:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    meta = next(item for item in tree.iter("meta") if item.get("http-equiv") == "Content-Security-Policy")
    scripts = [item.text for item in tree.iter("script") if item.get("type") is None]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert len(hashes) == 3
    assert meta.get("content") == build_policy(scripts)
    assert all(f"'sha256-{digest}'" in meta.get("content") for digest in hashes)
    assert {"default-src 'none'", "connect-src 'none'", "form-action 'none'", "base-uri 'none'", "img-src data:"} < {
        rule.strip() for rule in meta.get("content").split(";")
    }


def test_the_data_are_those_of_the_programme(page: str, joined: JoinedProgramme) -> None:
    data = data_of(page)
    programme = joined.programme
    assert [zone["name"] for zone in data["zones"]] == [{"zh": z.name_zh, "en": z.name_en} for z in programme.zones]
    assert [zone["tasks"] for zone in data["zones"]] == [list(z.tasks) for z in programme.zones]
    assert [(one["zone"], one["name"]) for one in data["members"]] == [
        (one.zone, one.listed_name) for one in programme.members
    ]
    assert sum(one["drawn"] for one in data["members"]) == joined.matched
    shown = dict(data["provenance"]["en"])
    assert "GS(2024)0650号" in shown.values()
    assert "http://localhost/?lang=zh" in shown.values()
    assert "2025-06-15T15:06:40Z" in shown.values()
    drawn = {layer["id"]: layer["url"] for layer in data["states"]["zh"]["light"]["layers"]}
    assert set(drawn.values()) == set(data["geometry"])
    assert len(data["geometry"][drawn["members"]]) == joined.matched


def test_a_filter_leaves_only_its_zones_in_the_file_and_says_so(joined: JoinedProgramme) -> None:
    selection = Selection.read(joined.programme, regions=["east"], tasks=["2"], focus="1")
    data = data_of(render_page(joined, selection=selection, lang="en").decode())
    orders = {zone.order for zone in selection.apply(joined.programme)}
    assert {zone["order"] for zone in data["zones"]} == orders == {one["zone"] for one in data["members"]}
    assert [one["id"] for one in data["regions"]] == ["east"]
    assert data["focus"] == 1
    assert any("region = east; task = 2" in value for _, value in data["provenance"]["zh"])
    with pytest.raises(ExportError, match="no zone passes"):
        render_page(joined, selection=Selection(query="nowhere at all"), lang="en")


def test_hostile_text_cannot_leave_its_block(programme: Programme, tianditu: Boundaries) -> None:
    poisoned = hostile(programme, (1, 11))
    page = render_page(join(poisoned, tianditu), selection=Selection(), lang="zh").decode()
    html5lib.HTMLParser(strict=True).parse(page)
    (block,) = BLOCK.findall(page)
    assert not set("<>&\u2028\u2029") & set(block)
    assert data_of(page)["zones"][0]["name"]["zh"] == poisoned.zones[0].name_zh
    assert "<img" not in page
    assert "977655983" not in page
    assert all(piece in poisoned.zones[0].name_zh for piece in PIECES)


def test_json_in_a_script_is_the_same_json() -> None:
    data = {"a": "</script><!--&\u2028\u2029", "b": [1.5, None, "县"]}
    assert json.loads(encode_script_json(data)) == data
    with pytest.raises(ValueError, match="JSON"):
        encode_script_json({"x": float("nan")})


@pytest.mark.slow
def test_a_programme_of_towns_says_what_it_has_not(programme: Programme, tianditu: Boundaries) -> None:
    zone = programme.get_zone(11)
    member = next(one for one in zone.members if one.special is not None)
    assert member.special is not None
    town = replace(member, kind="town", special=replace(member.special, point=None))
    lone = replace(town, position=2, listed_name="某处", kind="review", special=None, adcode=None)
    bare = replace(
        zone, stated_area_km2=None, stated_area_text="", tasks=(), members=(town, lone), published_prefectures=()
    )
    regions = (replace(programme.regions[0], name_zh=zone.region),)
    small = join(replace(programme, zones=(bare,), regions=regions, tasks=()), tianditu)
    data = data_of(render_page(small, selection=Selection(), lang="zh").decode())
    (told,) = data["zones"]
    assert (told["stated"], told["computed"], told["difference"]) == ("–", "–", "–")
    assert told["box"] is not None
    assert [one["quality"] for one in data["members"]] == ["host_only", "none"]
    assert [one["drawn"] for one in data["members"]] == [False, False]
    assert data["tasks"] == []
    items = data["states"]["zh"]["light"]["legend"]["items"]
    assert [item["zones"] for item in items] == [[], [11], None, None]


def test_a_file_of_the_users_has_context_and_says_whose(joined: JoinedProgramme, tianditu: Boundaries) -> None:
    own = replace(tianditu, info=replace(tianditu.info, id="mine.geojson"), provinces=None, lines=None)
    drawn = build_page_map(replace(joined, boundaries=own))
    assert drawn.context is tianditu
    assert "GS(2024)0650号" in drawn.states["en"]["dark"]["credit"].split(";")[1]


def test_leaflets_notice_is_in_the_page(page: str) -> None:
    assert get_leaflet_credit().startswith("Leaflet 1.9.")
    assert "CloudMade" in get_leaflet_credit()
    assert get_leaflet_credit() in data_of(page)["about"]["en"][-1]


@pytest.mark.slow
def test_the_command_writes_whole_files_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "map.html"
    assert run(["map", "--region", "northeast", "-o", str(target)]) == 0
    assert "1 zone," in capsys.readouterr().err
    before = target.read_bytes()
    assert [zone["order"] for zone in data_of(before.decode())["zones"]] == [11]
    assert run(["map", "--query", "nowhere", "-o", str(target)]) == 1
    assert run(["map", "-o", str(tmp_path / "map.png")]) == 1
    assert run(["map", "-o", str(tmp_path / "no" / "map.html")]) == 1
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_an_imported_programme_of_towns_and_open_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document, folder, target = tmp_path / "list.txt", tmp_path / "draft", tmp_path / "map.html"
    lines = ["示范城镇名单", "长春市：合隆镇、奢岭镇。", "白山市：抚松县松江河镇、朝阳区。"]
    document.write_text("\n".join(lines), encoding="utf-8")
    assert run(["import", str(document), "-o", str(folder)]) in (0, 2)
    assert run(["map", "--programme", str(folder), "--lang", "en", "-o", str(target)]) == 0
    told = capsys.readouterr().err
    assert "2 zones" in told
    data = data_of(target.read_text(encoding="utf-8"))
    assert [zone["stated"] for zone in data["zones"]] == ["–", "–"]
    assert [one["name"] for one in data["members"]] == ["合隆镇", "奢岭镇", "抚松县松江河镇", "朝阳区"]
    # A town is never drawn as its county, an open name as none.
    assert not any(one["drawn"] for one in data["members"])
    members = next(layer for layer in data["states"]["en"]["light"]["layers"] if layer["id"] == "members")
    assert data["geometry"][members["url"]] == []


def test_the_words_searched_are_the_terminals(page: str) -> None:
    programme = load_programme()
    data = data_of(page)
    for query in ("海盐", "330", "ZHEJIANG", "１１", "东部", "nothing"):
        needle = query.translate({ord("１"): "1"}).lower()
        found = [zone["order"] for zone in data["zones"] if any(needle in word for word in zone["words"])]
        assert found == [zone.order for zone in Selection(query=query).apply(programme)], query


@pytest.mark.parametrize("name", ["offline.md", "offline.zh.md"])
def test_the_commands_in_the_documentation_exist(name: str) -> None:
    text = (Path(__file__).parents[4] / "docs" / name).read_text(encoding="utf-8")
    commands = re.findall(r"^pilotzones ([^#\n]+)", text, flags=re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        words = command.split()
        assert words[0] in ("map", "site")
        # Options that do not exist are refused before --help is answered.
        assert run([*words, "--help"]) == 0
