"""Tables of another year with a column of codes: the code is that of the unit at the date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pilotzones.cli.main import run


@pytest.mark.parametrize(
    ("written", "status", "codes"),
    [
        ("330110 余杭区 2010", "accepted", ["330110", "330113"]),
        ("510100 成都市 2012", "accepted", None),
        ("341400 巢湖市 2010", "accepted", ["340181", "340124", "340522", "340523", "340281"]),
        ("371200 莱芜市 2010", "accepted", ["370116", "370117"]),
        ("420600 襄樊市 2010", "accepted", ["420600"]),
        # 临平区 did not stand; 500110 was 万盛区, which is a part of 綦江区 now; 340181 is a county of later.
        ("330113 临平区 2010", "review", ["330113"]),
        ("500110 万盛区 2010", "review", ["500110"]),
        ("340181 巢湖市 2010", "review", None),
        # Without a date, too, the code of a unit that was merged does not settle its name.
        ("500110 万盛区", "review", ["500110"]),
        ("500110 綦江区", "accepted", ["500110"]),
    ],
)
def test_name_and_code_are_read_at_the_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str, status: str, codes: list[str] | None
) -> None:
    code, name, *as_of = written.split()
    table = tmp_path / "table.csv"
    table.write_text(f"代码,名称\n{code},{name}\n130102,长安区\n130104,桥西区\n", encoding="utf-8")
    run(["resolve", str(table), "--json", *(["--as-of", *as_of] if as_of else [])])
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert row["status"] == status
    assert codes is None or row["adcode"] == codes


@pytest.mark.parametrize(
    ("code", "as_of", "status"),
    [
        ("330113", "2010", "review"),
        ("330113", "2022", "accepted"),
        ("500110", "2005", "review"),
        ("500110", "2015", "accepted"),
    ],
)
def test_a_column_of_codes_alone_is_read_at_the_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, as_of: str, status: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"代码,面积\n{code},12.5\n130102,13.5\n130104,14.5\n", encoding="utf-8")
    run(["resolve", str(table), "--json", "--as-of", as_of])
    assert json.loads(capsys.readouterr().out)["rows"][0]["status"] == status
