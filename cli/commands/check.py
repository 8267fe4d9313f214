"""The command ``pilotzones check``: the catalogue, the sources and their join, or a boundary file of the user."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilotzones.cli.inputs import read_joined
from pilotzones.cli.options import add_json_option, add_source_options, choose_exit_code
from pilotzones.cli.output import add_cells, make_table, print_csv, print_json, print_table
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    import pandas as pd

    from pilotzones.geo.errors import Problem
    from pilotzones.geo.query.rule_checks import RuleResult

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_source_options(parser)
    add_json_option(parser)
    boundaries = "check this boundary file instead, and print what was repaired, refused or assumed"
    parser.add_argument("--boundaries", type=Path, metavar="FILE", help=boundaries)
    parser.add_argument("--csv", action="store_true", help="with --boundaries: CSV to keep or send back")


def run(arguments: argparse.Namespace) -> int:
    """Check the catalogue and its join, or one boundary file, and print every problem.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0 without problems, 1 with an error, 2 with a warning.

    Raises
    ------
    PilotzonesError
        When the inputs cannot be loaded.
    """
    return _check_catalogue(arguments) if arguments.boundaries is None else _check_boundary_file(arguments)


def _check_boundary_file(arguments: argparse.Namespace) -> int:
    from pilotzones.geo.boundaries.upload.issue_log import build_issue_table
    from pilotzones.geo.boundaries.upload.reader import inspect_boundary_file

    read, problems = inspect_boundary_file(
        arguments.boundaries, repair=arguments.repair, layer=arguments.source_layer, crs=arguments.source_crs
    )
    counties = 0 if read is None else len(read.counties)
    issues = build_issue_table(problems)
    if arguments.csv:
        print_csv(issues)
    elif arguments.json:
        print_json({"counties": counties, "issues": issues.to_dict("records")})
    else:
        _print_issues(issues, counties)
    return choose_exit_code(problems)


def _print_issues(issues: pd.DataFrame, counties: int) -> None:
    table = make_table("severity", "row no.", "field", "value", "issue", "action")
    for row in issues.itertuples(index=False):
        add_cells(table, (row.severity, row.row, row.field, row.value, row.issue, row.action))
    print_table(
        table,
        f"{format_count(counties, 'county', 'counties')} read; {format_count(len(issues), 'issue')}",
        notes=list(issues["message"]),
    )


def _check_catalogue(arguments: argparse.Namespace) -> int:
    from pilotzones.geo.boundaries.sources import check_sources
    from pilotzones.geo.catalogue.loader import check_ids, check_programme, find_programme_folder
    from pilotzones.geo.errors import has_error
    from pilotzones.geo.files.checksums import check_manifest
    from pilotzones.geo.join import check_join
    from pilotzones.geo.query.rule_checks import apply_rules
    from pilotzones.geo.statements.loader import check_statement_base

    problems = check_manifest() + check_sources() + check_ids()
    problems += check_programme(find_programme_folder(arguments.programme))[1]
    problems += check_statement_base()[1]
    joined = read_joined(arguments, counties_only=True) if not has_error(problems) else None
    results = () if joined is None else apply_rules(joined)
    if joined is not None:
        problems += check_join(joined)
    if arguments.json:
        matched = {} if joined is None else {"matched": joined.matched, "total": len(joined.members)}
        records = [_make_problem_record(problem) for problem in problems]
        print_json({**matched, "problems": records, "rules": [_make_rule_record(result) for result in results]})
        return choose_exit_code(problems)
    for problem in problems:
        print(f"{problem.severity}: {problem}")
    for result in results:
        _print_rule(result)
    if joined is not None:
        source = joined.boundaries.info.id
        have = "has" if joined.matched == 1 else "have"
        print(
            f"{joined.matched} of {format_count(len(joined.members), 'member')} {have} a polygon of their own in {source}"
        )
    return choose_exit_code(problems)


def _print_rule(result: RuleResult) -> None:
    """Print a rule with its exceptions, which are exceptions in the document and do not make the check fail."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(result.counts.items())) or "nothing to test"
    print(f"rule: {result.rule.name_zh} ({result.rule.name_en}): {counts}")
    for outcome in result.outcomes:
        if outcome.verdict != "holds":
            compared = f"expected {outcome.expected or 'unknown'}, found {outcome.found}"
            detail = f" (not listed: {outcome.detail})" if outcome.found == "part" else ""
            if outcome.verdict == "cannot_tell" and outcome.found == "0":
                detail = f" ({outcome.detail})"
            print(f"  {outcome.verdict}: {outcome.subject}: {compared}{detail}")


def _make_rule_record(result: RuleResult) -> dict[str, Any]:
    rule = {name: getattr(result.rule, name) for name in result.rule.__dataclass_fields__}
    return {**rule, "verdict": result.verdict, "outcomes": [asdict(outcome) for outcome in result.outcomes]}


def _make_problem_record(problem: Problem) -> dict[str, Any]:
    names = ("severity", "file", "row", "field", "value", "message")
    return {name: getattr(problem, name) for name in names}
