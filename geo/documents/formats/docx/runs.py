"""The text of a paragraph of a DOCX: runs in all their wrappers, with marks, raised figures and tracked changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pilotzones.geo.documents.formats.docx.package import W, get_value
from pilotzones.geo.documents.formats.docx.styles import DocxStyles, find_fill, find_mark, is_raised
from pilotzones.geo.documents.formats.markup import clean_source, mark_text, raise_text

__all__ = ["MC", "RunReader", "choose_content", "close_fields"]

MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Properties, names of fields, readings of characters: nothing that a reader of the page reads as its text.
_SKIPPED: Final = {
    W + name
    for name in (
        "pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "instrText", "delInstrText", "delText", "rt",
        "rubyPr", "annotationRef", "footnoteRef", "endnoteRef", "fldData", "binData", "txbxContent",
    )
}  # fmt: skip
_KNOWN_EXTENSIONS: Final = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")
_DELETED: Final = {f"{W}del", f"{W}moveFrom"}
_INSERTED: Final = {f"{W}ins", f"{W}moveTo"}
_PLAIN: Final = {
    f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "",
}  # fmt: skip


def choose_content(alternatives: Any) -> list[Any]:
    """Choose one of the alternatives that a document gives for programs of different age; the others repeat it.

    Parameters
    ----------
    alternatives : lxml element
        ``mc:AlternateContent``.

    Returns
    -------
    list of lxml element
        Children of the first alternative with text that a program of today shows; where all of those are empty, of any
        alternative with text.
    """
    options = [one for one in alternatives if one.tag in {f"{MC}Choice", f"{MC}Fallback"}]
    shown = [one for one in options if _is_understood(one)]
    for option in (*shown, *options):
        if any((one.text or "").strip() for one in option.iter(f"{W}t", f"{M}t")):
            return list(option)
    return list(options[0]) if options else []


def _is_understood(option: Any) -> bool:
    """Whether the extensions that an alternative requires are ones that word processors know; a fallback requires none."""
    prefixes = (option.get("Requires") or "").split()
    return all((option.nsmap.get(prefix) or "").startswith(_KNOWN_EXTENSIONS) for prefix in prefixes)


@dataclass
class RunReader:
    """Reads the text of paragraphs, and counts what is no text of theirs.

    Parameters
    ----------
    styles : DocxStyles
    boxes : list of lxml element
        Takes the text boxes met, whose paragraphs are read after the one that holds them.
    references : list of (str, str)
        Takes the notes referred to: part and number.
    deletions : list of str
        Takes the text of tracked deletions and of what was moved away.
    insertions : int
        Number of tracked insertions.
    """

    styles: DocxStyles
    boxes: list[Any] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    deletions: list[str] = field(default_factory=list)
    insertions: int = 0
    # One entry a field that is open: whether its instruction is still going on.
    _fields: list[bool] = field(default_factory=list)

    def read_paragraph(self, paragraph: Any, fill: str) -> str:
        """Give the text of a paragraph.

        Parameters
        ----------
        paragraph : lxml element
        fill : str
            Colour behind it.

        Returns
        -------
        str
            With marks; a line break in it ends a line.
        """
        base = self.styles.read_paragraph(paragraph)
        fill = find_fill(paragraph.find(f"{W}pPr")) or fill
        return "".join(self._walk(paragraph, base, fill, ""))

    def _walk(self, element: Any, base: dict[str, str], fill: str, raised: str) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == f"{W}txbxContent":
                self.boxes.append(child)
            elif tag in _SKIPPED or not isinstance(tag, str):
                continue
            elif tag in _DELETED:
                self.take_deletion(child)
            elif tag == f"{MC}AlternateContent":
                for one in choose_content(child):
                    yield from self._walk_one(one, base, fill, raised)
            elif tag == f"{W}r":
                yield self._run(child, base, fill)
            elif tag == f"{M}t":
                yield raise_text(clean_source(child.text or "")) if raised else clean_source(child.text or "")
            else:
                inside = "".join(self._walk(child, base, fill, "1" if tag in {f"{M}sup", f"{M}sub"} else raised))
                self.insertions += tag in _INSERTED and bool(inside.strip())
                yield inside

    def _walk_one(self, element: Any, base: dict[str, str], fill: str, raised: str) -> Iterator[str]:
        if element.tag == f"{W}r":
            yield self._run(element, base, fill)
        else:
            yield from self._walk(element, base, fill, raised)

    def take_deletion(self, element: Any) -> None:
        """Take note of a tracked deletion.

        Parameters
        ----------
        element : lxml element
        """
        # A field may begin before a deletion and end in it.
        for char in element.iter(f"{W}fldChar"):
            self._follow_field(char)
        text = "".join(one.text or "" for one in element.iter(f"{W}delText", f"{W}t"))
        if text.strip():
            self.deletions.append(clean_source(text))

    def _run(self, run: Any, base: dict[str, str], fill: str) -> str:
        look = self.styles.read_run(run, base)
        text = "".join(self._run_parts(run, base, fill))
        if not text:
            return ""
        return mark_text(raise_text(text) if is_raised(look) else text, find_mark(look, fill))

    def _run_parts(self, run: Any, base: dict[str, str], fill: str) -> Iterator[str]:
        for child in run:
            tag = child.tag
            if tag == f"{W}fldChar":
                yield self._follow_field(child)
            elif any(self._fields):
                continue
            elif tag == f"{W}t":
                yield " ".join(clean_source(child.text or "").split("\t"))
            elif tag in _PLAIN:
                yield _PLAIN[tag]
            elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                yield self._add_reference(child)
            else:
                yield from self._walk_wrapped(child, base, fill)

    def _walk_wrapped(self, child: Any, base: dict[str, str], fill: str) -> Iterator[str]:
        """Read a ruby base, a drawing with a text box, alternatives of it: whatever stands inside a run."""
        if child.tag == f"{MC}AlternateContent":
            yield from self._run_parts(choose_content(child), base, fill)
        elif child.tag == f"{W}r":
            yield self._run(child, base, fill)
        elif child.tag not in _SKIPPED:
            yield from self._walk(child, base, fill, "")

    def _follow_field(self, char: Any) -> str:
        """Follow the beginning, middle and end of a field: its instruction is no text, its result is."""
        kind = get_value(char, "fldCharType")
        if kind == "begin":
            self._fields.append(True)
            return _read_choice(char)
        if kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()
        return ""

    def _add_reference(self, element: Any) -> str:
        part = "footnotes" if element.tag == f"{W}footnoteReference" else "endnotes"
        self.references.append((part, get_value(element, "id") or ""))
        return raise_text(str(len(self.references)))


def close_fields(root: Any) -> None:
    """Take out of a part the beginnings of fields that never end: all text behind them would be their instruction.

    Parameters
    ----------
    root : lxml element
        Changed in place.
    """
    begun: list[Any] = []
    for char in root.iter(f"{W}fldChar"):
        kind = get_value(char, "fldCharType")
        if kind == "begin":
            begun.append(char)
        elif kind == "end" and begun:
            begun.pop()
    for char in begun:
        char.getparent().remove(char)


def _read_choice(char: Any) -> str:
    """Read what is chosen in a drop-down field of a form, which Word keeps as a number alone."""
    entries = [get_value(one) or "" for one in char.iter(f"{W}listEntry")]
    result = next((get_value(one) or "" for one in char.iter(f"{W}result")), "0")
    return clean_source(entries[int(result)]) if result.isdecimal() and int(result) < len(entries) else ""
