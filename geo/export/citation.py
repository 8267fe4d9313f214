"""How the data set is cited: as text for BibTeX and as CSL-JSON, the form reference managers read."""

from __future__ import annotations

import json
import re
from typing import Final

from pilotzones.geo.boundaries.models import SourceInfo
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.export import get_version

__all__ = ["format_bibtex", "format_csl_json"]

_AUTHORS: Final = "The pilotzones authors"
# What BibTeX or LaTeX would take for a command.
_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def format_bibtex(programme: Programme, source: SourceInfo) -> str:
    """Compose an entry for BibTeX or biblatex.

    Parameters
    ----------
    programme : Programme
    source : SourceInfo
        The boundary source that was used.

    Returns
    -------
    str
        What is not known (a year of publication among it) has no field.
    """
    fields = {
        "author": f"{{{_AUTHORS}}}",
        "title": f"{{{_escape_tex(_compose_title(programme))}}}",
        "version": _escape_tex(get_version()),
        "howpublished": "Data set",
        "note": _escape_tex(_compose_note(programme, source)),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{_make_entry_key(programme, source)},\n{lines}\n}}\n"


def format_csl_json(programme: Programme, source: SourceInfo) -> str:
    """Compose the same for reference managers (Citation Style Language, CSL-JSON 1.0.2).

    Parameters
    ----------
    programme : Programme
    source : SourceInfo

    Returns
    -------
    str
    """
    item = {
        "id": _make_entry_key(programme, source),
        "type": "dataset",
        "title": _compose_title(programme),
        "author": [{"literal": _AUTHORS}],
        "version": get_version(),
        "note": _compose_note(programme, source),
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _make_entry_key(programme: Programme, source: SourceInfo) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", f"pilotzones_{programme.id}_{source.id}")


def _compose_title(programme: Programme) -> str:
    return f"{programme.title_en} ({programme.title_zh}): audited map layers"


def _compose_note(programme: Programme, source: SourceInfo) -> str:
    document = ", ".join(filter(None, (programme.document_title, programme.document_number, programme.document_date)))
    boundary = ", ".join(filter(None, (source.publisher, source.review_number, source.as_of)))
    return f"Policy document: {document}. Boundaries: {boundary} ({source.version})."


def _escape_tex(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)
