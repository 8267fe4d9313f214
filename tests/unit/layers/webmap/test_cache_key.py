"""The key of cached map geometry changes with every file that it depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzones.geo.files.disk_cache import make_code_key
from pilotzones.layers.webmap.geometry.builder import list_cache_inputs

ROOT = Path(__file__).parents[4]


def test_every_module_of_geo_and_layers_is_in_the_key() -> None:
    expected = {path for folder in ("geo", "layers") for path in (ROOT / folder).rglob("*.py")}
    expected |= {*(ROOT / "data" / "messages").glob("*.toml"), ROOT / "data" / "sources" / "chinese_texts.csv"}
    assert {path.resolve() for path in list_cache_inputs()} == {path.resolve() for path in expected}


@pytest.mark.parametrize("name", ["layers/style/palette.py", "geo/places/romanization.py", "data/messages/export.toml"])
def test_an_edit_is_another_key(name: str, tmp_path: Path) -> None:
    edited = tmp_path / Path(name).name
    edited.write_bytes((ROOT / name).read_bytes() + b"\n# edited\n")
    before = list_cache_inputs()
    after = [edited if path.resolve() == (ROOT / name).resolve() else path for path in before]
    assert make_code_key("source", code=before) != make_code_key("source", code=after)
    assert make_code_key("source", code=before) == make_code_key("source", code=list_cache_inputs())
