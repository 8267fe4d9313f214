"""How large a user's file may be, and what opening it may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pilotzones.geo.errors import IntakeError, make_problem

__all__ = ["TERMINAL", "UPLOAD", "Limits", "check_input_size"]

_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may ask for; a file at a limit is read, one beyond it is refused.

    Parameters
    ----------
    file_bytes : int
        Size of the file [byte].
    unpacked_bytes : int
        Size of all members of an archive together [byte].
    characters : int
        Length of the text of a document.
    members : int
        Entries in an archive.
    ratio : int
        Unpacked to packed size of one member of an archive.
    features, vertices, ring_vertices : int
        Rows, vertices of all of them, vertices of one ring.
    invalid_ring_vertices : int
        Vertices of a ring that has to be repaired: a repair may take time that grows with their square.
    columns : int
        Columns of the table.
    seconds : int
        Time until the opening process is ended, waiting and computing alike [s].
    memory_bytes : int
        Address space of the opening process [byte].
    """

    file_bytes: int = 500 * _MEGABYTE
    unpacked_bytes: int = 200 * _MEGABYTE
    characters: int = 1_000_000
    members: int = 1_000
    ratio: int = 100
    features: int = 20_000
    vertices: int = 5_000_000
    ring_vertices: int = 1_000_000
    invalid_ring_vertices: int = 100_000
    columns: int = 500
    seconds: int = 120
    memory_bytes: int = 6_000 * _MEGABYTE


# The terminal's user opens files of their own on a machine of their own.
TERMINAL: Final = Limits()
# A server opens strangers' files: a repair of 2,000 vertices stays below a second, of 4,000 hostile ones it does not.
UPLOAD: Final = Limits(
    file_bytes=20 * _MEGABYTE,
    vertices=500_000,
    ring_vertices=100_000,
    invalid_ring_vertices=2_000,
    seconds=10,
    memory_bytes=2_000 * _MEGABYTE,
)


def check_input_size(file: str, size: int, limits: Limits) -> None:
    """Refuse an input that is larger than what is read.

    Parameters
    ----------
    file : str
        Its name, fit to be shown.
    size : int
        [byte]
    limits : Limits

    Raises
    ------
    IntakeError
        When it is larger; the text has both sizes.
    """
    if size > limits.file_bytes:
        facts = {"bytes": f"{size:,}", "most": f"{limits.file_bytes:,}"}
        raise IntakeError(make_problem(file, "too_large-bytes", facts=facts), code="large")
