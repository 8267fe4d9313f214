"""The parts of a DOCX file: its main part, styles and notes, found as Word finds them and parsed without entities."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.notes import Note, make_note

__all__ = ["DocxPackage", "W", "get_value", "is_on", "open_docx"]

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF: Final = {"0", "false", "off", "none"}
# "Strict" files write the same elements in a namespace of their own.
_STRICT: Final = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_USUAL: Final = {"styles": "styles.xml", "footnotes": "footnotes.xml", "endnotes": "endnotes.xml"}


@dataclass(frozen=True)
class DocxPackage:
    """The parts of a DOCX that hold text; None for those that it does not have.

    Parameters
    ----------
    document, styles, footnotes, endnotes : lxml element or None
    chunks : mapping of str to bytes
        Documents of other formats that the main part takes in, by the identity of their relation.
    """

    document: Any
    styles: Any = None
    footnotes: Any = None
    endnotes: Any = None
    chunks: Mapping[str, bytes] = field(default_factory=dict)


def get_value(element: Any, name: str = "val") -> str | None:
    """Give an attribute in the namespace of Word.

    Parameters
    ----------
    element : lxml element
    name : str, optional

    Returns
    -------
    str or None
    """
    value = element.get(W + name)
    return None if value is None else str(value)


def is_on(element: Any) -> bool:
    """Return whether a property that is there or not is there, and not switched off.

    Parameters
    ----------
    element : lxml element or None

    Returns
    -------
    bool
    """
    return element is not None and (get_value(element) or "1").lower() not in _OFF


def open_docx(path: Path, notes: list[Note]) -> DocxPackage:
    """Open a DOCX.

    Parameters
    ----------
    path : Path
    notes : list of Note
        Takes what is wrong with parts that can be done without.

    Returns
    -------
    DocxPackage

    Raises
    ------
    DocumentRefusedError
        When it has no main part, or that is no XML.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower(): name for name in archive.namelist()}
            main = _find_main(archive, names)
            document = _parse(archive, main)
            parts = _find_parts(archive, names, main)
            beside = {kind: _parse_beside(archive, part, notes) for kind, part in parts.items()}
            return DocxPackage(document, **beside, chunks=_read_chunks(archive, names, main))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        locked = isinstance(error, RuntimeError) and "encrypted" in str(error)
        raise DocumentRefusedError("docx_locked" if locked else "docx_part") from error


def _find_main(archive: zipfile.ZipFile, names: dict[str, str]) -> str:
    """Name of the main part: by the package's relations, else by its usual name."""
    for kind, target, _ in _read_relations(archive, names, ""):
        if kind == "officeDocument" and target.lower() in names:
            return names[target.lower()]
    if "word/document.xml" in names:
        return names["word/document.xml"]
    raise DocumentRefusedError("docx_main")


def _read_chunks(archive: zipfile.ZipFile, names: dict[str, str], main: str) -> dict[str, bytes]:
    return {
        identity: archive.read(names[target.lower()])
        for kind, target, identity in _read_relations(archive, names, main)
        if kind == "aFChunk" and target.lower() in names
    }


def _find_parts(archive: zipfile.ZipFile, names: dict[str, str], main: str) -> dict[str, str]:
    folder = posixpath.dirname(main)
    parts = {
        kind: names[name] for kind, usual in _USUAL.items() if (name := posixpath.join(folder, usual).lower()) in names
    }
    for kind, target, _ in _read_relations(archive, names, main):
        if kind in _USUAL and target.lower() in names:
            parts[kind] = names[target.lower()]
    return parts


def _read_relations(archive: zipfile.ZipFile, names: dict[str, str], part: str) -> list[tuple[str, str, str]]:
    """Read kind, target and identity of the relations of a part; none when the list of them is damaged."""
    folder, name = posixpath.split(part)
    relations = names.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
    if relations is None:
        return []
    try:
        tree = _parse(archive, relations)
    except DocumentRefusedError:
        return []
    out = []
    for one in tree.iter(_RELATIONS):
        target = one.get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        out.append((one.get("Type", "").rsplit("/", 1)[-1], inside, one.get("Id", "")))
    return out


def _parse_beside(archive: zipfile.ZipFile, part: str, notes: list[Note]) -> Any:
    try:
        return _parse(archive, part)
    except DocumentRefusedError:
        notes.append(make_note("damaged_part", part=posixpath.basename(part)))
        return None


def _parse(archive: zipfile.ZipFile, part: str) -> Any:
    from lxml import etree

    raw = archive.read(part)
    for strict, usual in _STRICT:
        raw = raw.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(raw, parser=parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise DocumentRefusedError("docx_xml", part=posixpath.basename(part), line=line) from error
