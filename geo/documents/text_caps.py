"""Bounds on one text that is drafted: lines, their length, and runs of one character.

What lies beyond is blanked, so that every other character keeps its place, and a note says so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pilotzones.geo.documents.reader import DocumentText

from pilotzones.geo.notes import Note, make_note

__all__ = ["MAX_LINES", "MAX_LINE_CHARACTERS", "MAX_RUN_CHARACTERS", "cap_document"]

# As many as a table may have rows.
MAX_LINES: Final = 50_000
MAX_LINE_CHARACTERS: Final = 200_000
# Dotted lines of a table of contents are shorter.
MAX_RUN_CHARACTERS: Final = 500
# A run is matched as a whole, so that every character is looked at once.
_RUN: Final = re.compile(r"(\S)\1+")


def cap_document(document: DocumentText) -> DocumentText:
    """Blank what lies beyond the bounds, and note it.

    Parameters
    ----------
    document : DocumentText

    Returns
    -------
    DocumentText
        The same when nothing lies beyond them.
    """
    text, notes = _cap_runs(document.text)
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        notes.append(make_note("capped_lines", line=MAX_LINES, count=len(lines) - MAX_LINES))
        lines[MAX_LINES:] = [" " * len(line) for line in lines[MAX_LINES:]]
    long = [number for number, line in enumerate(lines) if len(line) > MAX_LINE_CHARACTERS]
    if long:
        notes.append(make_note("capped_line", line=long[0] + 1, most=MAX_LINE_CHARACTERS, count=len(long)))
        for number in long:
            lines[number] = lines[number][:MAX_LINE_CHARACTERS].ljust(len(lines[number]))
    if not notes:
        return document
    return replace(document, text="\n".join(lines), notes=(*document.notes, *notes))


def _cap_runs(text: str) -> tuple[str, list[Note]]:
    """Blank runs of one character after their first part."""
    runs = [run for run in _RUN.finditer(text) if run.end() - run.start() > MAX_RUN_CHARACTERS]
    if not runs:
        return text, []
    pieces, end = list[str](), 0
    for run in runs:
        stop = run.start() + MAX_RUN_CHARACTERS
        pieces += [text[end:stop], " " * (run.end() - stop)]
        end = run.end()
    line = text.count("\n", 0, runs[0].start()) + 1
    note = make_note("capped_run", line=line, mark=runs[0][1], most=MAX_RUN_CHARACTERS, count=len(runs))
    return "".join([*pieces, text[end:]]), [note]
