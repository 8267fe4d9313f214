"""A visitor's own boundary file in their session: opened in another process, joined, drawn; shared with nobody."""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from pilotzones.geo.audit import Audit, audit
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.upload.issue_log import issue_table, waits_for_consent
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from pilotzones.geo.catalogue.loader import DEFAULT_PROGRAMME, load_programme
from pilotzones.geo.errors import IntakeError, Problem
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.layers.webmap.geometry.builder import MapGeometry, prepare_programme
from pilotzones.views.state.private_geometry import get_private_store

__all__ = [
    "MOST_HELD",
    "OwnFile",
    "current_file",
    "forget",
    "get_audited_file",
    "get_drawn_file",
    "get_joined_file",
    "open_file",
]

# Boundary files that the server holds for all visitors together; one may take some 30 MB.
MOST_HELD: Final = 16


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

    @property
    def issues(self) -> pd.DataFrame:
        """The issue log."""
        return issue_table(self.problems)

    @property
    def could_be_repaired(self) -> bool:
        """Whether consent would change what is read."""
        return waits_for_consent(self.problems) or any(problem.kind == "offset" for problem in self.problems)

    def list_choices(self, kind: str) -> list[str]:
        """List what the visitor can choose from, for issues of the kind layer_choice or crs_choice."""
        return [problem.value for problem in self.problems if problem.kind == kind and problem.value]


# Sessions that end let go of their file, and it leaves this set by itself.
_HELD: Final[weakref.WeakSet[OwnFile]] = weakref.WeakSet()


def current_file() -> OwnFile | None:
    """The file of this session, if there is one."""
    kept: OwnFile | None = st.session_state.get("own_kept")
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
        When the server holds as many files as it may.
    """
    forget()
    if len(_HELD) >= MOST_HELD:
        raise IntakeError(f"{name}: the server holds {MOST_HELD} boundary files, as many as it may; try again later")
    with tempfile.NamedTemporaryFile(prefix="pilotzones-") as stream:
        stream.write(content)
        stream.flush()
        boundaries, problems = inspect_boundary_file(
            Path(stream.name), limits=UPLOAD, name=name, repair=repair, layer=layer, crs=crs
        )
    own = OwnFile(name, hashlib.sha256(content).hexdigest()[:8], boundaries, problems)
    if boundaries is not None:
        _HELD.add(own)
    st.session_state["own_kept"] = own
    return own


def forget() -> None:
    """Let go of the session's file."""
    kept: Any = st.session_state.pop("own_kept", None)
    if kept is not None:
        # A traceback or a cache may still know the object; it no longer counts, and holds nothing.
        _HELD.discard(kept)
        kept.boundaries = kept.joined = kept.drawn = kept.audit = None


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
