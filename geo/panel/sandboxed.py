"""Add the treatments to a stranger's panel in a process of its own, under limits of time and memory."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.errors import PanelError, make_problem
from pilotzones.geo.panel.onto import AttachedPanel
from pilotzones.geo.panel.row_matching import UnitColumns
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.table_reader import TABLE_SUFFIXES
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.sandbox.limits import UPLOAD, Limits
from pilotzones.geo.sandbox.worker_tables import run_table_worker

__all__ = ["MAX_ROWS", "PANEL_UPLOAD", "attach_in_sandbox"]

# Every county of three decades; the command takes more.
MAX_ROWS: Final = 100_000
PANEL_UPLOAD: Final[Limits] = replace(UPLOAD, seconds=60)


def attach_in_sandbox(
    raw: bytes, applies: ApplicabilityIndex, rules: PanelRules, *, name: str, source: str
) -> AttachedPanel:
    """Open a panel and add the treatments of an index to it in another process.

    Parameters
    ----------
    raw : bytes
        The file.
    applies : ApplicabilityIndex
        Of programmes of the catalogue on a built-in source.
    rules : PanelRules
    name : str
        What the file is called to its user; its ending says what it is.
    source : str
        The source.

    Returns
    -------
    AttachedPanel

    Raises
    ------
    PanelError
        When the name has another ending.
    IntakeError
        When the file cannot be read, or asks for more than it may.
    """
    file, suffix = sanitize_for_display(name), Path(name).suffix.lower()
    if suffix not in TABLE_SUFFIXES:
        raise PanelError(make_problem(file, "table_suffix", facts={"endings": ", ".join(TABLE_SUFFIXES)}))
    found = run_table_worker(
        "pilotzones.geo.panel.onto_worker",
        {
            "table": f"table{suffix}",
            "source": source,
            "programmes": [programme.id for programme in applies.programmes],
            "rules": asdict(rules),
            "max_rows": MAX_ROWS,
        },
        inputs={f"table{suffix}": raw, "matches.json": json.dumps(applies.matches).encode()},
        frames=("panel", "open_rows", "treated"),
        file=file,
        limits=PANEL_UPLOAD,
    )
    facts = found.facts
    return AttachedPanel(
        found.frames["panel"],
        facts["labels"],
        UnitColumns(**facts["columns"]),
        replace(rules, level=facts["level"]),
        facts["ways"],
        found.frames["open_rows"],
        found.frames["treated"],
        int(facts["duplicates"]),
        bool(facts["is_balanced"]),
        int(facts["undated"]),
    )
