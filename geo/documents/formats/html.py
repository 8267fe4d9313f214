"""Read the text of an HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.html_styles import HtmlStyles
from pilotzones.geo.documents.formats.markup import clean_source, mark_text, raise_text
from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.marks import MarkKind
from pilotzones.geo.documents.tables.layout import MAX_ROWS, ExtractedTable, place_cells
from pilotzones.geo.notes import Note, make_note

__all__ = ["read_html", "read_page"]


_DROPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "iframe",
    "object",
    "svg",
    "select",
    "button",
    "rt",
    "rp",
}
_MAX_QUOTED = 5
_MAX_QUOTED_CHARS = 40
_RAISED = {"sup", "sub"}
_BREAKING = {
    "p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dd", "dt",
    "header", "footer", "blockquote", "pre", "hr", "caption", "nav", "title", "td", "th",
}  # fmt: skip


def read_html(path: Path, notes: list[Note]) -> Iterator[str | ExtractedTable]:
    """Read the text of an HTML page.

    Parameters
    ----------
    path : Path
    notes : list of Note
        Takes what was not read.

    Yields
    ------
    str or ExtractedTable
        A line of text or a table.

    Raises
    ------
    DocumentRefusedError
        When the file cannot be read.
    """
    deletions: list[str] = []
    yield from read_page(path.read_bytes(), deletions)
    if deletions:
        quoted = "; ".join(text[:_MAX_QUOTED_CHARS] for text in deletions[:_MAX_QUOTED])
        notes.append(make_note("deletions", count=len(deletions), texts=quoted))


def read_page(raw: bytes, deletions: list[str]) -> Iterator[str | ExtractedTable]:
    """Read the text of a page.

    Parameters
    ----------
    raw : bytes
        In UTF-8.
    deletions : list of str
        Takes the deletions that an insertion right beside them replaces; they are no text of the page.

    Yields
    ------
    str or ExtractedTable
        A line of text or a table.

    Raises
    ------
    DocumentRefusedError
        When it cannot be read.
    """
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(raw, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentRefusedError("html_no_text", "empty") from error
    deletions += _drop_replaced(tree)
    parts: list[str | ExtractedTable] = []
    _append_text(tree, parts, HtmlStyles(tree))
    for is_text, group in groupby(parts, key=lambda part: isinstance(part, str)):
        if is_text:
            yield from (" ".join(line.split()) for line in "".join(map(str, group)).split("\n"))
        else:
            yield from group


def _drop_replaced(tree: Any) -> list[str]:
    """Drop the deletions of a page that an insertion right beside them replaces (<del>甲</del><ins>乙</ins>); give their text."""
    pairs = [(one, one.getnext()) for one in tree.iter("del", "ins")]
    beside = [(one, other) for one, other in pairs if other is not None and not (one.tail or "").strip()]
    deleted = [one if one.tag == "del" else other for one, other in beside if {one.tag, other.tag} == {"del", "ins"}]
    texts = {id(one): " ".join("".join(one.itertext()).split()) for one in deleted}
    for one in dict.fromkeys(deleted):
        one.drop_tree()
    return [text for text in texts.values() if text]


def _append_text(tree: Any, parts: list[str | ExtractedTable], styles: HtmlStyles) -> None:
    """Append the text of an element, with its marks, and each table in it that holds no other table."""
    from lxml import etree

    walk = etree.iterwalk(tree, events=("start", "end"))
    # For each open element the mark on its text, and whether it is raised; first for what stands around.
    marks = [styles.find_mark_above(tree)]
    raised = [tree.tag in _RAISED]
    for event, element in walk:
        if event == "start":
            if element.tag in _DROPPED:
                walk.skip_subtree()
                marks.append(None)
                raised.append(False)
                continue
            if element.tag == "table" and element is not tree and element.find(".//table") is None:
                parts += ["\n", _read_table(element, styles)]
                walk.skip_subtree()
                marks.append(None)
                raised.append(False)
                continue
            if element.tag in _BREAKING:
                parts.append("\n")
            marks.append(marks[-1] or styles.find_mark(element))
            raised.append(raised[-1] or element.tag in _RAISED)
            parts.append(_clean_text(element.text, marks[-1], is_raised=raised[-1]))
            continue
        marks.pop()
        raised.pop()
        if element.tag in _BREAKING:
            parts.append("\n")
        if element is not tree:
            parts.append(_clean_text(element.tail, marks[-1], is_raised=raised[-1]))


def _clean_text(text: str | None, mark: MarkKind | None, *, is_raised: bool) -> str:
    plain = clean_source(text or "").replace("\n", " ").replace("\t", " ")
    return mark_text(raise_text(plain) if is_raised else plain, mark)


def _read_table(table: Any, styles: HtmlStyles) -> ExtractedTable:
    """Read a table with the cells that span rows and columns; its caption is a row across it."""
    rows: list[list[tuple[str, int, int]]] = []
    groups: list[Any] = []
    for row in table.iter("tr"):
        rows.append(
            [
                (_read_cell_text(cell, styles), _read_span(cell, "rowspan"), _read_span(cell, "colspan"))
                for cell in row.iterchildren("td", "th")
            ]
        )
        groups.append(row.getparent())
    if len(rows) > MAX_ROWS:
        raise DocumentRefusedError("html_rows", "large", most=f"{MAX_ROWS:,}")
    ends = {id(group): number for number, group in enumerate(groups, start=1)}
    for number, cells in enumerate(rows):
        # A cell ends with its group of rows; a span of 0 reaches to there.
        left = ends[id(groups[number])] - number
        rows[number] = [(text, min(tall, left) if tall else left, wide) for text, tall, wide in cells]
    captions = [
        [(text, 1, 1)] for caption in table.iterchildren("caption") if (text := _read_cell_text(caption, styles))
    ]
    return place_cells([*captions, *rows]).drop_blank_rows()


def _read_span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(int(value), MAX_ROWS) if value.isdecimal() and len(value) < 9 else 1


def _read_cell_text(cell: Any, styles: HtmlStyles) -> str:
    parts: list[str | ExtractedTable] = []
    _append_text(cell, parts, styles)
    return " ".join("".join(map(str, parts)).split())
