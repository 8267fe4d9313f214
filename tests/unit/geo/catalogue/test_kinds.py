"""Another kind of programmes is one more entry of the table of kinds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pilotzones.cli.main import run
from pilotzones.data import PROGRAMMES
from pilotzones.geo import messages
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.kinds import PROGRAMME_KINDS, ProgrammeKind
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.join import join
from pilotzones.geo.messages import LANGUAGES, get_place_words, load_messages
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.choropleth import choose_colouring
from pilotzones.layers.webmap.legend import build_programme_legend
from pilotzones.views.navigation import PAGES

_KIND = ProgrammeKind("corridors", "corridors", is_for_scopes=True)
_WORDS = {"zh": "走廊", "en": "Corridors"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme of a kind that the code has never heard of."""
    monkeypatch.setitem(PROGRAMME_KINDS, _KIND.id, _KIND)
    for key in ("unit", "figure"):
        monkeypatch.setitem(messages._load_file(messages._index_messages()["unit_zones"]), f"{key}_corridors", _WORDS)
        monkeypatch.setitem(messages._index_messages(), f"{key}_corridors", messages._index_messages()["unit_zones"])
    copy = tmp_path / "corridor_programme"
    shutil.copytree(PROGRAMMES / "hunan_jiangxi_border_2021", copy)
    head = copy / "programme.toml"
    text = re.sub(r"(?m)^kind = .*\n", "", head.read_text(encoding="utf-8"))
    head.write_text(f'kind = "corridors"\n{text}', encoding="utf-8")
    return copy


def test_a_fourth_kind_knows_its_words_legend_and_page(folder: Path, tianditu: Boundaries) -> None:
    programme = load_programme(folder)
    joined = join(programme, tianditu)
    for lang in LANGUAGES:
        assert get_place_words(programme.kind, lang)["Many"] == _WORDS[lang]
        assert _WORDS[lang] in {page.title(programme.kind, lang) for page in PAGES}
        coloured = choose_colouring(joined, programme.zones, Selection(), lang)
        legend = build_programme_legend(programme, coloured, lang)
        assert legend.title == load_messages()["legend_scope"][lang]


def test_a_fourth_kind_is_listed_in_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zones", "--programme", str(folder)]) == 0
    assert load_programme(folder).zones[0].name_zh in capsys.readouterr().out


@pytest.mark.slow
def test_a_fourth_kind_with_the_words_of_another_has_a_map_and_a_figure(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROGRAMME_KINDS, _KIND.id, ProgrammeKind(_KIND.id, "zones", states_areas=True))
    page, sheet = tmp_path / "map.html", tmp_path / "figure.svg"
    assert run(["map", "--programme", str(folder), "--output", str(page)]) == 0
    assert load_programme(folder).zones[0].name_zh in page.read_text(encoding="utf-8")
    assert run(["figure", "--programme", str(folder), "--output", str(sheet)]) == 0
    assert sheet.stat().st_size > 0


@pytest.mark.parametrize("kind", PROGRAMME_KINDS.values(), ids=str)
def test_every_kind_has_its_words_in_both_languages(kind: ProgrammeKind) -> None:
    assert all(get_place_words(kind, lang)["one"] for lang in LANGUAGES)
