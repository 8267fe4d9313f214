"""The terminal face: ``pilotzones COMMAND``; ``pilotzones --help`` lists the commands."""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import cli_check
import cli_export
import cli_figure
import cli_pages
import cli_places
import cli_where
from cli_audit import add_audit_options, run_audit
from cli_flags import ERROR, FINE, NEEDS_REVIEW, add_command, asked, filters, json_flag, read_joined, source
from cli_output import figure, new_table, print_json, show, text
from geo.boundaries import check_sources
from geo.catalogue import check_ids, check_programme, programme_folder
from geo.errors import PilotzonesError, Problem
from geo.export import version
from geo.join import COUNTED, Joined, check_join
from geo.manifest import check_manifest
from geo.rules import RuleResult, apply_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.programme import Programme, Zone
    from geo.provisions import Town

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
    checked = "check the catalogue, the boundary sources and their join"
    cli_check.add_check_options(add_command(commands, "check", _check, checked, source(), json_flag()))
    cli_check.register(commands)
    cli_pages.register(commands)
    cli_places.register(commands)
    cli_where.register(commands)
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
    if joined.programme.kind == "towns":
        _show_towns(joined, chosen)
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
    if joined.programme.measures:
        _show_measures(joined.programme)
    return FINE


def _show_towns(joined: Joined, chosen: Sequence[Zone]) -> None:
    table = new_table("序号 no.", "地区 list", "名单 listed", "今名 now", "县 then", "今属 now in", "坐标 point")
    for zone in chosen:
        for member in zone.members:
            town, special = member.town, member.special
            names = ("", "", "") if town is None else (town.present_name, *_then_and_now(town))
            point = special.point if special is not None else None
            place = "– stands at its county" if point is None else f"{point[0]}, {point[1]}"
            table.add_row(*map(text, (zone.order, zone.region, zone.scope_text, *names, place)))
    pointed = sum(m.special is not None and m.special.point is not None for zone in chosen for m in zone.members)
    show(table, f"{len(chosen)} of {len(joined.programme.zones)} towns; {pointed} with a sourced coordinate")


def _then_and_now(town: Town) -> tuple[str, str]:
    """Counties of a town then and now, with their prefectures where it moved."""
    if not town.moved:
        return town.county_then, town.county_now
    return f"{town.prefecture_then} {town.county_then}", f"{town.prefecture_now} {town.county_now}"


def _show_measures(programme: Programme) -> None:
    table = new_table("序号 no.", "组 group", "措施 measure", "范围 scope", "出处 clause")
    for measure in programme.measures:
        scope = measure.scope_text_zh or "全部 all"
        cells = (measure.number, programme.group(measure.group).name_zh, measure.name_zh, scope)
        table.add_row(*map(text, cells), text(measure.where_in_document))
    show(table, f"{len(programme.measures)} measures and safeguards")


def _zone_record(zone: Zone, joined: Joined) -> dict[str, Any]:
    own = joined.members[joined.members["zone"] == zone.order]
    columns = ("listed_name", "kind", "status", "adcode", "province", "prefecture", "host_adcodes", "geometry_quality")
    return {
        "programme": joined.programme.id,
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
        "towns": [asdict(member.town) for member in zone.members if member.town is not None],
    }


def _audit(arguments: argparse.Namespace) -> int:
    return run_audit(arguments, *asked(arguments))


def _check(arguments: argparse.Namespace) -> int:
    if arguments.boundaries is not None:
        return cli_check.run_file_check(arguments)
    problems = check_manifest() + check_sources() + check_ids()
    problems += check_programme(programme_folder(arguments.programme))[1]
    joined = read_joined(arguments) if not any(problem.severity == "error" for problem in problems) else None
    results = () if joined is None else apply_rules(joined)
    if joined is not None:
        problems += check_join(joined)
    matched = {} if joined is None else {"matched": joined.matched, "total": len(joined.members)}
    if arguments.json:
        records = [_problem_record(problem) for problem in problems]
        print_json({**matched, "problems": records, "rules": [_rule_record(result) for result in results]})
    else:
        for problem in problems:
            print(f"{problem.severity}: {problem}")
        for result in results:
            _tell_rule(result)
        if joined is not None:
            source = joined.boundaries.info.id
            print(f"{joined.matched} of {len(joined.members)} members have a polygon of their own in {source}")
    if any(problem.severity == "error" for problem in problems):
        return ERROR
    return NEEDS_REVIEW if any(problem.severity == "warning" for problem in problems) else FINE


def _tell_rule(result: RuleResult) -> None:
    """Print a rule with its exceptions; they are the document's own, so they do not make the check fail."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(result.counts.items())) or "nothing to test"
    print(f"rule: {result.rule.name_zh} ({result.rule.name_en}): {counts}")
    for outcome in result.outcomes:
        if outcome.verdict != "holds":
            told = f"expected {outcome.expected or 'unknown'}, found {outcome.found}"
            detail = f" (not listed: {outcome.detail})" if outcome.found == "part" else ""
            print(f"  {outcome.verdict}: {outcome.subject}: {told}{detail}")


def _rule_record(result: RuleResult) -> dict[str, Any]:
    rule = {name: getattr(result.rule, name) for name in result.rule.__dataclass_fields__}
    return {**rule, "verdict": result.verdict, "outcomes": [asdict(outcome) for outcome in result.outcomes]}


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
