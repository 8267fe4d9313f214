"""A list as one file that can be opened again: the text, the hints, the decisions, and the programme they make."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from typing import Any, Final, get_args

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.catalogue.loader import check_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.documents.drafts.programme_writer import write_programme
from pilotzones.geo.documents.marks import parse_marks
from pilotzones.geo.documents.models import Draft
from pilotzones.geo.documents.reader import DocumentKind, DocumentText
from pilotzones.geo.documents.tables.layout import parse_layouts
from pilotzones.geo.documents.text_decoding import MAX_TEXT_CHARS
from pilotzones.geo.errors import CatalogueError, IntakeError, make_problem, raise_problems
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.files.zip_members import find_twins
from pilotzones.geo.notes import parse_note
from pilotzones.geo.places import Decisions
from pilotzones.geo.places.gazetteer import load_gazetteer

__all__ = ["OpenList", "pack_list", "read_programme", "unpack_list"]

_FORMAT: Final = "pilotzones list 1"
_HEAD, _TEXT, _DECISIONS = "list.json", "document.txt", "decisions.csv"
# Four bytes are the most a character takes in UTF-8.
_MAX_PART_BYTES: Final = {_HEAD: 2_000_000, _TEXT: 4 * MAX_TEXT_CHARS, _DECISIONS: 5_000_000}
_MAX_PARTS: Final = 60
# Equal lists give equal files.
_STAMP: Final = (1980, 1, 1, 0, 0, 0)
_DATE: Final = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}")


@dataclass(frozen=True)
class OpenList:
    """What a list is made from.

    Parameters
    ----------
    document : DocumentText
    as_of : str, optional
        Date of the document (ISO), where the reader gave one.
    province : str, optional
        Code of the province it is about, where the reader gave one.
    decisions : Decisions
        The reader's own.
    """

    document: DocumentText
    as_of: str | None = None
    province: str | None = None
    decisions: Decisions = field(default_factory=Decisions)


def read_programme(draft: Draft, name: str) -> tuple[Programme, dict[str, bytes]]:
    """Build the programme of a draft, and the files of its folder.

    Parameters
    ----------
    draft : Draft
        With at least one zone.
    name : str
        Of the folder; becomes the programme's id.

    Returns
    -------
    programme : Programme
    files : dict of str to bytes
        By name.

    Raises
    ------
    CatalogueError
        When the draft has no zone, or does not make a sound programme.
    """
    with open_temporary_folder() as temporary:
        folder = write_programme(draft, temporary / name)
        programme, problems = check_programme(folder)
        raise_problems(CatalogueError, name, problems)
        assert programme is not None
        return programme, {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def pack_list(source: OpenList, programme: Mapping[str, bytes]) -> bytes:
    """Pack a list into a zip.

    Parameters
    ----------
    source : OpenList
    programme : mapping of str to bytes
        Files of the programme's folder; kept for other programs, not read by `unpack_list`.

    Returns
    -------
    bytes
        The same for the same list.
    """
    document = source.document
    head = {
        "format": _FORMAT,
        "file": document.file,
        "kind": document.kind,
        "notes": [astuple(note) for note in document.notes],
        "tables": [asdict(table) for table in document.tables],
        "marks": [[mark.start, mark.end, mark.kind] for mark in document.marks],
        "as_of": source.as_of,
        "province": source.province,
    }
    files = {
        _HEAD: json.dumps(head, ensure_ascii=False, indent=1).encode(),
        _TEXT: document.text.encode(),
        _DECISIONS: source.decisions.to_csv().encode(),
        **{f"programme/{name}": content for name, content in programme.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def unpack_list(raw: bytes, *, name: str = "list") -> OpenList:
    """Unpack a list from the zip that `pack_list` made, checking all of it as if a stranger had written it.

    Parameters
    ----------
    raw : bytes
    name : str, optional
        What the file is called to its user.

    Returns
    -------
    OpenList

    Raises
    ------
    IntakeError
        When it is no such file, or something in it is not in order.
    """
    file = sanitize_for_display(name)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if len(archive.infolist()) > _MAX_PARTS:
                raise IntakeError(make_problem(file, "list_file_foreign"), code="archive")
            if find_twins(archive.namelist()) is not None:
                raise IntakeError(make_problem(file, "list_file_twins"), code="archive")
            head, text, decisions = (_read_part(archive, part, file) for part in _MAX_PART_BYTES)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise IntakeError(make_problem(file, "list_file_foreign"), code="archive") from error
    document, as_of, province = _read_description(head, text, file)
    return OpenList(document, as_of, province, Decisions.from_csv(decisions, file=_DECISIONS))


def _read_part(archive: zipfile.ZipFile, part: str, file: str) -> str:
    with archive.open(part) as stream:
        # What a zip says of its own sizes need not be true: stop reading instead.
        raw = stream.read(_MAX_PART_BYTES[part] + 1)
    if len(raw) > _MAX_PART_BYTES[part]:
        facts = {"part": part, "most": f"{_MAX_PART_BYTES[part]:,}"}
        raise IntakeError(make_problem(file, "list_file_bytes", facts=facts), code="large")
    return raw.decode("utf-8")


def _read_description(head: str, text: str, file: str) -> tuple[DocumentText, str | None, str | None]:
    """Read what ``list.json`` says, and the text."""
    try:
        description: Any = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise IntakeError(make_problem(file, "list_file_foreign"), code="archive") from error
    if not isinstance(description, dict) or description.get("format") != _FORMAT:
        raise IntakeError(make_problem(file, "list_file_foreign"), code="archive")
    notes, as_of, province = description.get("notes"), description.get("as_of"), description.get("province")
    marks = parse_marks(description.get("marks", []), len(text))
    sound = (
        isinstance(description.get("file"), str)
        and description.get("kind") in get_args(DocumentKind)
        and isinstance(notes, list)
        and (as_of is None or (isinstance(as_of, str) and _DATE.fullmatch(as_of)))
        and (province is None or (isinstance(province, str) and province in load_gazetteer().units))
        and len(text) <= MAX_TEXT_CHARS
        and marks is not None
    )
    if not sound:
        raise IntakeError(make_problem(file, "list_file_head", facts={"part": _HEAD}), code="archive")
    assert isinstance(notes, list) and marks is not None  # noqa: PT018 - for the type checker
    try:
        # A list that an earlier version saved has notes as sentences, and no layouts.
        read = tuple(map(parse_note, notes))
        tables = parse_layouts(description.get("tables", []), lines=text.count("\n") + 1)
    except ValueError as error:
        raise IntakeError(make_problem(file, "list_file_head", facts={"part": _HEAD}), code="archive") from error
    name = sanitize_for_display(description["file"])
    return DocumentText(text, description["kind"], name, read, tables, marks), as_of, province
