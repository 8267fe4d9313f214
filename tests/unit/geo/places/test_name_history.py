"""Old names: what became of them, and what the document's date decides."""

import importlib.util
import re
from pathlib import Path

import pytest

from pilotzones.geo.places import resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from tools.tables.code_tables import list_todays_divisions
from tools.tables.name_history import Change, Founding, HistoryError, build, count_complete, derive_history


def one(text: str, **options: str):
    """The only row."""
    (row,) = resolve_text(text, **options)
    return row


def test_renamed_and_raised_counties_are_today_s() -> None:
    for text, code, name in [
        ("许昌县", "411003", "建安区"), ("九台市", "220113", "九台区"), ("湖北省京山县", "420882", "京山市"),
        ("襄樊市枣阳市", "420683", "枣阳市"), ("邢台市桥东区", "130502", "襄都区"),
    ]:  # fmt: skip
        row = one(text)
        assert (row.status, row.adcode, row.name) == ("accepted", (code,), name)
    assert "国函〔2016〕189号" in " ".join(map(str, one("许昌县").reasons))


def test_splits_and_merges_are_never_silent() -> None:
    split = one("莱芜市")
    assert (split.status, split.adcode) == ("review", ("370116", "370117"))
    merged = one("天津市塘沽区")
    assert (merged.status, merged.candidates[0].adcode) == ("review", "120116")


def test_the_date_decides_between_names_used_twice() -> None:
    assert one("铜仁市").level == "prefecture"
    assert one("铜仁市", as_of="2008-01-01").adcode == ("520602",)
    assert one("巢湖市").adcode == ("340181",)
    assert one("巢湖市", as_of="2010-06").level == "prefecture"


def test_a_county_written_with_its_old_prefecture() -> None:
    assert one("六安市寿县").adcode == ("340422",)


def test_an_old_name_that_is_a_short_name_elsewhere_is_a_question() -> None:
    assert one("东乡县").status == "review"
    assert one("江西省东乡县").adcode == ("361003",)
    assert one("甘肃省东乡县").adcode == ("622926",)


def test_every_successor_is_a_unit_of_today() -> None:
    gazetteer = load_gazetteer()
    olds = {m.old for meanings in gazetteer.forms.values() for m in meanings if m.old is not None}
    assert len(olds) > 2000
    assert all(code in gazetteer.units for old in olds for code in old.successors)
    assert all(old.valid_from < old.valid_to for old in olds)


def test_our_table_is_the_boundary_package_s() -> None:
    gazetteer = load_gazetteer()
    ours = [(unit.code, unit.name, unit.level, unit.province, unit.prefecture) for unit in gazetteer.units.values()]
    theirs = [(r["code"], r["name"], r["level"], r["province"], r["prefecture"]) for r in list_todays_divisions()]
    assert ours == theirs


def test_the_guide_tells_how_complete_the_history_is() -> None:
    root = Path(__file__).parents[4]
    spec = importlib.util.spec_from_file_location(
        "derive_name_history", root / "tools" / "tables" / "derive_name_history.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    counted = module.count(module.read_table())
    guide = (root / "docs" / "places.md").read_text(encoding="utf-8")
    told = {
        year: f"{known} of {ended}"
        for year, known, ended in re.findall(r"\| ((?:19|20)\d\d) \| (\d+) \| (\d+) ", guide)
    }
    assert told == {line[:4]: " ".join(line.split()[1:]) for line in counted if line[:4].isdigit()}
    assert all(" ".join(line.split()) in guide for line in counted[-2:])


OLD = {"110000": "甲省", "110100": "乙市", "110121": "丙县", "110122": "丁县", "110102": "戊区", "110103": "己区"}
NEW = {"110000": "甲省", "110100": "乙市", "110104": "丙区", "110105": "庚区", "110103": "辛区", "110106": "壬区"}
CHANGES = [
    Change("2015", "110122", "丁县", (("110105", "庚区"), ("110103", "辛区")), "a notice"),
    Change("2015", "110102", "戊区", (("110105", "庚区"),), "a notice"),
]


def test_history_follows_stems_codes_and_curated_changes() -> None:
    founded = [Founding("2016", "110106", "壬区", (("110105", "庚区"),), "a notice")]
    history = {
        row.name: row for row in derive_history(build([("2010-12", OLD), ("2020-12", NEW)], CHANGES, founded, 1))
    }
    assert (history["丙县"].successors, history["丙县"].change) == (("110104",), "renamed")
    assert (history["己区"].successors, history["己区"].change) == (("110103",), "renamed")
    # What was founded later on its ground covers it too.
    assert (history["丁县"].successors, history["丁县"].change) == (("110105", "110103", "110106"), "split")
    assert (history["戊区"].change, history["戊区"].kind) == ("merged", "split")
    assert [history[name].valid_to for name in ("丁县", "丙县")] == ["2015-12", "2020-12"]
    assert count_complete(history.values()) == {"2015": (2, 2), "2020": (2, 2)}


def test_a_unit_that_leads_nowhere_and_a_change_that_fits_nothing_are_errors() -> None:
    tables = [("2010-12", OLD), ("2020-12", NEW)]
    with pytest.raises(HistoryError, match="leads nowhere"):
        build(tables, CHANGES[1:], [], 1)
    with pytest.raises(HistoryError, match="fit no end"):
        build(tables, [*CHANGES, Change("2015", "110199", "癸区", (("110103", "辛区"),), "")], [], 1)
    ground_unknown = [CHANGES[0], Change("2015", "110102", "戊区", (("110100", "乙市"),), "a notice")]
    with pytest.raises(HistoryError, match="what was looked for"):
        derive_history(build(tables, ground_unknown, [], 1))
