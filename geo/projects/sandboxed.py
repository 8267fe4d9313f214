"""Read a stranger's register of projects, or ledger of reserve banks, in a process of its own, under limits."""

from __future__ import annotations

from datetime import date
from typing import Final

from pilotzones.geo.projects.location import LocatedRegister
from pilotzones.geo.projects.reserve_banks import BankLedger
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.sandboxed_table import run_place_worker

__all__ = ["locate_in_sandbox", "read_ledger_in_sandbox"]

_WORKER: Final = "pilotzones.geo.projects.table_worker"


def locate_in_sandbox(
    raw: bytes, applies: ApplicabilityIndex, *, name: str, source: str, programme: str, today: date
) -> LocatedRegister:
    """Read a register and find the counties of its projects in another process.

    Parameters
    ----------
    raw : bytes
        The file.
    applies : ApplicabilityIndex
        Of all programmes on a built-in source.
    name : str
        What the file is called to its user.
    source : str
        The source.
    programme : str
        Of the catalogue; its zones count.
    today : datetime.date
        For what is overdue.

    Returns
    -------
    LocatedRegister

    Raises
    ------
    IntakeError
        When it cannot be read, or asks for more than it may.
    """
    order = {"programme": programme, "today": today.isoformat()}
    found = run_place_worker(_WORKER, raw, applies, name=name, source=source, order=order, frames=("projects",))
    return LocatedRegister(found.frames["projects"], list(found.problems))


def read_ledger_in_sandbox(raw: bytes, applies: ApplicabilityIndex, *, name: str, source: str) -> BankLedger:
    """Read a ledger of reserve banks in another process.

    Parameters
    ----------
    raw : bytes
        The file.
    applies : ApplicabilityIndex
        Of all programmes on a built-in source.
    name : str
        What the file is called to its user.
    source : str
        The source.

    Returns
    -------
    BankLedger

    Raises
    ------
    IntakeError
        When it cannot be read, or asks for more than it may.
    """
    frames = ("entries", "balances")
    found = run_place_worker(_WORKER, raw, applies, name=name, source=source, order={}, frames=frames)
    return BankLedger(found.frames["entries"], found.frames["balances"], list(found.problems))
