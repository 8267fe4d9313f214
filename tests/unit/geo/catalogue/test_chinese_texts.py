"""What the catalogue has in English is Chinese on Chinese pages, and every translation is of a text that is there."""

from __future__ import annotations

import re
from pathlib import Path

from pilotzones.data import DATA
from pilotzones.geo.catalogue.chinese_texts import translate_text
from pilotzones.geo.files.csv_reader import read_records


def _read(path: Path) -> list[dict[str, str]]:
    return [dict(row) for row in read_records(path.read_text(encoding="utf-8-sig"))[1]]


def _list_texts() -> set[str]:
    """List what pages show of the tables beside what these have in two languages."""
    shown = ("source", "nature", "point_meaning", "evidence")
    texts = set()
    for path in DATA.glob("programmes/*/*.csv"):
        names = (*shown, "note") if path.name == "batches.csv" else shown
        texts |= {row.get(name, "") for row in _read(path) for name in names if not row.get(f"{name}_zh")}
    return texts - {""}


def test_no_text_of_the_catalogue_is_english_on_a_chinese_page() -> None:
    texts = _list_texts()
    assert len(texts) > 120
    for text in texts:
        said = translate_text(text, "zh")
        # Addresses stay, and so does the name of a repository.
        words = re.sub(r"[\w-]+(?:\.[\w-]+)+\S*|\S+/\S+", "", said, flags=re.ASCII)
        assert not re.search("[A-Za-z]{4,}", words), said
        assert translate_text(text, "en") == text


def test_every_translation_is_of_a_text() -> None:
    assert {row["text"] for row in _read(DATA / "sources" / "chinese_texts.csv")} <= _list_texts()


def test_a_text_of_a_user_stays_as_it_is() -> None:
    assert translate_text("my own book", "zh") == "my own book"
