"""Streamlit's words in the language of the page: it has them in English only."""

from __future__ import annotations

import json
from functools import cache
from typing import Final

import streamlit as st

from pilotzones.geo.messages import LANGUAGES, Language, load_messages, translate
from pilotzones.layers.assets import STREAMLIT_WORDS

__all__ = ["show_streamlit_words"]

_FAMILY: Final = "streamlit_"
# What stands in the place of a name in a phrase; the script knows it.
_GAP: Final = "{}"
# What streamlit-folium calls the frame of a map in every language.
_FRAME: Final = "streamlit_folium.st_folium"


def show_streamlit_words(lang: Language) -> None:
    """Let the browser replace Streamlit's words by those of a language, now and whenever more of the page arrives.

    Parameters
    ----------
    lang : {"zh", "en"}
    """
    with st.container(key="words"):
        st.html(_write_script(lang), unsafe_allow_javascript=True)


@cache
def _write_script(lang: Language) -> str:
    """Write the script with the phrases of both languages, of catalogue text only."""
    words = [key.removeprefix(_FAMILY) for key in load_messages() if key.startswith(_FAMILY)]
    phrases = [[translate(f"streamlit_{word}", one, what=_GAP) for one in LANGUAGES] for word in words]
    texts = [[texts[LANGUAGES.index(lang)], *texts] for texts in phrases]
    texts.append([translate("streamlit_frame", lang), _FRAME])
    # No text can end the element that it stands in.
    given = json.dumps({"lang": {"zh": "zh-CN"}.get(lang, lang), "texts": texts}, ensure_ascii=False).replace(
        "<", "\\u003c"
    )
    return f"<script>({STREAMLIT_WORDS.read_text(encoding='utf-8')})({given});</script>"
