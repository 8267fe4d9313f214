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
# What is done about a problem, unless the file is refused for it, and the kinds of issue that it is done for.
_KINDS_BY_ACTION: Final = {
    "assumed": "crs_missing encoding",
    "converted": "crs_converted crs_given curves",
    "filled": "cells_filled code_by_place codes_filled",
    "left_empty": "bad_code name_elsewhere no_match",
    "left_out": "empty_geometry heights no_name no_polygon same_name unit_above",
    "merged": "same_code",
    "noted": (
        "cell_cut column_hidden columns_read crs_choice crs_kept crs_same crs_unknown damaged folders_merged incomplete "
        "layer_choice "
        "long_name name_differs names_contradict no_codes no_columns no_file no_layer not_finite offset orientation "
        "outside_china place_differs program reader_note server_busy simplified too_large two_names unknown_codes "
        "title_skipped unknown_names wrong_kind"
    ),
    "partly_used": "geometry_collection layer_chosen",
    "repaired": "axes_swapped invalid_polygon offset_undone ring_open",
    "rewritten": "code_of_other_year code_rewritten",
}
ACTIONS: Final[dict[str, str]] = {kind: action for action, kinds in _KINDS_BY_ACTION.items() for kind in kinds.split()}
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
