"""Options that several commands share, the exit codes, and the reading of what the options name.

The modules of `pilotzones.geo` are imported inside the functions, so that a command waits only for those it needs.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotzones.geo.errors import Problem
    from pilotzones.layers.figure.render import FileFormat

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
    "add_programmes_option",
    "add_source_options",
    "choose_exit_code",
    "choose_figure_format",
    "parse_date",
    "parse_date_of_names",
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
    from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
    from pilotzones.geo.geometry.area_methods import DEFAULT_METHOD, METHODS

    add_boundary_option(parser)
    repair = "repair the polygons of FILE where that is needed; every repair is reported"
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


def add_programmes_option(parser: argparse.ArgumentParser) -> None:
    """Add the option --programme of a command that takes several.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    text = "programme, may be repeated; all is every one of the catalogue, which is the default"
    parser.add_argument("--programme", action="append", default=[], metavar="ID|FOLDER", help=text)


def add_date_option(parser: argparse.ArgumentParser, text: str) -> None:
    """Add the option --as-of.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    text : str
        What the date is of.
    """
    parser.add_argument("--as-of", type=parse_date_of_names, metavar="DATE", help=text)


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


def choose_figure_format(output: Path | None) -> FileFormat:
    """Choose the format of a figure by the ending of its file; `ExportError` when it has none of them."""
    # Imported here: only commands that draw need it.
    from pilotzones.geo.errors import ExportError
    from pilotzones.layers.figure.render import FORMATS

    for file_format in FORMATS:
        if output is not None and output.suffix.lower() == f".{file_format}":
            return file_format
    raise ExportError(f"name the picture with -o FILE.{'|'.join(FORMATS)}")


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


def parse_date_of_names(text: str) -> str:
    """Check a date that an option gives for names and codes.

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
        When it is none, or one of which no names and codes are known.
    """
    parse_date(text)
    # Imported here: few commands are given a date.
    from pilotzones.geo.places.history import FIRST_YEAR, get_last_year

    if not FIRST_YEAR <= int(text[:4]) <= get_last_year():
        raise argparse.ArgumentTypeError(
            f"names and codes are known from {FIRST_YEAR} to {get_last_year()}, not of {text}"
        )
    return text
