"""The audit's codes in words of both languages: what was compared, what was found, where a figure comes from."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from geo.audit import Finding, Term
from geo.boundaries import BUILT_IN, source_info
from layers.wording import Language, catalogue, number, say

__all__ = ["citation", "compared", "detail", "meaning", "readable_address", "source_name", "term_text", "word"]

_INSIDE: Final = "inside "
# The sentences the audit writes into a finding's detail, and the figures in them.
_DETAILS: Final = {
    "detached_part": re.compile(r"(?P<km>[\d.]+) km from the rest, (?P<pieces>\d+) pieces in all"),
    "missing_member": re.compile(r"(?P<code>\d+) is not in the source"),
    "recoded_member": re.compile(r"(?P<code>\d+) has the code (?P<there>\d+) there"),
    "renamed_member": re.compile(r"(?P<code>\d+) is called (?P<there>.+) there"),
    "unsettled_member": re.compile("which place it is has not been settled"),
    "overlap": re.compile("members overlap"),
    "sliver": re.compile("a gap inside the zone"),
}


def word(family: str, code: str, lang: Language) -> str:
    """What a code of one family is called.

    Parameters
    ----------
    family : str
        First part of the message's key: ``verdict``, ``reason``, ``basis`` …
    code : str
    lang : {"zh", "en"}

    Returns
    -------
    str
        The code itself where no message names it: a figure's meaning may be in words of the catalogue's own.
    """
    known = catalogue().get(f"{family}_{code}")
    return code if known is None else known[lang]


def meaning(text: str, lang: Language) -> str:
    """What a published figure includes, in words."""
    if text.startswith(_INSIDE):
        return say("report_inside", lang, member=text.removeprefix(_INSIDE))
    return word("meaning", text, lang)


def source_name(source: str, lang: Language) -> str:
    """Name of a boundary source; the id itself for a file of the user's."""
    return source_info(source).name(lang) if source in BUILT_IN else source


def compared(finding: Finding, lang: Language) -> str:
    """What a finding compares."""
    text = word("compared", finding.kind, lang)
    # Which source, or which member, stands last in the audit's own sentence.
    last = finding.compared.rsplit(" ", 1)[-1]
    if finding.kind == "source_difference":
        return f"{text} ({source_name(last, lang)})"
    return f"{text} ({last})" if finding.kind == "special_overlap" else text


def detail(finding: Finding, lang: Language) -> str:
    """A finding's detail: the audit's own sentences in words, quotations as they are."""
    if finding.kind == "member_area":
        first, _, rest = finding.detail.partition(" ")
        return " ".join(filter(None, (meaning(first, lang), rest)))
    known = _DETAILS.get(finding.kind)
    found = known.fullmatch(finding.detail) if known is not None else None
    return finding.detail if found is None else say(f"detail_{finding.kind}", lang, **found.groupdict())


def term_text(term: Term, lang: Language, *, unit: str = "", signed: bool = True) -> str:
    """A summand of a reading: name, figure, and how sure it is.

    Parameters
    ----------
    term : Term
    lang : {"zh", "en"}
    unit : str, optional
        Written after each figure.
    signed : bool, optional
        Whether what is taken out keeps its minus sign; without it the sign stands before the name.

    Returns
    -------
    str
    """
    figure = number(term.km2 if signed else abs(term.km2), 1) + unit
    if term.basis == "bounded":
        return say("report_term_bounded", lang, name=term.name, km2=figure, most=number(term.most_km2, 1) + unit)
    if term.basis == "computed":
        return say("report_term_computed", lang, name=term.name, km2=figure)
    return f"{term.name} {figure}"


def citation(term: Term, lang: Language) -> str:
    """Where a figure comes from: source, date, address; empty when the catalogue does not say."""
    as_of = f"{say('column_as_of', lang)} {term.as_of}" if term.as_of else ""
    return " · ".join(filter(None, (term.source, as_of, readable_address(term.address))))


def readable_address(address: str) -> str:
    """An address with its percent escapes read, unless that would bring in characters that cannot be seen."""
    plain = unquote(address, errors="replace")
    hidden = "�" in plain or any(unicodedata.category(letter)[0] in "CZ" for letter in plain)
    return address if hidden else plain
