"""Read the text of an HTML page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.refusal import DocumentRefusedError

__all__ = ["read_html"]


_DROPPED = {"script", "style", "noscript", "template", "head", "iframe", "object", "svg", "select", "button"}
_BREAKING = {
    "p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dd", "dt",
    "header", "footer", "blockquote", "pre", "hr", "caption", "nav", "title",
}  # fmt: skip


def read_html(path: Path, notes: list[str]) -> Iterator[str]:  # noqa: ARG001 - all readers are called alike
    """Read the text of an HTML page.

    Parameters
    ----------
    path : Path
    notes : list of str
        Takes what was not read.

    Yields
    ------
    str
        A block of text, or a row of a table with tabs between its cells.

    Raises
    ------
    DocumentRefusedError
        When the file cannot be read.
    """
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(path.read_bytes(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentRefusedError("the HTML has no text") from error
    parts: list[str] = []
    _append_text(tree, parts)
    for line in "".join(parts).split("\n"):
        yield "\t".join(" ".join(cell.split()) for cell in line.removesuffix("\t").split("\t"))


def _append_text(tree: Any, parts: list[str]) -> None:
    from lxml import etree

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        dropped = element.tag in _DROPPED
        if event == "start":
            if dropped:
                walk.skip_subtree()
                continue
            if element.tag in _BREAKING and not _in_cell(element):
                parts.append("\n")
            parts.append(" ".join((element.text or "").split(" ")).replace("\n", " ").replace("\t", " "))
            continue
        if element.tag in {"td", "th"}:
            parts.append("\t")
        elif element.tag in _BREAKING and not _in_cell(element):
            parts.append("\n")
        parts.append((element.tail or "").replace("\n", " ").replace("\t", " "))


def _in_cell(element: Any) -> bool:
    return any(above.tag in {"td", "th"} for above in element.iterancestors())
