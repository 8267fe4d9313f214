"""Tables of random shape, format, merge and separator, built from random lists of counties, and read back."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import DocumentText, read_pasted
from pilotzones.geo.documents.tables.layout import ExtractedTable, Merge, TableLayout
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from tests.helpers.document_files import read_here

pytestmark = pytest.mark.slow

Groups = list[tuple[str, list[Unit]]]
COUNTIES = [unit for unit in load_gazetteer().units.values() if unit.level == "county" and unit.code[:2] < "70"]
NAMES = Counter((unit.province, unit.name) for unit in COUNTIES)
BY_PROVINCE: dict[str, list[Unit]] = defaultdict(list)
for one in COUNTIES:
    # A name that its province has twice is a question in every table without a column of codes.
    if NAMES[one.province, one.name] == 1:
        BY_PROVINCE[one.province].append(one)


@st.composite
def groups(draw: st.DrawFn) -> Groups:
    provinces = draw(st.lists(st.sampled_from(sorted(BY_PROVINCE)), min_size=2, max_size=4, unique=True))
    return [
        (
            name,
            draw(
                st.lists(st.sampled_from(BY_PROVINCE[name]), min_size=1, max_size=5, unique_by=lambda unit: unit.code)
            ),
        )
        for name in provinces
    ]


@dataclass
class Shape:
    """How a list is laid out."""

    number: bool
    prefecture: bool
    header: bool
    filling: str
    layout: str
    separator: str
    area: bool
    total: bool


SHAPES = st.builds(
    Shape,
    number=st.booleans(),
    prefecture=st.booleans(),
    header=st.booleans(),
    filling=st.sampled_from(["repeat", "merge", "blank", "ditto"]),
    layout=st.sampled_from(["rows", "reversed", "lists", "batches", "sections", "columns", "beside"]),
    separator=st.sampled_from(["、", "，", "；", " ", "\u3000", "、 "]),
    area=st.booleans(),
    total=st.booleans(),
)


def build(shape: Shape, listed: Groups) -> ExtractedTable:
    """A list as a table of the shape."""
    make: dict[str, Callable[[Shape, Groups], ExtractedTable]] = {
        "rows": build_rows,
        "reversed": build_reversed,
        "lists": build_lists,
        "batches": build_batches,
        "sections": build_sections,
        "columns": build_columns,
        "beside": build_beside,
    }
    table = make[shape.layout](shape, listed)
    width = max(map(len, table.rows))
    table.rows = [[*row, *[""] * (width - len(row))] for row in table.rows]
    return table


def build_rows(shape: Shape, listed: Groups) -> ExtractedTable:
    heads = (
        ["序号"] * shape.number
        + ["省份"]
        + ["地级市"] * shape.prefecture
        + ["县（市、区）"]
        + ["面积（平方公里）"] * shape.area
    )
    table = ExtractedTable([heads] if shape.header else [])
    count = 0
    for province, units in listed:
        first = len(table.rows)
        for unit in units:
            count += 1
            again = len(table.rows) > first
            label = {"repeat": province, "merge": "", "blank": "", "ditto": "〃"}[shape.filling] if again else province
            prefecture = unit.prefecture if unit.prefecture not in {unit.name, unit.province} else ""
            table.rows.append(
                [str(count)] * shape.number
                + [label]
                + [prefecture] * shape.prefecture
                + [unit.name]
                + ["1203.5"] * shape.area
            )
        if shape.filling == "merge" and len(units) > 1:
            table.merges.append(Merge(first, int(shape.number), len(units), 1))
    if shape.total and shape.header:
        table.rows.append(["合计", *[""] * (len(heads) - 2), str(count)])
    return table


def build_reversed(shape: Shape, listed: Groups) -> ExtractedTable:
    rows = [["县名", "所属市", "所属省份", "备注"]]
    rows += [[unit.name, unit.prefecture, province, ""] for province, units in listed for unit in units]
    return ExtractedTable(rows if shape.header else rows[1:])


def build_batches(shape: Shape, listed: Groups) -> ExtractedTable:
    rows = [["省份", "第一批", "2019年"]]
    for province, units in listed:
        half = -(-len(units) // 2)
        parts = [shape.separator.join(unit.name for unit in part) for part in (units[:half], units[half:])]
        rows.append([province, *(part or "—" for part in parts)])
    return ExtractedTable(rows)


def build_lists(shape: Shape, listed: Groups) -> ExtractedTable:
    rows = [["省份", "数量", "名单"]] if shape.header else []
    names = [shape.separator.join(unit.name for unit in units) for _, units in listed]
    return ExtractedTable(
        [*rows, *([province, str(len(units)), text] for (province, units), text in zip(listed, names, strict=True))]
    )


def build_sections(shape: Shape, listed: Groups) -> ExtractedTable:
    table = ExtractedTable([["序号", "县名", "面积"]])
    for province, units in listed:
        if shape.filling == "merge":
            table.merges.append(Merge(len(table.rows), 0, 1, 3))
        table.rows.append([f"{province}（{len(units)}个）" if shape.total else province, "", ""])
        table.rows += [[str(number), unit.name, "12.5"] for number, unit in enumerate(units, start=1)]
    return table


def build_columns(shape: Shape, listed: Groups) -> ExtractedTable:
    table = ExtractedTable(
        [[f"{province}（{len(units)}个）" if shape.total else province for province, units in listed]]
    )
    for number in range(max(len(units) for _, units in listed)):
        table.rows.append([units[number].name if number < len(units) else "" for _, units in listed])
    return table


def build_beside(shape: Shape, listed: Groups) -> ExtractedTable:
    flat = [
        [str(number)] * shape.number + [province, unit.name]
        for number, (province, unit) in enumerate(
            ((province, unit) for province, units in listed for unit in units), start=1
        )
    ]
    half = -(-len(flat) // 2)
    blank = [""] * len(flat[0])
    head = ["序号"] * shape.number + ["省份", "县名"]
    return ExtractedTable(
        [head + head, *(flat[row] + (flat[half + row] if half + row < len(flat) else blank) for row in range(half))]
    )


def as_html(table: ExtractedTable) -> DocumentText:
    covered = {
        (merge.row + down, merge.column + across)
        for merge in table.merges
        for down in range(merge.height)
        for across in range(merge.width)
    }
    spans = {(merge.row, merge.column): merge for merge in table.merges}
    rows = []
    for number, row in enumerate(table.rows):
        cells = []
        for column, text in enumerate(row):
            merge = spans.get((number, column))
            if merge is not None:
                cells.append(f"<td rowspan={merge.height} colspan={merge.width}>{escape(text)}</td>")
            elif (number, column) not in covered:
                cells.append(f"<td>{escape(text)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return read_here(f"<meta charset=utf-8><h2>名单</h2><table>{''.join(rows)}</table>".encode(), "html")


def as_xlsx(table: ExtractedTable) -> DocumentText:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in table.rows:
        sheet.append(row)
    for merge in table.merges:
        sheet.merge_cells(
            start_row=merge.row + 1,
            start_column=merge.column + 1,
            end_row=merge.row + merge.height,
            end_column=merge.column + merge.width,
        )
    out = io.BytesIO()
    book.save(out)
    return read_here(out.getvalue(), "xlsx")


def as_docx(table: ExtractedTable) -> DocumentText:
    document = docx.Document()
    document.add_paragraph("名单")
    grid = document.add_table(rows=len(table.rows), cols=len(table.rows[0]))
    for row, cells in zip(grid.rows, table.rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for merge in table.merges:
        last = grid.cell(merge.row + merge.height - 1, merge.column + merge.width - 1)
        text = table.rows[merge.row][merge.column]
        grid.cell(merge.row, merge.column).merge(last).text = text
    out = io.BytesIO()
    document.save(out)
    return read_here(out.getvalue(), "docx")


def as_csv(table: ExtractedTable) -> DocumentText:
    out = io.StringIO()
    csv.writer(out).writerows(table.rows)
    return read_pasted(out.getvalue().encode("gb18030"))


def as_tabs(table: ExtractedTable) -> DocumentText:
    return read_pasted("\n".join(["名单", *table.lines]).encode())


def as_pipes(table: ExtractedTable) -> DocumentText:
    return read_pasted("\n".join(f"| {' | '.join(row)} |" for row in table.rows).encode())


def as_grid(table: ExtractedTable) -> DocumentText:
    return DocumentText("\n".join(table.lines), tables=(TableLayout(0, len(table.rows), tuple(table.merges)),))


def check(document: DocumentText, listed: Groups) -> None:
    """Exactly the counties of the list are accepted, by `resolve` and by `import`."""
    expected = sorted(unit.code for _, units in listed for unit in units)
    resolution = resolve_document(document)
    assert sorted(code for row in resolution.rows for code in row.adcode if row.status == "accepted") == expected, (
        document.text
    )
    assert not resolution.notes, document.text
    members = [member for _, member in draft_list(document).members]
    assert sorted(member.adcode for member in members if member.status == "accepted") == expected, document.text


FORMATS: Sequence[Callable[[ExtractedTable], DocumentText]] = (as_html, as_xlsx, as_docx, as_csv, as_tabs, as_pipes)


@given(groups(), SHAPES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_list_comes_back_from_a_table_of_any_shape(listed: Groups, shape: Shape) -> None:
    check(as_grid(build(shape, listed)), listed)


@given(groups(), SHAPES, st.sampled_from(FORMATS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_list_comes_back_from_a_file_of_any_format(
    listed: Groups, shape: Shape, write: Callable[[ExtractedTable], DocumentText]
) -> None:
    check(write(build(shape, listed)), listed)
