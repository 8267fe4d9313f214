"""The issue log of a user's boundary file: a row for everything that was repaired, refused, assumed or left out.

It is for reading, for keeping beside the results, and for sending back to whoever made the file. Every kind of issue has
a name and a fixed answer to "what did we do?"; the idea of named issue types is that of digital-land's specification.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from pilotzones.geo.errors import Problem
    from pilotzones.geo.messages import Language

__all__ = ["ACTIONS", "COLUMNS", "REPAIRABLE", "build_issue_table", "escalate_unapproved_repairs", "waits_for_consent"]

COLUMNS: Final = ("file", "row", "field", "value", "severity", "issue", "action", "message")
# Kind of issue to what is done about it, unless the file is refused for it.
ACTIONS: Final[dict[str, str]] = {
    "axes_swapped": "repaired",
    "bad_code": "left_empty",
    "cell_cut": "noted",
    "cells_filled": "filled",
    "code_by_place": "filled",
    "code_of_other_year": "rewritten",
    "code_rewritten": "rewritten",
    "codes_filled": "filled",
    "columns_read": "noted",
    "crs_choice": "noted",
    "crs_converted": "converted",
    "crs_given": "converted",
    "crs_missing": "assumed",
    "crs_same": "noted",
    "crs_unknown": "noted",
    "curves": "converted",
    "damaged": "noted",
    "empty_geometry": "left_out",
    "encoding": "assumed",
    "folders_merged": "noted",
    "geometry_collection": "partly_used",
    "heights": "left_out",
    "incomplete": "noted",
    "invalid_polygon": "repaired",
    "layer_choice": "noted",
    "layer_chosen": "partly_used",
    "long_name": "noted",
    "name_differs": "noted",
    "name_elsewhere": "left_empty",
    "names_contradict": "noted",
    "no_codes": "noted",
    "no_columns": "noted",
    "no_file": "noted",
    "no_layer": "noted",
    "no_match": "left_empty",
    "no_name": "left_out",
    "no_polygon": "left_out",
    "not_finite": "noted",
    "offset": "noted",
    "offset_undone": "repaired",
    "orientation": "noted",
    "outside_china": "noted",
    "place_differs": "noted",
    "program": "noted",
    "reader_note": "noted",
    "ring_open": "repaired",
    "same_code": "merged",
    "server_busy": "noted",
    "same_name": "left_out",
    "simplified": "noted",
    "too_large": "noted",
    "two_names": "noted",
    "unit_above": "left_out",
    "unknown_codes": "noted",
    "unknown_names": "noted",
    "wrong_kind": "noted",
}
# What changes a polygon is done only for somebody who agreed to it.
REPAIRABLE: Final = frozenset(kind for kind, action in ACTIONS.items() if action == "repaired")


def escalate_unapproved_repairs(problems: Iterable[Problem], *, repair: bool) -> list[Problem]:
    """Turn the repairs that nobody agreed to into errors.

    Parameters
    ----------
    problems : iterable of Problem
    repair : bool
        Whether whoever gave the file agreed to repairs.

    Returns
    -------
    list of Problem
    """
    if repair:
        return list(problems)
    return [
        replace(problem, severity="error", facts=(*problem.facts, ("consent", "needed")))
        if problem.kind in REPAIRABLE and problem.severity == "warning"
        else problem
        for problem in problems
    ]


def waits_for_consent(problems: Iterable[Problem]) -> bool:
    """Return whether consent is all that a refused file lacks.

    Parameters
    ----------
    problems : iterable of Problem

    Returns
    -------
    bool
    """
    errors = [problem for problem in problems if problem.severity == "error"]
    return bool(errors) and all(problem.kind in REPAIRABLE for problem in errors)


def build_issue_table(problems: Iterable[Problem], lang: Language = "en") -> pd.DataFrame:
    """Build the issue log as a table.

    Parameters
    ----------
    problems : iterable of Problem
        Of a boundary file, read or refused.
    lang : {"zh", "en"}, optional
        Of the messages.

    Returns
    -------
    DataFrame
        `COLUMNS`, all text but ``row``, which counts features from 1, None where unknown; a row for each problem, the
        gravest first.
    """
    # The process that opens files judges consent, and does without pandas.
    import pandas as pd

    order = ("error", "warning", "info")
    rows = [
        (one.file, one.row, one.field, one.value, one.severity, _name_issue(one), _name_action(one), one.describe(lang))
        for one in sorted(problems, key=lambda one: (order.index(one.severity), one.row or 0))
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _name_issue(problem: Problem) -> str:
    """Name the issue of a problem: that of a damaged file where it is none of boundary files."""
    return problem.kind if problem.kind in ACTIONS else "damaged"


def _name_action(problem: Problem) -> str:
    if problem.severity == "error":
        return "waits" if problem.kind in REPAIRABLE else "refused"
    return ACTIONS.get(problem.kind, "noted")
