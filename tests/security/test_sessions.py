"""Two visitors in turn, each with everything a visit can hold: nothing of one is ever at the other (T-I1).

Their own boundary file and its issue log, their own list with decisions, what they asked about, the zone they compare in the
other source, the file they had made, the key of a basemap, and all that can be downloaded.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from pilotzones.geo.boundaries.loader import load
from pilotzones.layers.webmap.geometry.store import get_shared_store
from tests.helpers.boundary_files import written

_PAGE = (
    "import streamlit as st\n"
    "from pilotzones.views.pages import export, map, place_query, user_boundaries, user_list\n"
    "pages = {'own': user_boundaries, 'list': user_list, 'map': map, 'export': export, 'here': place_query}\n"
    "pages[st.session_state['test_page']].show()\n"
)
_ADDRESS = re.compile(r"geometry/[0-9a-f]{64}\.json")
_SENT = re.compile(r'pilotmap\.update\(\\*"([A-Za-z0-9+/=]*)')
# Files that a press makes; the reports of the audit take a second each and are made of the same things.
_MADE = (
    "download_zones",
    "download_members",
    "own_download_csv",
    "own_download_xlsx",
    "list_keep_download",
    "export_save",
)
_FILES = ("_zones.geojson\n", "_members.geojson\n", "_zh.csv\n", "_zh.xlsx\n", "pilotzones_list_")


@dataclass
class Visitor:
    """One visit, what only it may see, and all that it was shown."""

    words: tuple[str, ...]
    codes: tuple[str, str]
    zone: int
    key: str
    app: AppTest = field(init=False)
    seen: str = ""
    polygons: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.words[0]

    def run(self) -> None:
        self.app.run()
        assert not self.app.exception

    def on(self, page: str) -> None:
        self.app.session_state["test_page"] = page
        self.run()

    def shown(self) -> str:
        """All that the server has sent for the page as it stands."""
        app: Any = self.app
        kinds = (
            "markdown",
            "success",
            "error",
            "warning",
            "info",
            "caption",
            "text",
            "text_area",
            "text_input",
            "selectbox",
        )
        parts = [str(element.value) for kind in kinds for element in getattr(app, kind)]
        parts += [" ".join(map(str, element.options)) for element in [*app.selectbox, *app.radio]]
        parts += [frame.value.to_csv() for frame in app.dataframe]
        maps = [str(element.proto) for element in app.get("component_instance")]
        parts += maps + [base64.b64decode(text).decode() for sent in maps for text in _SENT.findall(sent)]
        return "\n".join([*parts, str(dict(app.query_params))])


def _readable(content: bytes | str) -> str:
    """A file as text; an archive as the text of all its files."""
    if isinstance(content, str):
        return content
    if not content.startswith(b"PK"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every file that a button of the page would give, made at once; name and content in the order of the page."""
    made: list[tuple[str, str]] = []
    draw = DeltaGenerator.download_button

    def drawn(self: DeltaGenerator, label: str, data: Any, file_name: str, *args: Any, **options: Any) -> bool:
        if options.get("key") in _MADE:
            content = data() if callable(data) else data
            made.append((file_name, _readable(content)))
        return draw(self, label, data, file_name, *args, **options)

    monkeypatch.setattr(DeltaGenerator, "download_button", drawn)
    return made


@pytest.fixture(scope="module")
def visitors(tmp_path_factory: pytest.TempPathFactory, joined: Any) -> tuple[Visitor, Visitor]:
    both = (
        Visitor(("甲方密件", "李甲", "甲之理由", "甲问"), ("110105", "朝阳区"), 6, "a" * 32),
        Visitor(("乙方密件", "王乙", "乙之理由", "乙问"), ("220104", "朝阳区"), 7, "b" * 32),
    )
    for visitor in both:
        visitor.app = AppTest.from_string(_PAGE, default_timeout=120)
        visitor.app.session_state["test_page"] = "own"
        visitor.run()
        _bring_file(visitor, joined, tmp_path_factory.mktemp("own"))
        _bring_list(visitor)
        _choose(visitor)
    return both


def _bring_file(visitor: Visitor, joined: Any, folder: Path) -> None:
    """Boundaries of one zone, whose names are the visitor's; one has a name no other file has."""
    members = [member.adcode for member in joined.programme.get_zone(visitor.zone).members]
    counties = load("tianditu").counties
    part = counties[counties["adcode"].isin(members)][["adcode", "name", "geometry"]].copy()
    part["geometry"] = shapely.simplify(part.geometry.to_numpy(), 0.01)
    part["name"] = visitor.name + part["name"]
    path = written(gpd.GeoDataFrame(part), folder / "x.gpkg")
    visitor.app.file_uploader(key="own_file").upload(f"{visitor.name}.gpkg", path.read_bytes())
    visitor.run()
    visitor.app.button(key="own_check").click()
    visitor.run()


def _bring_list(visitor: Visitor) -> None:
    visitor.on("list")
    visitor.app.text_area(key="list_text").set_value(
        f"{visitor.name}区\n溧水区\n{visitor.codes[1]}\n{visitor.name}县\n"
    )
    visitor.app.button(key="list_recognise").click()
    visitor.run()
    app = visitor.app
    # The place that has candidates is settled; the names of the visitor's own stay open.
    question = next(box for box in app.selectbox if box.key == "list_question")
    asked = next(option for option in question.options if visitor.codes[1] in option)
    question.select_index(question.options.index(asked))
    visitor.run()
    app.radio[0].set_value(visitor.codes[0])
    visitor.run()
    app.text_input(key="list_who").set_value(visitor.words[1])
    app.text_input(key="list_why").set_value(visitor.words[2])
    next(button for button in app.button if button.label == "保存决定").click()
    visitor.run()


def _choose(visitor: Visitor) -> None:
    """A zone in both sources, a key for tiles, a question, a file that is made."""
    visitor.on("map")
    visitor.app.session_state["w_focus"], visitor.app.session_state["w_other"] = visitor.zone, True
    visitor.app.session_state["basemap"], visitor.app.session_state["tianditu_key"] = "tianditu_vec", visitor.key
    visitor.run()
    visitor.on("here")
    visitor.app.text_input(key="w_asked").set_value(visitor.words[3])
    visitor.run()
    visitor.on("export")


def _turn(visitor: Visitor, page: str, number: int, files: list[tuple[str, str]]) -> str:
    """One change on a page; all that came of it."""
    files.clear()
    visitor.on(page)
    app = visitor.app
    changes: dict[str, Callable[[], Any]] = {
        "own": lambda: app.checkbox(key="own_repair").set_value(number % 4 < 2),
        "list": lambda: app.session_state.__setitem__("list_tabs_zh", ("组成单位", "面积核查", "下载")[number % 3]),
        "map": lambda: app.session_state.__setitem__("w_other", number % 3 > 0),
        "export": lambda: app.button(key="export_make").click(),
        "here": lambda: app.session_state.__setitem__("w_lang", ("zh", "en")[number % 2]),
    }
    changes[page]()
    visitor.run()
    return "\n".join([visitor.shown(), *(f"{name}\n{content}" for name, content in files)])


def test_nothing_of_one_visitor_reaches_the_other_in_fifty_turns(
    visitors: tuple[Visitor, Visitor], files: list[tuple[str, str]], thorough: bool
) -> None:
    pages = ("own", "list", "map", "here", "export")
    store = get_shared_store()
    for turn in range(100 if thorough else 50):
        visitor, other = visitors[turn % 2], visitors[1 - turn % 2]
        told = _turn(visitor, pages[turn // 2 % len(pages)], turn // 2, files)
        # What the page fetches behind its back belongs to it: polygons with their cards, and states of the map.
        held = {address: store.find_entry(address) for address in _ADDRESS.findall(told)}
        fetched = {address: entry.decompress().decode() for address, entry in held.items() if entry is not None}
        told = "\n".join([told, *fetched.values()])
        foreign = [word for word in (*other.words, other.key) if word in told]
        assert not foreign, (turn, foreign)
        visitor.seen += told
        visitor.polygons |= {address for address, text in fetched.items() if '"coordinates"' in text}
    for visitor, other in (visitors, visitors[::-1]):
        # Each did see their own: the file and its names, who decided and why, the question, the key.
        assert not [word for word in (*visitor.words, visitor.key) if word not in visitor.seen]
        assert not [name for name in _FILES if name not in visitor.seen]
        # Polygons of the catalogue are pinned; all others came with a visitor, and went to nobody else.
        brought = {address for address in visitor.polygons if not store.find_entry(address).pinned}
        assert len(brought) > 2
        assert not brought & other.polygons
