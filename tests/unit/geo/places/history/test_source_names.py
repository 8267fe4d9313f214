"""Every source in our tables is one of three kinds, and the document's own number or title is kept."""

from __future__ import annotations

import re

import pytest

from pilotzones.geo.files.checksums import read_checked
from pilotzones.geo.files.csv_reader import read_records
from pilotzones.geo.places.history.source_names import parse_source

TABLES = ("name_history", "name_changes", "unit_foundings", "boundary_moves")


@pytest.mark.parametrize(
    ("text", "kind", "document"),
    [
        ("国函〔2010〕55号, as listed in zh.wikisource", "document", "国函〔2010〕55号"),
        ("渝府发〔2025〕15号", "document", "渝府发〔2025〕15号"),
        ("1998-12-06, as listed by kuaida2.com (东川区)", "document", "1998-12-06"),
        ("areacodes collection of MCA changes, 1981", "mca_changes", ""),
        ("code tables of 1980-12 and 1981-12: the old name ends, the successor stands", "code_tables", ""),
        ("1993-1995 code tables", "code_tables", ""),
    ],
)
def test_a_source_is_read_as_it_is_written(text: str, kind: str, document: str) -> None:
    assert (parse_source(text).kind, parse_source(text).document) == (kind, document)


def test_no_document_of_our_tables_is_named_in_english() -> None:
    sources = {row["source"] for name in TABLES for row in read_records(read_checked(f"places/{name}.csv").decode())[1]}
    named = {parse_source(source) for source in sources if source}
    assert {name.kind for name in named} == {"code_tables", "mca_changes", "document"}
    for name in named:
        # A document is cited by its Chinese number or title, or by its date.
        assert (name.kind == "document") == bool(name.document), name
        assert not re.search("[A-Za-z]{4,}", name.document), name
