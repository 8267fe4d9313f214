"""A visitor's own boundary file in their session: opened in another process, joined, drawn; shared with nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import shapely

from pilotzones.geo.audit import Audit, audit
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.upload.issue_log import waits_for_consent
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import IntakeError, Problem, make_problem
from pilotzones.geo.files.temporary_folder import open_temporary_copy
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.layers.webmap.geometry.builder import MapGeometry, prepare_programme
from pilotzones.views.state.held_results import BYTES_PER_VERTEX, HeldResult, HeldResults
from pilotzones.views.state.private_geometry import get_private_store

__all__ = ["HELD_FILES", "OwnFile", "get_audited_file", "get_drawn_file", "get_joined_file", "open_file"]

# What a file takes beside its vertices, from the memory that files of known size took [byte].
_BYTES_PER_FILE: Final = 50_000
_BYTES_PER_ROW: Final = 1_000


@dataclass(eq=False)
class OwnFile(HeldResult):
    """One uploaded file and what came of it.

    Parameters
    ----------
    name : str
        As the visitor calls it.
    boundaries : Boundaries or None
        None when the file is refused.
    problems : list of Problem
    joined : JoinedProgramme or None
        The last programme and area method it was joined with.
    drawn : MapGeometry or None
    audit : Audit or None
    """

    name: str
    boundaries: Boundaries | None
    problems: list[Problem]
    joined: JoinedProgramme | None = None
    drawn: MapGeometry | None = None
    audit: Audit | None = None

    @property
    def size(self) -> int:
        """Memory that it takes [byte]."""
        if self.boundaries is None:
            return 0
        counties = self.boundaries.counties
        vertices = int(shapely.get_num_coordinates(counties.geometry.to_numpy()).sum())
        return _BYTES_PER_FILE + len(counties) * _BYTES_PER_ROW + vertices * BYTES_PER_VERTEX

    def release(self) -> None:
        """Drop the boundaries and all that was made from them."""
        self.boundaries = self.joined = self.drawn = self.audit = None

    def give_way(self) -> None:
        """Drop the boundaries, with a line in the issue log that says so."""
        self.release()
        self.problems = [make_problem(self.name, "no_file-given_way")]

    @property
    def could_be_repaired(self) -> bool:
        """Whether consent would change what is read."""
        return waits_for_consent(self.problems) or any(problem.kind == "offset" for problem in self.problems)

    def list_choices(self, kind: str) -> list[str]:
        """List what the visitor can choose from, for issues of the kind layer_choice or crs_choice."""
        return [problem.value for problem in self.problems if problem.kind == kind and problem.value]


# Sixteen of the largest files, or thousands of small ones.
HELD_FILES: Final[HeldResults[OwnFile]] = HeldResults("own_kept", max_bytes=480_000_000, idle_s=600.0)


def open_file(content: bytes, *, name: str, repair: bool, layer: str | None = None, crs: str | None = None) -> OwnFile:
    """Open a file in a process of its own and make it the session's.

    Parameters
    ----------
    content : bytes
    name : str
        What it is called to the visitor.
    repair : bool
        Whether they agree to repairs.
    layer, crs : str or None, optional
        The layer and the reference system that they chose.

    Returns
    -------
    OwnFile

    Raises
    ------
    IntakeError
        When the server holds as much as it may.
    """
    HELD_FILES.forget()
    with open_temporary_copy(content) as path:
        boundaries, problems = inspect_boundary_file(
            path, limits=UPLOAD, name=name, repair=repair, layer=layer, crs=crs
        )
    own = OwnFile(hashlib.sha256(content).hexdigest()[:8], name, boundaries, problems)
    if not HELD_FILES.add(own):
        raise IntakeError(make_problem(name, "files_held"))
    return own


def get_joined_file(own: OwnFile, programme: Programme, method: str) -> JoinedProgramme:
    """Join a programme with the file; computed again when the programme or the method changes.

    Parameters
    ----------
    own : OwnFile
        That was read.
    programme : Programme
    method : str
        How areas are computed.

    Returns
    -------
    JoinedProgramme
    """
    assert own.boundaries is not None
    if own.joined is None or (own.joined.programme.id, own.joined.method) != (programme.id, method):
        own.joined = join(programme, own.boundaries, method=method)
        own.drawn = own.audit = None
    return own.joined


def get_audited_file(own: OwnFile, joined: JoinedProgramme) -> Audit:
    """Audit the programme on this file alone, when first asked for.

    Parameters
    ----------
    own : OwnFile
    joined : JoinedProgramme

    Returns
    -------
    Audit
    """
    if own.audit is None:
        own.audit = audit(joined)
    return own.audit


def get_drawn_file(own: OwnFile, joined: JoinedProgramme) -> MapGeometry:
    """Get the addresses of its geometry; put again when the store has given its room to others.

    Parameters
    ----------
    own : OwnFile
    joined : JoinedProgramme

    Returns
    -------
    MapGeometry
    """
    store, drawn = get_private_store(), own.drawn
    if drawn is None or not drawn.is_held(store):
        own.drawn = drawn = prepare_programme(joined, pinned=False, store=store)
    return drawn
