"""A visitor's own boundary file in their session: opened in another process, joined, drawn; shared with nobody."""

from __future__ import annotations

import hashlib
import time
import weakref
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
import shapely
import streamlit as st

from pilotzones.geo.audit import Audit, audit
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.upload.issue_log import build_issue_table, waits_for_consent
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from pilotzones.geo.catalogue.loader import DEFAULT_PROGRAMME, load_programme
from pilotzones.geo.errors import IntakeError, Problem
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.layers.webmap.geometry.builder import MapGeometry, prepare_programme
from pilotzones.views.state.private_geometry import get_private_store

__all__ = [
    "MAX_HELD_BYTES",
    "OwnFile",
    "forget",
    "get_audited_file",
    "get_current_file",
    "get_drawn_file",
    "get_joined_file",
    "open_file",
]

# What the server holds of the boundary files of all visitors together [byte]: sixteen of the largest, or thousands of small ones.
MAX_HELD_BYTES: Final = 480_000_000
# What a file holds, from the memory that files of known size took [byte].
_BYTES_PER_FILE: Final = 50_000
_BYTES_PER_ROW: Final = 1_000
_BYTES_PER_VERTEX: Final = 60
# A file that nobody has looked at for so long [s] gives way when there is no room.
_IDLE_S: Final = 600.0


@dataclass(eq=False)
class OwnFile:
    """One uploaded file and what came of it.

    Parameters
    ----------
    name : str
        As the visitor calls it.
    token : str
        Tells one file from another.
    boundaries : Boundaries or None
        None when the file is refused.
    problems : list of Problem
    joined : Joined or None
        The last area method it was joined with.
    drawn : Drawn or None
    audit : Audit or None
    """

    name: str
    token: str
    boundaries: Boundaries | None
    problems: list[Problem]
    joined: JoinedProgramme | None = None
    drawn: MapGeometry | None = None
    audit: Audit | None = None
    used: float = field(default_factory=time.monotonic)

    @property
    def size(self) -> int:
        """What the server holds of it [byte]."""
        if self.boundaries is None:
            return 0
        counties = self.boundaries.counties
        vertices = int(shapely.get_num_coordinates(counties.geometry.to_numpy()).sum())
        return _BYTES_PER_FILE + len(counties) * _BYTES_PER_ROW + vertices * _BYTES_PER_VERTEX

    @property
    def issues(self) -> pd.DataFrame:
        """The issue log."""
        return build_issue_table(self.problems)

    @property
    def could_be_repaired(self) -> bool:
        """Whether consent would change what is read."""
        return waits_for_consent(self.problems) or any(problem.kind == "offset" for problem in self.problems)

    def list_choices(self, kind: str) -> list[str]:
        """List what the visitor can choose from, for issues of the kind layer_choice or crs_choice."""
        return [problem.value for problem in self.problems if problem.kind == kind and problem.value]


# Sessions that end let go of their file, and it leaves this set by itself.
_HELD: Final[weakref.WeakSet[OwnFile]] = weakref.WeakSet()


def get_current_file() -> OwnFile | None:
    """The file of this session, if there is one."""
    kept: OwnFile | None = st.session_state.get("own_kept")
    if kept is not None:
        kept.used = time.monotonic()
    return kept


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
    forget()
    with open_temporary_folder() as folder:
        path = folder / "upload"
        path.write_bytes(content)
        boundaries, problems = inspect_boundary_file(
            path, limits=UPLOAD, name=name, repair=repair, layer=layer, crs=crs
        )
    own = OwnFile(name, hashlib.sha256(content).hexdigest()[:8], boundaries, problems)
    if not _make_room(own.size):
        raise IntakeError(f"{name}: the server holds as many boundary files as it may; try again later")
    if boundaries is not None:
        _HELD.add(own)
    st.session_state["own_kept"] = own
    return own


def _make_room(size: int) -> bool:
    """Let go of files that nobody has looked at for long, until there is room for another."""
    held = sorted(_HELD, key=lambda own: own.used)
    total = sum(own.size for own in held) + size
    for own in held:
        if total <= MAX_HELD_BYTES or time.monotonic() - own.used < _IDLE_S:
            break
        total -= own.size
        _release(own)
        text = "the file was not looked at for ten minutes and has given way to others: open it again"
        own.problems = [Problem(own.name, text, kind="no_file")]
    return total <= MAX_HELD_BYTES


def _release(own: OwnFile) -> None:
    # A traceback or a cache may still know the object; it no longer counts, and holds nothing.
    _HELD.discard(own)
    own.boundaries = own.joined = own.drawn = own.audit = None


def forget() -> None:
    """Let go of the session's file."""
    kept: Any = st.session_state.pop("own_kept", None)
    if kept is not None:
        _release(kept)


def get_joined_file(own: OwnFile, method: str) -> JoinedProgramme:
    """The programme on the file; kept until the method changes.

    Parameters
    ----------
    own : OwnFile
        That was read.
    method : str

    Returns
    -------
    Joined
    """
    assert own.boundaries is not None
    if own.joined is None or own.joined.method != method:
        own.joined = join(load_programme(DEFAULT_PROGRAMME), own.boundaries, method=method)
        own.drawn = own.audit = None
    return own.joined


def get_audited_file(own: OwnFile, joined: JoinedProgramme) -> Audit:
    """The audit on this file alone; made when first asked for.

    Parameters
    ----------
    own : OwnFile
    joined : Joined

    Returns
    -------
    Audit
    """
    if own.audit is None:
        own.audit = audit(joined)
    return own.audit


def get_drawn_file(own: OwnFile, joined: JoinedProgramme) -> MapGeometry:
    """Addresses of its geometry; put again when the store has given its room to others.

    Parameters
    ----------
    own : OwnFile
    joined : Joined

    Returns
    -------
    Drawn
    """
    store, drawn = get_private_store(), own.drawn
    if drawn is None or any(store.at(url) is None for url in (drawn.members, drawn.zones, drawn.hosts, drawn.points)):
        own.drawn = drawn = prepare_programme(joined, pinned=False, store=get_private_store())
    return drawn
