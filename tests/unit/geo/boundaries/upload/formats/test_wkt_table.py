"""Tables with a column of WKT: a title above the names of the columns is left out, and said to be."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pilotzones.cli.main import run
from pilotzones.geo.overlay.upload.reader import read_polygon_layer

_SQUARES = [f"POLYGON (({x} 30, {x}.5 30, {x}.5 30.5, {x} 30))" for x in (120, 121)]
_HEADS = ["代码", "名称", "图形"]
_ROWS = [["330110", "甲", _SQUARES[0]], ["330113", "乙", _SQUARES[1]]]


def _write(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".csv":
        path.write_text("\n".join(";".join(row) for row in rows) + "\n", encoding="utf-8")
        return path
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
@pytest.mark.parametrize("titles", [[], [["边界表（2023年）"]], [["边界表（2023年）"], ["单位：度"]]])
def test_a_title_above_the_table_is_left_out(tmp_path: Path, name: str, titles: list[list[str]]) -> None:
    layer = read_polygon_layer(_write(tmp_path / name, [*titles, _HEADS, *_ROWS]), file=name)
    assert len(layer.geometry) == 2
    assert list(layer.columns["名称"]) == ["甲", "乙"]
    assert [dict(problem.facts)["count"] for problem in layer.problems if problem.code == "title_skipped"] == [
        str(len(titles)) for _ in titles[:1]
    ]


def test_a_table_of_polygons_alone_has_no_title(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("wkt\n" + "".join(f'"{square}"\n' for square in _SQUARES), encoding="utf-8")
    assert len(read_polygon_layer(path, file="table.csv").geometry) == 2


def test_zones_of_a_programme_are_called_by_their_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path / "table.csv", [_HEADS, ["1", "甲", "POLYGON ((120 30, 121 30, 121 31, 120 31, 120 30))"]])
    run(["overlay", str(path), "zones:urban_rural_integration_2019", "--json"])
    assert "浙江嘉湖片区" in capsys.readouterr().out
