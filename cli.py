"""The terminal face: ``pilotzones zones | audit | export | check | map | site | resolve | import | figure | app``."""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import cli_export
import cli_figure
import cli_pages
import cli_places
from cli_audit import add_audit_options, run_audit
from cli_flags import ERROR, FINE, NEEDS_REVIEW, add_command, asked, filters, json_flag, read_joined, source
from cli_output import figure, new_table, print_json, show, text
from geo.boundaries import check_sources
from geo.catalogue import check_programme, programme_folder
from geo.errors import PilotzonesError, Problem
from geo.export import version
from geo.join import COUNTED, Joined, check_join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.programme import Zone

__all__ = ["main", "run"]


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; the process's own by default.

    Returns
    -------
    int
        0 fine, 1 error, 2 something needs review.
    """
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as left:
        # argparse leaves after --help, --version and wrong arguments.
        return int(left.code or FINE)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except PilotzonesError as error:
        print(f"pilotzones: {error}", file=sys.stderr)
        return ERROR
    except BrokenPipeError:
        # The reader has seen enough (head, less): no error of ours. What is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    return code


def main() -> None:
    """Entry point of the console script."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal or pipe of a narrower encoding shows what it can; it never stops the work.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run())


class _Parser(argparse.ArgumentParser):
    """Wrong arguments are an error of one line; 2, argparse's own code for them, means "needs review" here."""

    def error(self, message: str) -> NoReturn:
        self.exit(ERROR, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="pilotzones", description="Audited map layers of China's pilot-zone policies. 试验区政策的可核查地图图层。"
    )
    parser.add_argument("--version", action="version", version=f"pilotzones {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_command(
        commands, "zones", _zones, "list the zones with their tasks and members", filters(), source(), json_flag()
    )
    explained = "compare stated and computed areas and explain the difference"
    add_audit_options(add_command(commands, "audit", _audit, explained, filters(), source()))
    cli_export.register(commands)
    add_command(
        commands, "check", _check, "check the catalogue, the boundary sources and their join", source(), json_flag()
    )
    cli_pages.register(commands)
    cli_places.register(commands)
    cli_figure.register(commands)
    app = add_command(commands, "app", _app, "start the web app on this computer")
    app.add_argument("--port", type=int, default=8501, help="port (default: %(default)s)")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    return parser


def _zones(arguments: argparse.Namespace) -> int:
    joined, selection = asked(arguments)
    chosen = selection.apply(joined.programme)
    if arguments.json:
        print_json([_zone_record(zone, joined) for zone in chosen])
        return FINE
    table = new_table(
        "序号 no.", "试验区 zone", "地区 region", "省 province", "面积 km² stated", "任务 tasks", "成员 members"
    )
    for zone in chosen:
        own = joined.members[joined.members["zone"] == zone.order]
        counted = int(own["geometry_quality"].isin(COUNTED).sum())
        tasks = " ".join(map(str, zone.tasks))
        cells = (zone.order, zone.name_zh, zone.region, zone.province, figure(zone.stated_area_km2, 0), tasks)
        table.add_row(*map(text, cells), text(f"{counted} of {len(own)}"))
    show(table, f"{len(chosen)} of {len(joined.programme.zones)} zones; members counted with a polygon of their own")
    return FINE


def _zone_record(zone: Zone, joined: Joined) -> dict[str, Any]:
    own = joined.members[joined.members["zone"] == zone.order]
    columns = ("listed_name", "kind", "status", "adcode", "province", "prefecture", "host_adcodes", "geometry_quality")
    return {
        "order": zone.order,
        "name": zone.name_zh,
        "name_en": zone.name_en,
        "region": zone.region,
        "province": zone.province,
        "stated_area_km2": zone.stated_area_km2,
        "stated_area_text": zone.stated_area_text,
        "tasks": list(zone.tasks),
        "members": [
            {
                column: list(value) if isinstance(value, tuple) else value
                for column, value in zip(columns, row, strict=True)
            }
            for row in own[list(columns)].itertuples(index=False)
        ],
    }


def _audit(arguments: argparse.Namespace) -> int:
    return run_audit(arguments, *asked(arguments))


def _check(arguments: argparse.Namespace) -> int:
    problems = check_sources() + check_programme(programme_folder(arguments.programme))[1]
    joined = read_joined(arguments) if not any(problem.severity == "error" for problem in problems) else None
    if joined is not None:
        problems += check_join(joined)
    matched = {} if joined is None else {"matched": joined.matched, "total": len(joined.members)}
    if arguments.json:
        print_json({**matched, "problems": [_problem_record(problem) for problem in problems]})
    else:
        for problem in problems:
            print(f"{problem.severity}: {problem}")
        if joined is not None:
            source = joined.boundaries.info.id
            print(f"{joined.matched} of {len(joined.members)} members have a polygon of their own in {source}")
    if any(problem.severity == "error" for problem in problems):
        return ERROR
    return NEEDS_REVIEW if any(problem.severity == "warning" for problem in problems) else FINE


def _problem_record(problem: Problem) -> dict[str, Any]:
    names = ("severity", "file", "row", "field", "value", "message")
    return {name: getattr(problem, name) for name in names}


def _app(arguments: argparse.Namespace) -> int:
    script = Path(__file__).with_name("app.py")
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(arguments.port)]
    if arguments.no_browser:
        command += ["--server.headless", "true"]
    try:
        return subprocess.run(command, check=False, cwd=script.parent).returncode and ERROR
    except KeyboardInterrupt:
        return FINE


if __name__ == "__main__":
    main()
