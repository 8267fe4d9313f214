"""Code and name columns of the usual publishers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.upload.attribute_mapping import (
    Counties,
    choose_columns,
    count_counties,
    group_same_codes,
    read_columns,
    select_columns,
)
from pilotzones.geo.boundaries.upload.code_cell import read_county_code
from pilotzones.geo.boundaries.upload.code_search import is_same_name


def _read(columns: dict[str, list[str | None]]) -> Counties:
    chosen = {name: columns[name] for name in select_columns(columns)}
    return read_columns(chosen, found=columns, rows=len(next(iter(columns.values()))), file="f")


def _messages(counties: Counties, severity: str) -> str:
    return "\n".join(str(problem) for problem in counties.problems if problem.severity == severity)


def test_every_role_is_named_in_the_note_on_the_columns_that_were_read() -> None:
    cells = {
        "adcode": "330402",
        "name": "南湖区",
        "prefecture": "嘉兴市",
        "prefecture_adcode": "330400",
        "province": "浙江省",
        "province_adcode": "330000",
    }
    note = _messages(_read({role: [cell] for role, cell in cells.items()}), "info")
    assert all(f"{role} from {role}" in note for role in cells)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("330402", "330402"),
        ("330402.0", "330402"),
        (" 330402 ", "330402"),
        ("３３０４０２", "330402"),
        ("156330402", "330402"),
        ("330402000", "330402"),
        ("330402000000", "330402"),
        ("330402000000.0", "330402"),
        ("441900", "441900"),
        ("'330402", "330402"),
        ('="330402"', "330402"),
        ("330,402", "330402"),
        ("3304 02", "330402"),
        ("330402001", None),  # a town
        ("330402001000", None),
        ("993304", None),  # no such province
        ("33040", None),
        ("033040", None),
        ("100000_JD", None),
        ("-330402", None),
        ("3.30402e5", None),
        ("", None),
        ("null", None),
    ],
)
def test_code_of_a_cell(cell: str, code: str | None) -> None:
    assert read_county_code(cell) == code


@given(st.text())
def test_any_cell_gives_a_code_or_none(cell: str) -> None:
    code = read_county_code(cell)
    assert code is None or (len(code) == 6 and code.isdigit() and code.isascii())


@pytest.mark.parametrize(
    ("code_column", "name_column"),
    [
        ("adcode", "name"),
        ("code", "NAME"),
        ("PAC", "NAME"),
        ("行政区划代码", "行政区划名称"),
        ("区划代码", "名称"),
        ("县代码", "县级"),
        ("县级码", "县级"),
        ("XZQDM", "XZQMC"),
        ("district_adcode", "district_name"),
        ("dt_adcode", "dt_name"),
        ("County Code", "County-Name"),
        ("ＡＤＣＯＤＥ", "name"),
        ("id", "name"),
    ],
)
def test_columns_of_publishers(code_column: str, name_column: str) -> None:
    counties = _read({"area": ["1", "2"], code_column: ["330402", "330411"], name_column: ["南湖区", "秀洲区"]})
    assert counties.adcode == ["330402", "330411"]
    assert counties.name == ["南湖区", "秀洲区"]
    assert _messages(counties, "error") == ""
    assert code_column in _messages(counties, "info") or "ADCODE" in _messages(counties, "info")


def test_traditional_headings_and_names() -> None:
    columns: dict[str, list[str | None]] = {"縣市": ["南湖區", "海鹽縣"], "行政區劃代碼": ["330402", "330424"]}
    chosen = choose_columns(columns)
    assert (chosen["adcode"], chosen["name"]) == ("行政區劃代碼", "縣市")
    assert count_counties({"x": ["嘉善縣", "平湖市", "甲"]}) == 2
    assert is_same_name("浙江省嘉興市海鹽縣", "海盐县", "浙江省", "嘉兴市")


def test_prefecture_and_province_with_codes() -> None:
    counties = _read(
        {
            "县级码": ["330402"],
            "县级": ["南湖区"],
            "地级": ["嘉兴市"],
            "地级码": ["330400"],
            "省级": ["浙江省"],
            "省级码": ["330000"],
        }
    )
    found = (counties.prefecture, counties.prefecture_adcode, counties.province, counties.province_adcode)
    assert found == (["嘉兴市"], ["330400"], ["浙江省"], ["330000"])


def test_tianditu_codes_lose_their_prefix_and_it_is_recorded() -> None:
    counties = _read({"gb": ["156330402", "156330411"], "name": ["南湖区", "秀洲区"]})
    assert counties.adcode == ["330402", "330411"]
    assert "2 codes were written otherwise" in _messages(counties, "info")


def test_feature_class_called_gb_is_no_code() -> None:
    # In the base map 1:1 million GB is a class, and 630200 would even be a code of Qinghai: PAC comes first.
    counties = _read({"GB": ["630200", "630200"], "PAC": ["330402", "330411"], "NAME": ["南湖区", "秀洲区"]})
    assert counties.adcode == ["330402", "330411"]


def test_row_number_called_id_is_no_code() -> None:
    counties = _read({"id": ["1", "2"], "name": ["南湖区", "秀洲区"]})
    assert counties.adcode == [None, None]
    assert "no county codes" in _messages(counties, "warning")


def test_column_called_like_codes_with_other_cells_is_told() -> None:
    counties = _read({"行政区划代码": ["x", "y"], "name": ["南湖区", "秀洲区"]})
    assert counties.adcode == [None, None]
    assert "its cells are none" in _messages(counties, "warning")


def test_one_bad_code_leaves_the_row_with_its_name() -> None:
    counties = _read({"adcode": ["330402", "33041X", "330421"], "name": ["南湖区", "秀洲区", "嘉善县"]})
    assert counties.adcode == ["330402", None, "330421"]
    problem = next(problem for problem in counties.problems if problem.severity == "warning")
    assert (problem.row, problem.field, problem.value) == (2, "adcode", "33041X")


def test_numbers_are_no_names() -> None:
    counties = _read({"名称": ["1", "2"], "name": ["南湖区", "秀洲区"], "adcode": ["330402", "330411"]})
    assert counties.name == ["南湖区", "秀洲区"]


def test_without_code_and_name_the_columns_are_listed() -> None:
    counties = _read({"面积": ["1"], "objectid": ["2"]})
    assert "面积, objectid" in _messages(counties, "error")
    assert counties.adcode == [None]


def test_names_lose_what_no_reader_sees() -> None:
    counties = _read({"name": [" 南湖区\u200b\x00 ", "\x07"], "adcode": ["330402", "330411"]})
    assert counties.name == ["南湖区", None]


def test_name_has_a_limit() -> None:
    assert _messages(_read({"name": ["区" * 200]}), "error") == ""
    assert "at most 200" in _messages(_read({"name": ["区" * 201]}), "error")


def test_parts_of_one_county_are_grouped() -> None:
    counties = _read({"adcode": ["330402", "330411", "330402"], "name": ["南湖区", "秀洲区", "南湖区"]})
    groups, problems = group_same_codes(counties, [0, 1, 2], file="f")
    assert groups == [[0, 2], [1]]
    assert [(problem.severity, problem.value) for problem in problems] == [("info", "330402")]
    assert "rows 1, 3" in problems[0].message


def test_one_code_with_two_names_is_an_error() -> None:
    counties = _read({"adcode": ["330402", "330402"], "name": ["南湖区", "秀洲区"]})
    _, problems = group_same_codes(counties, [0, 1], file="f")
    assert [problem.severity for problem in problems] == ["error"]


def test_rows_without_code_are_never_merged() -> None:
    counties = _read({"name": ["朝阳区", "朝阳区"]})
    groups, problems = group_same_codes(counties, [0, 1], file="f")
    assert groups == [[0], [1]]
    assert not problems
    assert "add a column of codes" in _messages(counties, "warning")


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(["adcode", "gb", "id", "name", "市", "省代码", "NAME"]), st.text(max_size=5)),
        st.lists(
            st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["330402", "156330411.0"])),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
    )
)
def test_any_table_is_read_or_told(columns: dict[str, list[str | None]]) -> None:
    counties = _read(columns)
    for values in (counties.adcode, counties.name, counties.prefecture, counties.province_adcode):
        assert len(values) == 3
    groups, _ = group_same_codes(counties, [0, 1, 2], file="f")
    assert sorted(row for group in groups for row in group) == [0, 1, 2]
