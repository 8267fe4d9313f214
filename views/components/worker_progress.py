"""What a visitor sees while a process of its own reads what they brought: how far it is, and a way to end it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.geo.query.sandboxed_table import TABLE_UPLOAD
from pilotzones.geo.sandbox.worker_process import CALLER, Caller
from pilotzones.views.streamlit_internals import get_session_id

__all__ = ["read_once", "show_worker_progress"]


@contextmanager
def show_worker_progress(
    lang: Language, *, limit: int, key: str, on_cancel: Callable[[], None] | None = None
) -> Iterator[None]:
    """Show the progress of the workers that the block runs, with a button that ends them.

    Any click of the visitor, and their leaving, ends them too: Streamlit ends the run of the page at the next report.

    Parameters
    ----------
    lang : {"zh", "en"}
    limit : int
        How long a worker may take [s].
    key : str
        Of the button.
    on_cancel : callable, optional
        Run at the beginning of the run that the button starts.
    """

    def cancel() -> None:
        st.toast(translate("worker_cancelled", lang), icon=":material/cancel:")
        if on_cancel is not None:
            on_cancel()

    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text=translate("worker_running", lang, limit=limit))
        st.button(translate("worker_cancel", lang), key=key, icon=":material/cancel:", on_click=cancel)

    def report(share: float | None) -> None:
        text = translate("worker_waiting", lang) if share is None else translate("worker_running", lang, limit=limit)
        bar.progress(min(share or 0.0, 1.0), text=text)

    token = CALLER.set(Caller(get_session_id(), report))
    try:
        yield
    except Exception:
        # A run that is stopped ends with no exception of this kind, and draws nothing more.
        place.empty()
        raise
    else:
        place.empty()
    finally:
        CALLER.reset(token)


def read_once(what: str, key: tuple[str, ...], read: Callable[[], Any], lang: Language, *, refused: str) -> Any:
    """Let another process read a table, once for each key.

    Parameters
    ----------
    what : str
        Begins the keys of the button and of what the session holds.
    key : tuple of str
        Of the file, and of everything else that decides what is read.
    read : callable
    lang : {"zh", "en"}
    refused : str
        What the page says above the reason of a refusal.

    Returns
    -------
    object
        What was read; None, with the reason on the page, when it was refused or cancelled.
    """
    state: Any = st.session_state
    place = f"{what}_read"

    def note_cancelled() -> None:
        state[place] = (key, None, {name: translate("worker_cancelled_file", name) for name in LANGUAGES})

    if place not in state or state[place][0] != key:
        try:
            with show_worker_progress(lang, limit=TABLE_UPLOAD.seconds, key=f"{what}_cancel", on_cancel=note_cancelled):
                state[place] = (key, read(), {})
        except PilotzonesError as error:
            state[place] = (key, None, error.describe_in_languages())
    _, found, refusal = state[place]
    if found is None:
        st.error(refused)
        st.text(refusal[lang])
    return found
