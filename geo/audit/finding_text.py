"""Findings in words: what was compared, and what was found; the sentences stand in ``data/messages/findings.toml``."""

from __future__ import annotations

from pilotzones.geo.audit.models import Finding
from pilotzones.geo.messages import Language, fill_message, find_message, translate

__all__ = ["describe_comparison", "describe_finding"]


def describe_comparison(finding: Finding, lang: Language = "en", *, against: str | None = None) -> str:
    """Describe what a finding compares.

    Parameters
    ----------
    finding : Finding
    lang : {"en", "zh"}
    against : str, optional
        What the reader calls that which the member is compared with; by default the code of the boundary source.

    Returns
    -------
    str
    """
    sentence = find_message(f"compared_{finding.kind}")
    text = finding.kind if sentence is None else sentence[lang]
    other = finding.against if against is None else against
    return translate("noted", lang, text=text, note=other) if other else text


def describe_finding(finding: Finding, lang: Language = "en") -> str:
    """Describe a finding: a sentence of ours about its values, or what it quotes.

    Parameters
    ----------
    finding : Finding
    lang : {"en", "zh"}

    Returns
    -------
    str
        Values without a sentence of their own, such as what a figure includes and its date, as they are.
    """
    sentence = find_message(f"detail_{finding.kind}")
    if sentence is not None:
        return fill_message(sentence[lang], finding.values)
    return finding.quoted or " ".join(filter(None, finding.values.values()))
