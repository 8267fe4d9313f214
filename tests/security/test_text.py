"""Text is only ever text: every sink of the map with every probe, and no way around the one module (T-X1, T-X3)."""

from __future__ import annotations

import ast
import base64
import json
import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest
from streamlit_folium import _get_feature_group_string, _get_header, _get_html, generate_leaflet_string

from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.webmap.folium_map import ZoneMap, make_persistent_map, update_group
from pilotzones.layers.webmap.geometry.builder import prepare_context, prepare_programme
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features
from pilotzones.layers.webmap.geometry.store import GeometryStore
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.layers.webmap.state import MapState
from tests.helpers.hostile_programme import PIECES, hostile
from tests.helpers.map_sinks import PROBES, RESULT, SINKS, state_with

ROOT = Path(__file__).parents[2]
CALL = re.compile(r'pilotmap\.update\("([A-Za-z0-9+/=]*)"\);')


def _rendered(state: MapState) -> dict[str, str]:
    """The page of the map alone, and all that streamlit-folium sends."""
    alone, living = ZoneMap(), make_persistent_map()
    update_group(state).add_to(alone)
    page = alone.get_root().render()
    living.render()
    sent = [_get_html(living), _get_header(living), generate_leaflet_string(living)]
    sent.append(_get_feature_group_string(update_group(state), living))
    return {"render": page, "st_folium": "\n".join(sent)}


@pytest.mark.parametrize("sink", SINKS)
@pytest.mark.parametrize("probe", PROBES)
def test_every_sink_takes_every_probe_as_text(sink: str, probe: str) -> None:
    state = state_with(sink, probe)
    for way, text in _rendered(state).items():
        assert RESULT not in text, way
        assert probe not in text, way
        (sent,) = set(CALL.findall(text))
        assert json.loads(base64.b64decode(sent)) == json.loads(state.to_json()), way


def test_cards_and_labels_come_back_as_they_went() -> None:
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.box(100, 30, 101, 31)], crs="EPSG:4326")
    content = encode_features(
        frame, id_column="code", cards={"a": {"zh": PROBES}}, labels={"a": {"zh": "".join(PROBES)}}
    )
    text = json.dumps(json.loads(content), ensure_ascii=False)
    assert all(json.dumps(probe, ensure_ascii=False)[1:-1] in text for probe in PROBES)
    assert RESULT not in text


@pytest.fixture(scope="module")
def poisoned(joined: JoinedProgramme) -> JoinedProgramme:
    return join(hostile(joined.programme, (2, 11)), joined.boundaries)


def test_a_programme_whose_every_text_is_hostile_is_drawn_as_text(poisoned: JoinedProgramme) -> None:
    store = GeometryStore()
    drawn, context = prepare_programme(poisoned, store=store), prepare_context(poisoned.boundaries, store=store)
    for colour_by in ("region", "tasks"):
        state = build_state(
            poisoned,
            drawn,
            context,
            Selection(focus=2),
            lang="zh",
            theme="light",
            colour_by=colour_by,  # type: ignore[arg-type]
            verdicts={},
        )
        for text in _rendered(state).values():
            assert RESULT not in text
            assert not any(piece in text for piece in PIECES if piece != "</script>")
    held = store.find_entry(drawn.members)
    assert held is not None
    assert RESULT.encode() not in held.decompress()


def test_the_component_gets_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    # The real st_folium in a real run of a page, with every probe in one state.
    monkeypatch.setenv("PROBES", json.dumps(PROBES))
    page = AppTest.from_string(
        "import json, os\n"
        "from streamlit_folium import st_folium\n"
        "from pilotzones.layers.webmap.folium_map import make_persistent_map, update_group\n"
        "from pilotzones.layers.style.spec import Legend\nfrom pilotzones.layers.webmap.state import MapState\n"
        "text = ' '.join(json.loads(os.environ['PROBES']))\n"
        "group = update_group(MapState(message=text, credit=text, legend=Legend(title=text, note=text)))\n"
        "for key, extra in (('a', {}), ('b', {'render': False})):\n"
        "    st_folium(make_persistent_map(), key=key, feature_group_to_add=group, **extra)\n",
        default_timeout=30,
    ).run()
    assert not page.exception
    sent = [str(element.proto) for element in page.get("component_instance")]
    assert len(sent) == 2
    assert not any(RESULT in text or "__ran" in text for text in sent)


# T-X3: there is no way round


def _sources() -> list[Path]:
    folders = [path for name in ("geo", "layers", "views", "cli", "data") for path in (ROOT / name).rglob("*.py")]
    return [*folders, *ROOT.glob("*.py")]


def _calls(nodes: list[ast.AST]) -> set[str]:
    calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    # Altair's charts are no map; their tooltips are written by Vega as text.
    return calls - {"alt.Tooltip"}


# What puts text into a page as markup, a template or a program.
_FORBIDDEN = re.compile(
    r"(^|\.)(Popup|Tooltip|GeoJsonTooltip|GeoJsonPopup|DivIcon|IFrame|Marker|Html|Markup|iframe|eval|exec|from_string)$"
    r"|(folium|branca|element)\.Element$|^os\.(system|popen)$|components\.(v1\.)?html$|^pickle\."
)
_MARKUP = {"unsafe_allow_html", "unsafe_allow_javascript", "parse_html", "shell"}


def test_no_module_lets_text_become_markup_or_a_program() -> None:
    for path in _sources():
        _check_module(path.relative_to(ROOT).as_posix(), list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))


def _check_module(name: str, nodes: list[ast.AST]) -> None:
    assert {call for call in _calls(nodes) if _FORBIDDEN.search(call)} <= _ALLOWED.get(name, set()), name
    keywords = {node.arg for node in nodes if isinstance(node, ast.keyword)}
    assert name in _SCRIPTS or not keywords & _MARKUP, name
    if name not in _FOLIUM:
        imported = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not [
            line
            for line in imported
            if re.search(r"\b(folium|branca(?!\.colormap))\b", line) and "st_folium" not in line
        ], name
        # A string with a hole in it must not be handed over as HTML.
        for node in nodes:
            if name not in _STYLES and isinstance(node, ast.Call) and ast.unparse(node.func).endswith("st.html"):
                holes = [part for part in node.args if isinstance(part, ast.JoinedStr | ast.BinOp)]
                assert not holes, (name, ast.unparse(node))


_ALLOWED = {
    # Templates of ours, from files, with escaping on.
    "layers/report/render.py": {"environment.from_string"},
    "layers/server/ogc_features/html_documents.py": {"environment.from_string"},
    # Fields of generated names, cells and headings escaped for markup and for folium's templates
    # (tests/unit/notebook/test_functions.py).
    "layers/site/offline_map.py": {"folium.GeoJsonTooltip"},
    # Shows the page of the module above.
    "views/pages/overlap.py": {"st.iframe"},
}
# Modules that may use folium beside the one of the living map.
_FOLIUM = {"layers/webmap/folium_map.py", "layers/site/offline_map.py"}
# A script of ours with messages of the catalogue as JSON in which nothing can end the element.
_SCRIPTS = {"views/components/frame/streamlit_words.py"}
# Style made of counts and of messages that json.dumps quotes; squares in colours of the module.
_STYLES = {"views/components/frame/sidebar.py", "views/pages/overlap.py"}


def test_templates_escape_and_scripts_write_text() -> None:
    # Style sheets and scripts of ours, and data that layers.inlined writes so that nothing in it can end its block.
    ours = {"style", "styles", "script", "data", "page"}
    for path in (ROOT / "layers").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"(\w+)\s*\|\s*safe", text)) <= ours, path
        assert not re.search(r"autoescape\s+false", text), path
    for path in (ROOT / "layers" / "static").rglob("*.js"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code), (
            path
        )
