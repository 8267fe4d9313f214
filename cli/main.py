"""The parser of ``pilotzones COMMAND``; ``pilotzones --help`` lists the commands.

A command's module is imported only when that command is called, because most of them need libraries that take longer to
import than `--help` takes to print.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import re
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn, Protocol, cast

from pilotzones.cli.options import ERROR, FINE

__all__ = ["COMMANDS", "main", "run"]

# As a shell reports a program that SIGINT has ended.
_INTERRUPTED: Final = 130
# What shells add to the number of the signal that ended a command.
_SIGNAL_CODES: Final = 128
_SHOWN_CHARACTERS: Final = 200
_MAX_LINE_CHARACTERS: Final = 800
_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# name: (module, what the command does in half a sentence)
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "zones": ("pilotzones.cli.commands.zones", "list the zones with their tasks and members"),
    "audit": ("pilotzones.cli.commands.audit", "compare stated and computed areas and explain the difference"),
    "export": ("pilotzones.cli.commands.export", "write layers as files"),
    "check": ("pilotzones.cli.commands.check", "check the catalogue, the boundary sources and their join"),
    "manifest": ("pilotzones.cli.commands.manifest", "renew the hashes of the catalogue's files after an edit"),
    "map": ("pilotzones.cli.commands.map", "write the map as one HTML file that opens without a network"),
    "site": ("pilotzones.cli.commands.site", "write a folder of pages that any web server can serve, or a disk"),
    "resolve": ("pilotzones.cli.commands.resolve", "recognise the places in a list, a table or a text"),
    "import": ("pilotzones.cli.commands.import_document", "draft a programme from a policy document"),
    "where": ("pilotzones.cli.commands.where", "say what applies at a county, a point, a name, or a table of them"),
    "overlay": ("pilotzones.cli.commands.overlay", "find conflicts between two layers of polygons, or inside one"),
    "overlap": (
        "pilotzones.cli.commands.overlap",
        "where programmes meet, since when, and how much ground is under them",
    ),
    "panel": ("pilotzones.cli.commands.panel", "write units and years with who was treated when"),
    "themes": (
        "pilotzones.cli.commands.themes",
        "list what documents say on a theme, with who says it and what supports it",
    ),
    "projects": (
        "pilotzones.cli.commands.projects",
        "check and sum a register of projects, and balances of reserve banks",
    ),
    "indicators": ("pilotzones.cli.commands.indicators", "check, follow and evaluate indicators by place and year"),
    "compare": ("pilotzones.cli.commands.compare", "list what became of each member between two years"),
    "figure": ("pilotzones.cli.commands.figure", "draw the zones on a sheet to print (PDF, SVG or PNG)"),
    "app": ("pilotzones.cli.commands.serve", "start the web app on this computer"),
}


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; by default those of the process.

    Returns
    -------
    int
        0 fine, 1 error, 2 something needs review.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        arguments = _make_parser(_find_command(words)).parse_args(words)
    except SystemExit as left:
        # argparse exits after --help, --version and wrong arguments.
        return int(left.code or FINE)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return _run_command(arguments)


def main() -> None:
    """Run the console script and exit with its code."""
    if sys.stdout is None:
        print("pilotzones: the standard output is closed", file=sys.stderr)
        sys.exit(ERROR)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the encoding of a terminal or pipe lacks is escaped; it does not stop the command.
        sys.stdout.reconfigure(errors="backslashreplace")
    _end_in_order()
    # Tables are read into hundreds of thousands of objects that stay: with the usual threshold the collector looks through
    # them again and again, a tenth of the processor time of `where` (`bench/bench_cli.py`).
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = run()
    # The system frees what is left faster than Python's last collections look through it.
    gc.freeze()
    sys.exit(code)


class _Command(Protocol):
    """What the module of a command defines."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of the command to its parser."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the command and return the exit code."""


class _Parser(argparse.ArgumentParser):
    """A parser that reports wrong arguments in one line and with code 1; argparse's own code 2 means "needs review"."""

    def error(self, message: str) -> NoReturn:
        self.exit(ERROR, f"{self.prog}: {_clean_message(message)} (see {self.prog} --help)\n")


class _PrintVersion(argparse.Action):
    """The option --version; the version is looked up only when somebody wants to see it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        print(f"pilotzones {_find_version()}")
        parser.exit()


def _find_version() -> str:
    from importlib import metadata

    try:
        return metadata.version("pilotzones")
    except metadata.PackageNotFoundError:
        return "source"


def _find_command(words: Sequence[str]) -> str | None:
    """Return the word at the command's place: the first that is no option."""
    return next((word for word in words if not word.startswith("-")), None)


def _make_parser(called: str | None) -> argparse.ArgumentParser:
    """Make the parser of all commands; only the command `called` gets its options."""
    parser = _Parser(
        prog="pilotzones", description="Audited map layers of China's pilot-zone policies. 试验区政策的可核查地图图层。"
    )
    parser.add_argument(
        "--version",
        action=_PrintVersion,
        nargs=0,
        default=argparse.SUPPRESS,
        help="show program's version number and exit",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, text) in COMMANDS.items():
        added = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name == called:
            command = cast("_Command", import_module(module))
            command.add_options(added)
            added.set_defaults(run=command.run)
    return parser


def _end_in_order() -> None:
    """Let SIGTERM and SIGHUP end a command as SIGINT does: what it started and copied goes with it."""

    def end(number: int, _frame: object) -> NoReturn:
        sys.exit(_SIGNAL_CODES + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Under nohup SIGHUP is ignored on purpose; another thread cannot set a handler, and needs none.
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            with contextlib.suppress(ValueError):
                signal.signal(number, end)


def _run_command(arguments: argparse.Namespace) -> int:
    from pilotzones.geo.errors import PilotzonesError

    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except PilotzonesError as error:
        print(f"pilotzones: {_clean_message(str(error))}", file=sys.stderr)
        return ERROR
    except BrokenPipeError:
        # The reader (head, less) has closed the pipe, which is no error.
        _discard_output()
        return FINE
    except OSError as error:
        # Of a file it names, or of the output: a full disk, a closed descriptor.
        what = "" if error.filename is None else f"{str(error.filename)[:_SHOWN_CHARACTERS]}: "
        print(f"pilotzones: {_clean_message(f'{what}{error.strerror or error}')}", file=sys.stderr)
        _discard_output()
        return ERROR
    except (UnicodeError, RecursionError) as error:
        # Bytes of an argument that are no text: names of files may have them, words may not.
        deep = isinstance(error, RecursionError)
        print(
            f"pilotzones: {'an input is nested too deep' if deep else 'an argument is no text in UTF-8'}",
            file=sys.stderr,
        )
        return ERROR
    except KeyboardInterrupt:
        print("pilotzones: interrupted", file=sys.stderr)
        _discard_output()
        return _INTERRUPTED
    return code


def _clean_message(text: str) -> str:
    """Take out what would steer the terminal, and the middle of lines that only a name or a cell of a file makes so long."""
    lines = _CONTROL.sub("\ufffd", text).split("\n")
    half = _MAX_LINE_CHARACTERS // 2
    return "\n".join(line if len(line) <= _MAX_LINE_CHARACTERS else f"{line[:half]} … {line[-half:]}" for line in lines)


def _discard_output() -> None:
    """Send what is left in the buffer nowhere, or Python would try to write it once more at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
