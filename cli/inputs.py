"""Load what the options name: boundaries, programmes, the filter, documents and decisions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.documents.reader import DocumentText
    from pilotzones.geo.join import JoinedProgramme
    from pilotzones.geo.member_record import MemberRecord
    from pilotzones.geo.places import Decisions
    from pilotzones.geo.query.filters import Selection

__all__ = [
    "find_province_code",
    "load_decisions",
    "load_document",
    "load_inputs",
    "load_matches",
    "load_programmes",
    "read_joined",
]


def _load_boundaries(arguments: argparse.Namespace, *, counties_only: bool = False) -> Boundaries:
    """Load the boundary source that the options name.

    Repairs and omissions in a boundary file of the user are reported on standard error; those of the built-in sources
    are not.
    """
    from pilotzones.geo.boundaries.loader import load, load_counties
    from pilotzones.geo.boundaries.sources import BUILT_IN

    if counties_only and arguments.source in BUILT_IN:
        return load_counties(arguments.source)
    boundaries = load(arguments.source, repair=arguments.repair, layer=arguments.source_layer, crs=arguments.source_crs)
    if boundaries.info.id not in BUILT_IN:
        for problem in boundaries.repairs:
            if problem.severity == "warning":
                print(f"warning: {problem}", file=sys.stderr)
    return boundaries


def read_joined(arguments: argparse.Namespace, *, counties_only: bool = False) -> JoinedProgramme:
    """Join the programme to the boundary source that the options name.

    Parameters
    ----------
    arguments : argparse.Namespace
        With the options of `add_source_options`.
    counties_only : bool, optional
        Load no provinces, prefectures and national lines of a built-in source.

    Returns
    -------
    JoinedProgramme

    Raises
    ------
    PilotzonesError
        When there is no such source or programme, or it cannot be read.
    """
    from pilotzones.geo.join import join

    boundaries = _load_boundaries(arguments, counties_only=counties_only)
    return join(_load_dated_programme(arguments), boundaries, method=arguments.method)


def _load_dated_programme(arguments: argparse.Namespace) -> Programme:
    """Load the programme that the options name, its members' codes and names of the date that they give."""
    from dataclasses import replace

    from pilotzones.geo.catalogue.loader import load_programme

    programme = load_programme(arguments.programme)
    return programme if arguments.as_of is None else replace(programme, codes_as_of=arguments.as_of)


def load_matches(arguments: argparse.Namespace) -> tuple[Programme, list[MemberRecord], Selection]:
    """Load what the options name without polygons: the programme, its members' counties, and the filter.

    Parameters
    ----------
    arguments : argparse.Namespace
        With the options of `add_source_options` and `add_filter_options`.

    Returns
    -------
    programme : Programme
    matches : list of MemberRecord
    selection : Selection

    Raises
    ------
    PilotzonesError
        When a word of the filter names nothing, or as for `read_joined`.
    """
    from pilotzones.geo.boundaries.county_table import CountyTable, load_county_table
    from pilotzones.geo.boundaries.sources import BUILT_IN
    from pilotzones.geo.member_matching import match_members

    programme = _load_dated_programme(arguments)
    selection = _read_selection(arguments, programme)
    if arguments.source in BUILT_IN:
        table = load_county_table(arguments.source)
    else:
        table = CountyTable.from_frame(_load_boundaries(arguments).counties)
    return programme, match_members(programme, table), selection


def load_programmes(names: Sequence[str]) -> list[Programme]:
    """Load the programmes that somebody names; none, or the word all, is every one of the catalogue.

    Parameters
    ----------
    names : sequence of str
        Ids or folders.

    Returns
    -------
    list of Programme
        Each once, in the order given.

    Raises
    ------
    CatalogueError
        When one cannot be loaded.
    """
    from pilotzones.geo.catalogue.loader import list_programmes, load_programme

    wanted = [one for name in names or ["all"] for one in (list_programmes() if name == "all" else [name])]
    return [load_programme(name) for name in dict.fromkeys(wanted)]


def load_inputs(arguments: argparse.Namespace, *, counties_only: bool = False) -> tuple[JoinedProgramme, Selection]:
    """Load what the options name: the programme on its boundary source, and the filter.

    Parameters
    ----------
    arguments : argparse.Namespace
        With the options of `add_source_options` and `add_filter_options`.
    counties_only : bool, optional
        Load no provinces, prefectures and national lines of a built-in source.

    Returns
    -------
    joined : JoinedProgramme
    selection : Selection

    Raises
    ------
    PilotzonesError
        When a word of the filter names nothing, or as for `read_joined`.
    """
    # The filter is read first, so that a wrong word is reported before any polygon is read.
    selection = _read_selection(arguments, _load_dated_programme(arguments))
    return read_joined(arguments, counties_only=counties_only), selection


def load_document(arguments: argparse.Namespace) -> DocumentText:
    """Read the document that the argument ``file`` names; "-" is standard input.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    DocumentText

    Raises
    ------
    PilotzonesError
        When it cannot be read.
    """
    from pilotzones.geo.documents.reader import DOCUMENT, read_document, read_pasted

    if arguments.file == "-":
        # One byte more than the limit is enough to see that the limit is exceeded.
        return read_pasted(sys.stdin.buffer.read(DOCUMENT.file_bytes + 1), name="standard input")
    return read_document(Path(arguments.file))


def load_decisions(arguments: argparse.Namespace) -> Decisions | None:
    """Read the table of decisions that the options name.

    Parameters
    ----------
    arguments : argparse.Namespace
        With the options of `add_document_options`.

    Returns
    -------
    Decisions or None
        None when no table is named.

    Raises
    ------
    PilotzonesError
        When it cannot be read.
    """
    from pilotzones.geo.places import Decisions

    return None if arguments.decisions is None else Decisions.load(arguments.decisions)


def find_province_code(name: str | None) -> str | None:
    """Find the code of a province or prefecture.

    Parameters
    ----------
    name : str or None

    Returns
    -------
    str or None
        None when no name is given.

    Raises
    ------
    PilotzonesError
        When no province or prefecture has the name, since a filter by nothing would let every place pass.
    """
    from pilotzones.geo.errors import PilotzonesError
    from pilotzones.geo.places.gazetteer import load_gazetteer

    if not name:
        return None
    gazetteer = load_gazetteer()
    named = [meaning.unit for meaning in gazetteer.forms.get(name, ())]
    larger = [unit for unit in (*named, gazetteer.units.get(name)) if unit is not None and unit.level != "county"]
    larger.sort(key=lambda unit: unit.code[2:])
    if not larger:
        raise PilotzonesError(f"no province or prefecture {name!r}")
    return larger[0].code


def _read_selection(arguments: argparse.Namespace, programme: Programme) -> Selection:
    from pilotzones.geo.query.filters import Selection

    return Selection.read(
        programme,
        regions=arguments.region,
        tasks=arguments.task,
        match=arguments.match,
        provinces=arguments.province,
        zones=arguments.zone,
        query=arguments.query,
    )
