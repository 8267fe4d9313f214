"""Options that several commands share, the exit codes, and the reading of what the options name.

The modules of `pilotzones.geo` are imported inside the functions, so that a command waits only for those it needs.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.documents.reader import DocumentText
    from pilotzones.geo.errors import Problem
    from pilotzones.geo.join import JoinedProgramme
    from pilotzones.geo.member_record import MemberRecord
    from pilotzones.geo.places import Decisions
    from pilotzones.geo.query.filters import Selection

__all__ = [
    "ERROR",
    "FINE",
    "NEEDS_REVIEW",
    "add_boundary_option",
    "add_date_option",
    "add_document_options",
    "add_filter_options",
    "add_json_option",
    "add_language_option",
    "add_output_option",
    "add_source_options",
    "choose_exit_code",
    "find_province_code",
    "load_boundaries",
    "load_dated_programme",
    "load_decisions",
    "load_document",
    "load_inputs",
    "load_matches",
    "load_programmes",
    "parse_date",
    "read_joined",
]

FINE, ERROR, NEEDS_REVIEW = 0, 1, 2
_DATE: Final = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose zones.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    several: dict[str, Any] = {"action": "append", "default": [], "metavar": "X"}
    parser.add_argument("--region", **several, help="region, e.g. 东部地区 or east; may be repeated")
    parser.add_argument("--task", **several, help="reform task by number or name; may be repeated")
    parser.add_argument("--match", default="any", metavar="any|all", help="any of the tasks, or all (default: any)")
    parser.add_argument("--province", **several, help="province, e.g. 浙江; may be repeated")
    parser.add_argument("--zone", **several, help="zone by number or name; may be repeated")
    parser.add_argument(
        "--query", default="", metavar="TEXT", help="part of a zone's or member's name, or a county code"
    )


def add_source_options(parser: argparse.ArgumentParser, *, short: bool = True) -> None:
    """Add the options for the boundary source, the programme and the area method.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    short : bool, optional
        Whether the layer and the reference system of a file have short names, too; `export` uses these for what it
        writes.
    """
    from pilotzones.geo.catalogue.loader import DEFAULT_PROGRAMME
    from pilotzones.geo.geometry.area_methods import DEFAULT_METHOD, METHODS

    add_boundary_option(parser)
    repair = "repair the polygons of FILE where that is needed; every repair is told"
    parser.add_argument("--repair", action="store_true", help=repair)
    layer = "layer of FILE with the counties, where it has several"
    parser.add_argument("--source-layer", *(["--layer"] if short else []), metavar="NAME", help=layer)
    crs = "reference system of FILE, such as EPSG:4528, where it states none"
    parser.add_argument("--source-crs", *(["--crs"] if short else []), metavar="CODE", help=crs)
    parser.add_argument("--programme", default=DEFAULT_PROGRAMME, metavar="ID|FOLDER", help="programme")
    add_date_option(parser, "year or date of its members' codes and names (default: as the programme says)")
    parser.add_argument("--method", default=DEFAULT_METHOD, choices=sorted(METHODS), help="area method")


def add_boundary_option(parser: argparse.ArgumentParser) -> None:
    """Add the option --source.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE

    parser.add_argument("--source", default=DEFAULT_SOURCE, metavar="tianditu|amap|FILE", help="boundary source")


def add_json_option(parser: argparse._ActionsContainer) -> None:
    """Add the option --json.

    Parameters
    ----------
    parser : argparse.ArgumentParser or a group of its options
    """
    parser.add_argument("--json", action="store_true", help="JSON for machines")


def add_language_option(parser: argparse.ArgumentParser, text: str) -> None:
    """Add the option --lang.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    text : str
        What is in that language.
    """
    from pilotzones.geo.messages import LANGUAGES

    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help=text)


def add_output_option(
    parser: argparse.ArgumentParser, metavar: str, text: str = "where to write", *, required: bool = True
) -> None:
    """Add the option --output.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    metavar : str
        FILE or FOLDER, with an ending if it needs one.
    text : str, optional
    required : bool, optional
    """
    parser.add_argument("-o", "--output", type=Path, required=required, metavar=metavar, help=text)


def add_date_option(parser: argparse.ArgumentParser, text: str) -> None:
    """Add the option --as-of.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    text : str
        What the date is of.
    """
    parser.add_argument("--as-of", type=parse_date, metavar="DATE", help=text)


def add_document_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that tell how a document is read.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_date_option(parser, "date of the document: 2013, 2013-08 or 2013-08-28")
    parser.add_argument("--province", metavar="NAME", help="province or prefecture the list is about")
    parser.add_argument(
        "--decisions", type=Path, metavar="FILE", help="table of what a person decided, applied where it fits"
    )
    parser.add_argument("--fail-on", choices=("review",), help="leave with 2 when a place waits for a decision")


def load_boundaries(arguments: argparse.Namespace, *, counties_only: bool = False) -> Boundaries:
    """Load the boundary source that the options name.

    Repairs and omissions in a boundary file of the user are reported on standard error; those of the built-in sources
    are not.

    Parameters
    ----------
    arguments : argparse.Namespace
        With the options of `add_source_options`.
    counties_only : bool, optional
        Load no provinces, prefectures and national lines of a built-in source.

    Returns
    -------
    Boundaries

    Raises
    ------
    PilotzonesError
        When there is no such source, or it cannot be read.
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
        As for `load_boundaries`.

    Returns
    -------
    JoinedProgramme

    Raises
    ------
    PilotzonesError
        When there is no such source or programme, or it cannot be read.
    """
    from pilotzones.geo.join import join

    boundaries = load_boundaries(arguments, counties_only=counties_only)
    return join(load_dated_programme(arguments), boundaries, method=arguments.method)


def load_dated_programme(arguments: argparse.Namespace) -> Programme:
    """Load the programme that the options name, its members' codes and names of the date that they give.

    Parameters
    ----------
    arguments : argparse.Namespace
        With the options of `add_source_options`.

    Returns
    -------
    Programme

    Raises
    ------
    PilotzonesError
        When there is no such programme, or it cannot be read.
    """
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

    programme = load_dated_programme(arguments)
    selection = _read_selection(arguments, programme)
    if arguments.source in BUILT_IN:
        table = load_county_table(arguments.source)
    else:
        table = CountyTable.from_frame(load_boundaries(arguments).counties)
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
        As for `load_boundaries`.

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
    selection = _read_selection(arguments, load_dated_programme(arguments))
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


def choose_exit_code(problems: Iterable[Problem]) -> int:
    """Choose the exit code of a command that found problems.

    Parameters
    ----------
    problems : iterable of Problem

    Returns
    -------
    int
        1 with an error, 2 with a warning, else 0.
    """
    severities = {problem.severity for problem in problems}
    return ERROR if "error" in severities else NEEDS_REVIEW if "warning" in severities else FINE


def parse_date(text: str) -> str:
    """Check a year, month or day that an option gives.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The same.

    Raises
    ------
    argparse.ArgumentTypeError
        When it is none.
    """
    if not _DATE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2013, 2013-08 or 2013-08-28")
    return text


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
