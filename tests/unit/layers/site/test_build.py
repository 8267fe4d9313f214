"""The static site: every link leads somewhere, every page is valid HTML, nothing comes from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from lxml import etree

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import ExportLayer, encode
from pilotzones.geo.files.atomic_folder import MANIFEST, write_folder
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.site.build import _build_sitemap, build_files
from tests.helpers.browsing import Reader
from tests.helpers.hostile_programme import hostile

# Two zones: with a special area and without, in two regions.
CHOSEN = Selection(zones=(7, 10))


@pytest.fixture(scope="module", autouse=True)
def _fixed_time() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1750000000")
        # Files to download are most of the work, and have tests of their own: the same ones are made once.
        kept: dict[tuple[str, int, str, str], bytes] = {}

        def once(layer: ExportLayer, *, format: str) -> bytes:  # noqa: A002
            key = (layer.name, len(layer.frame), layer.provenance["permalink"], format)
            if key not in kept:
                kept[key] = encode(layer, format=format)
            return kept[key]

        patch.setattr("pilotzones.layers.site.build.encode", once)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place: Path = tmp_path_factory.mktemp("site") / "网站 site"
    address = ["--address", "https://example.org/zones/"]
    assert run(["site", "--zone", "7,10", "--lang", "en", *address, "-o", str(place)]) == 0
    return place


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def trees(files: dict[str, bytes]) -> Iterator[tuple[str, Any]]:
    for name, content in files.items():
        if name.endswith(".html") and name != "downloads/map.html":
            yield name, html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(content.decode())


def test_every_link_is_relative_and_leads_somewhere(files: dict[str, bytes]) -> None:
    asked, links = set(), 0
    for name, tree in trees(files):
        ids = {item.get("id") for item in tree.iter() if isinstance(item.tag, str)}
        for item in tree.iter():
            for attribute in ("href", "src"):
                address = item.get(attribute) if isinstance(item.tag, str) else None
                if address is None:
                    continue
                links += 1
                parts = urlsplit(address)
                assert (parts.scheme, parts.netloc, parts.path[:1] == "/") == ("", "", False), (name, address)
                if not parts.path:
                    assert parts.fragment in ids, (name, address)
                    continue
                target = (Path("/site", name).parent / unquote(parts.path)).resolve().relative_to("/site")
                assert str(target) in files, (name, address)
                asked.add(str(target))
    assert links > 500
    pages = {name for name in files if name.startswith(("zh/", "en/", "downloads/"))}
    assert pages <= asked, "a page or file nobody links to"


def test_pages_say_the_same_in_both_languages(files: dict[str, bytes]) -> None:
    for name in [name.removeprefix("zh/") for name in files if name.startswith("zh/")]:
        assert f"en/{name}" in files
    assert {name for name in files if name.startswith("zh/zones/")} == {"zh/zones/7.html", "zh/zones/10.html"}
    for name, tree in trees(files):
        if name.startswith("en/"):
            menu = " ".join(text for item in tree.iter("nav") for text in item.itertext() if text != "中文")
            title = next(tree.iter("title")).text
            assert not re.search(r"[\u4e00-\u9fff]", menu + title), name


def test_places_have_their_english_names_before_their_own(files: dict[str, bytes]) -> None:
    page = files["en/zones/10.html"].decode()
    assert "<td>Xixian New Area 西咸新区</td>" in page.replace(' class=""', "")
    assert "Xixian New Area 西咸新区 ∩ Xingping City 兴平市" in page
    assert "Xixian New Area 西咸新区" in files["data/search_en.js"].decode()


def test_the_policy_of_every_page_forbids_what_it_does_not_need(files: dict[str, bytes]) -> None:
    for name, tree in trees(files):
        policies = [
            item.get("content") for item in tree.iter("meta") if item.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1, name
        assert policies[0].startswith("default-src 'none'")
        assert "unsafe" not in policies[0]
        inline = [item for item in tree.iter("script") if item.get("src") is None]
        assert all(item.get("type") == "application/json" for item in inline), name
    assert b"fetch(" not in files["assets/static_page.js"] + files["assets/static_search.js"]


def test_downloads_are_the_exports(files: dict[str, bytes]) -> None:
    zones = json.loads(files["downloads/zones.geojson"])
    assert [feature["properties"]["order"] for feature in zones["features"]] == [7, 10]
    page = files["en/layers.html"].decode()
    assert {name for name in files if name.startswith("downloads/")} == {
        unquote(address.removeprefix("../")) for address in re.findall(r'href="(\.\./downloads/[^"]+)"', page)
    }


def test_the_sitemap_needs_an_address(files: dict[str, bytes], joined: JoinedProgramme) -> None:
    found = etree.fromstring(files["sitemap.xml"]).findall("{*}url/{*}loc")
    assert {item.text for item in found} == {
        f"https://example.org/zones/{name}" for name in files if name.endswith(".html")
    }
    with pytest.raises(ExportError, match="https://"):
        build_files(joined, selection=CHOSEN, lang="zh", address="javascript:alert(1)")


def test_the_sitemap_is_xml_whatever_the_address() -> None:
    address = "https://example.org/?a=1&b=<c>"
    (place,) = etree.fromstring(_build_sitemap(address, ["index.html"])).findall("{*}url/{*}loc")
    assert place.text == f"{address}/index.html"


@pytest.mark.slow
def test_the_command_writes_what_the_library_makes_and_spares_what_is_not_ours(
    files: dict[str, bytes],
    folder: Path,
    joined: JoinedProgramme,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = build_files(joined, selection=CHOSEN, lang="en", address="https://example.org/zones/")
    assert files == made
    assert {path.name for path in (folder / "downloads").glob("*.gpkg")} == {
        "zones.gpkg",
        "members.gpkg",
        "special_areas.gpkg",
        "source_difference.gpkg",
    }
    monkeypatch.setattr("pilotzones.layers.site.build.build_files", lambda *_, **__: {"index.html": b""})
    mine = folder / "mine.txt"
    mine.write_text("mine")
    assert run(["site", "--zone", "7", "-o", str(folder)]) == 1
    assert "mine.txt" in capsys.readouterr().err
    mine.unlink()
    assert (folder / "index.html").read_bytes() == made["index.html"]


@pytest.mark.slow
@pytest.mark.browser
def test_the_site_works_from_a_disk(browser: Any, folder: Path) -> None:
    visit = Reader(browser, viewport={"width": 1300, "height": 900})
    page = visit.page
    page.goto((folder / "index.html").as_uri())
    page.wait_for_url("**/en/index.html")
    page.wait_for_function("pilotmap.stats().lastUpdateMs > 0")
    assert page.locator("#zones tbody tr").count() == 2
    page.get_by_label("West").check()
    assert page.locator("#zones tbody tr").count() == 1
    page.locator("#zones a").click()
    page.wait_for_url("**/en/zones/10.html")
    page.wait_for_function("pilotmap.stats().lastUpdateMs > 0")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/zones/10.html")
    page.get_by_role("link", name="查找").click()
    page.get_by_label("试验区、组成单位、任务").fill("鹰潭 月湖")
    page.locator("#found a").last.wait_for()
    assert page.locator("#found a").all_text_contents() == ["7. 江西鹰潭", "月湖区"]
    page.get_by_label("试验区、组成单位、任务").fill("360602")
    page.locator("#found a").last.click()
    page.wait_for_url("**/zh/zones/7.html")
    visit.close()


@pytest.mark.slow
@pytest.mark.browser
def test_hostile_names_stay_text_on_the_site(
    browser: Any, programme: Programme, tianditu: Boundaries, tmp_path: Path
) -> None:
    poisoned = hostile(programme, (11,))
    files = build_files(join(poisoned, tianditu), selection=Selection(), lang="zh")
    assert b"977655983" not in b"".join(files.values())
    for name, tree in trees(files):
        assert not list(tree.iter("img")), name
        assert not [item for item in tree.iter("a") if "javascript:" in item.get("href", "")], name
    write_folder(tmp_path / "site", files, about={})
    visit = Reader(browser)
    name = f"11. {poisoned.zones[0].name_zh}"
    visit.page.goto((tmp_path / "site" / "zh" / "zones" / "11.html").as_uri())
    visit.page.wait_for_function("pilotmap.stats().lastUpdateMs > 0")
    assert visit.page.locator("h1").text_content().startswith(name)
    visit.page.goto((tmp_path / "site" / "zh" / "search.html").as_uri())
    visit.page.get_by_label("试验区、组成单位、任务").fill("<img")
    assert name in visit.page.locator("#found a").all_text_contents()
    visit.close()
