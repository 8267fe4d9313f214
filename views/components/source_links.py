"""Where a figure comes from, as text on a page; a link only where the address is one."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from pilotzones.geo.audit import Term
from pilotzones.geo.catalogue.chinese_texts import translate_text
from pilotzones.geo.messages import Language, append_detail, format_number, translate
from pilotzones.layers.labels import describe_confidence, describe_meaning, format_address, name_term
from pilotzones.views.components.markdown import escape

__all__ = ["format_term_line", "make_web_link"]

# Only what needs no quoting inside a Markdown link: nothing can close it early.
_PLAIN_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/?#=&%+,;:@-]*)?")
_HOST: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?(/|$)")
_MAX_ADDRESS_CHARS: Final = 300


def make_web_link(address: str) -> str | None:
    """Return the address, if it may stand as a link.

    Parameters
    ----------
    address : str
        As the catalogue has it.

    Returns
    -------
    str or None
        None for what is no complete http(s) address in plain characters; that is shown as text.
    """
    if len(address) > _MAX_ADDRESS_CHARS or not _PLAIN_ADDRESS.fullmatch(address):
        return None
    return address if urlsplit(address).hostname else None


def _with_scheme(address: str) -> str:
    """Add the scheme that the catalogue leaves out; what begins with a host name is an address on the web."""
    if not _HOST.match(address):
        return address
    return "http://" + quote(address, safe="/:?#=&%+,;@~._-")


def format_term_line(term: Term, lang: Language) -> str:
    """Format one term of evidence as a line of Markdown: figure, meaning, date, source, address."""
    figure = f"{format_number(term.km2, 1)} km²"
    if term.most_km2 is not None:
        figure = append_detail(figure, f"≤ {format_number(term.most_km2, 1)}", lang)
    as_of = f"{translate('column_as_of', lang)} {term.as_of}" if term.as_of else ""
    facts = [
        f"{name_term(term, lang)} {figure}",
        describe_meaning(term, lang),
        as_of,
        translate_text(term.source, lang),
        describe_confidence(term, lang),
    ]
    text = escape(" · ".join(filter(None, facts)))
    if not term.address:
        return text
    link = make_web_link(_with_scheme(term.address))
    shown = format_address(term.address)
    if link:
        return f"{text} · [{escape(shown)}]({link})"
    # As code: plain text that looks like an address would be made a link.
    return f"{text} · `{shown.replace('`', '')}`"
