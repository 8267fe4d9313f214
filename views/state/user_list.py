"""A visitor's own list in their session: read, drafted, joined; nothing of it is shared with another visitor."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any, Final

import streamlit as st

from pilotzones.geo.audit import Audit, Variant, audit, compute_variants
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.documents.drafts.apply_decisions import make_pending_row
from pilotzones.geo.documents.drafts.list_archive import OpenList, read_programme
from pilotzones.geo.documents.drafts.sandboxed import draft_in_sandbox
from pilotzones.geo.documents.models import Draft, DraftMember
from pilotzones.geo.documents.reader import DOCUMENT
from pilotzones.geo.errors import CatalogueError, IntakeError, make_problem
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.places import Decisions
from pilotzones.geo.sandbox.limits import UPLOAD, Limits
from pilotzones.layers.webmap.geometry.builder import MapGeometry, prepare_programme
from pilotzones.views.state.private_geometry import get_private_store

__all__ = [
    "LIMITS",
    "JoinedDraft",
    "ListWork",
    "decide",
    "get_audited_list",
    "get_current_list",
    "get_drawn_list",
    "get_joined_list",
    "make_member_key",
    "open_input",
    "open_list",
    "request_decisions",
    "take_requested",
    "undo_decision",
]

LIMITS: Final[Limits] = replace(DOCUMENT, file_bytes=UPLOAD.file_bytes, seconds=UPLOAD.seconds)


@dataclass
class JoinedDraft:
    """The list on one boundary source."""

    source: str
    method: str
    joined: JoinedProgramme
    drawn: MapGeometry
    beside: tuple[Audit, tuple[Variant, ...]] | None = None

    @property
    def has_stated_area(self) -> bool:
        """Whether the document states an area for any zone."""
        return any(zone.stated_area_km2 is not None for zone in self.joined.programme.zones)


@dataclass
class ListWork:
    """One list being worked on.

    Parameters
    ----------
    source : OpenList
        Text, hints and decisions.
    draft : Draft
        What they make.
    programme : Programme or None
        None when no place was found, or it contradicts itself.
    files : dict of str to bytes
        The programme's folder.
    trouble : CatalogueError or None
        Why there is none although places were found.
    on_map : OnMap or None
        The last source it was joined to.
    """

    source: OpenList
    draft: Draft
    programme: Programme | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    trouble: CatalogueError | None = None
    on_map: JoinedDraft | None = None

    @property
    def token(self) -> str:
        """Tells one text from another."""
        return hashlib.sha256(self.source.document.text.encode()).hexdigest()[:8]


def get_current_list() -> ListWork | None:
    """Return the list of this session, if there is one."""
    state: Any = st.session_state
    work: ListWork | None = state.get("list_work")
    return work


def open_input(content: str | bytes, *, name: str, as_of: str | None, province: str | None) -> ListWork:
    """Read and draft what was pasted or uploaded; decisions made before are kept, as they apply by text and context.

    Parameters
    ----------
    content : str or bytes
    name : str
        What it is called to the visitor.
    as_of : str or None
        Date of the document (ISO).
    province : str or None
        Code.

    Returns
    -------
    ListWork

    Raises
    ------
    IntakeError
        When it cannot be read.
    """
    if isinstance(content, str) and not content.strip():
        raise IntakeError(make_problem(name, "document_no_text"), code="empty")
    current = get_current_list()
    decisions = current.source.decisions if current else Decisions()
    document, draft = draft_in_sandbox(
        content, name=name, limits=LIMITS, as_of=as_of, province=province, decisions=decisions
    )
    return _make_current(OpenList(document, as_of, province, decisions), draft)


def open_list(source: OpenList) -> ListWork:
    """Draft a list and make it the session's.

    Parameters
    ----------
    source : OpenList

    Returns
    -------
    ListWork

    Raises
    ------
    IntakeError
        When it asks for more than it may.
    """
    _, draft = draft_in_sandbox(
        source.document,
        name=source.document.file,
        limits=LIMITS,
        as_of=source.as_of,
        province=source.province,
        decisions=source.decisions,
    )
    return _make_current(source, draft)


def _make_current(source: OpenList, draft: Draft) -> ListWork:
    work = ListWork(source, draft)
    if draft.zones:
        try:
            work.programme, work.files = read_programme(draft, f"list_{work.token}")
        except CatalogueError as error:
            work.trouble = error
    st.session_state["list_work"] = work
    return work


def get_joined_list(work: ListWork, source: str, method: str) -> JoinedDraft:
    """Return the list on a boundary source; computed again when the list, the source or the method changes.

    Parameters
    ----------
    work : ListWork
        With a programme.
    source, method : str

    Returns
    -------
    JoinedDraft
    """
    assert work.programme is not None
    on_map = work.on_map
    if on_map is None or (on_map.source, on_map.method) != (source, method):
        joined = join(work.programme, load(source), method=method)
        drawn = prepare_programme(joined, pinned=False, store=get_private_store())
        on_map = work.on_map = JoinedDraft(source, method, joined, drawn)
    return on_map


def get_drawn_list(on_map: JoinedDraft) -> MapGeometry:
    """Return addresses of the list's geometry; put again when the store has dropped it for others.

    Parameters
    ----------
    on_map : JoinedDraft

    Returns
    -------
    MapGeometry
    """
    store = get_private_store()
    if not on_map.drawn.is_held(store):
        on_map.drawn = prepare_programme(on_map.joined, pinned=False, store=store)
    return on_map.drawn


def get_audited_list(on_map: JoinedDraft) -> tuple[Audit, tuple[Variant, ...]]:
    """Audit with every other built-in source as evidence, and how far the figures move; when first needed.

    Parameters
    ----------
    on_map : JoinedDraft

    Returns
    -------
    audit : Audit
    variants : tuple of Variant
    """
    if on_map.beside is None:
        others = [load(other) for other in BUILT_IN if other != on_map.source]
        audited = audit(on_map.joined, others=others)
        on_map.beside = audited, tuple(compute_variants(on_map.joined, audited.comparison))
    return on_map.beside


def make_member_key(zone: int, member: DraftMember) -> str:
    """Make the key of a member in the list: zone and position."""
    return f"{zone}-{member.position}"


def decide(work: ListWork, member: DraftMember, codes: tuple[str, ...], *, who: str, why: str) -> None:
    """Save what the visitor chose for an open member; the page drafts again with it.

    Parameters
    ----------
    work : ListWork
    member : DraftMember
        Open.
    codes : tuple of str
        None of them says that it is no division.
    who, why : str
    """
    decisions = Decisions(dict(work.source.decisions.table))
    decisions.decide(make_pending_row(member), codes, who=who, why=why)
    request_decisions(decisions)


def undo_decision(work: ListWork, key: tuple[str, str]) -> None:
    """Take a decision back, by its key in the table; the page drafts again without it."""
    request_decisions(
        Decisions({identity: made for identity, made in work.source.decisions.table.items() if identity != key})
    )


def request_decisions(decisions: Decisions) -> None:
    """Ask the page to draft the list again with other decisions: a callback cannot show how far it is."""
    st.session_state["list_requested"] = decisions


def take_requested() -> OpenList | None:
    """Return the list with the decisions that were requested, once."""
    decisions: Decisions | None = st.session_state.pop("list_requested", None)
    work = get_current_list()
    return None if decisions is None or work is None else replace(work.source, decisions=decisions)
