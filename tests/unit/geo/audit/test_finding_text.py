"""Every code of a finding, and every doubt about a member, is said in both languages."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from pilotzones.geo.audit.finding_text import describe_comparison, describe_finding
from pilotzones.geo.audit.models import Finding, FindingKind
from pilotzones.geo.member_record import GeometryQuality, Status
from pilotzones.geo.messages import LANGUAGES, Language, load_messages, translate
from pilotzones.layers.labels import describe_finding as describe_on_page

_VALUES = {
    "code": "330521",
    "there": "330522",
    "date": "2019-07",
    "month": "2019-07",
    "count": "3",
    "km": "1.5",
    "pieces": "2",
    "meaning": "land",
    "as_of": "2020",
}
_HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("kind", get_args(FindingKind))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_is_said_in_both_languages(kind: FindingKind, lang: Language) -> None:
    finding = Finding(
        kind, 1, ("x",), None, None, None, "differs", "info", "document", None, values=_VALUES, quoted="x"
    )
    texts = [translate(f"finding_{kind}", lang), describe_comparison(finding, lang)]
    if f"detail_{kind}" in load_messages():
        texts.append(describe_finding(finding, lang))
    assert describe_on_page(finding, lang)
    for text in texts:
        assert bool(_HAN.search(text)) == (lang == "zh"), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_of_a_member_is_said_in_both_languages(lang: Language) -> None:
    words = [f"quality_{code}" for code in GeometryQuality] + [f"status_{code}" for code in get_args(Status)]
    for word in words:
        assert bool(_HAN.search(translate(word, lang))) == (lang == "zh"), word
