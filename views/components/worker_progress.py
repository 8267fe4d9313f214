"""What a visitor sees while a process of its own reads what they brought: how far it is, and a way to end it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from pilotzones.geo.messages import Language, translate
from pilotzones.geo.sandbox.worker_process import CALLER, Caller
from pilotzones.views.streamlit_internals import get_session_id

__all__ = ["show_worker_progress"]


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
