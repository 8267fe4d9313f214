"""Statements, themes and pairs as files: CSV, a workbook, or JSON-LD with the themes as SKOS concepts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.files.xlsx_writer import encode_workbook
from pilotzones.geo.statements.models import Statement, StatementBase, Theme
from pilotzones.geo.statements.tables import PAIR_FIELDS, STATEMENT_FIELDS, make_records

__all__ = ["STATEMENT_SUFFIXES", "format_statements", "write_statements"]

STATEMENT_SUFFIXES: Final = (".csv", ".xlsx", ".jsonld")
_THEME_FIELDS: Final = ("id", "name_zh", "name_en", "definition_zh", "definition_en", "left_out_zh", "left_out_en")
# SKOS: W3C Recommendation of 18 August 2009; schema.org Claim and CreativeWork; Dublin Core terms.
_CONTEXT: Final = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
    "definition": {"@id": "skos:definition", "@container": "@language"},
    "scopeNote": {"@id": "skos:scopeNote", "@container": "@language"},
    "text": {"@id": "schema:text", "@container": "@language"},
    "title": {"@id": "dcterms:title", "@container": "@language"},
}
_RELATIONS: Final = {
    "same": "skos:closeMatch",
    "narrower": "skos:broadMatch",
    "broader": "skos:narrowMatch",
    "conflicts": "skos:relatedMatch",
}


def write_statements(base: StatementBase, statements: Sequence[Statement], path: Path) -> None:
    """Write statements to a file whose ending says the format.

    Parameters
    ----------
    base : StatementBase
        For the themes and pairs.
    statements : sequence of Statement
    path : Path

    Raises
    ------
    ExportError
        When the ending is none of `STATEMENT_SUFFIXES`, or the file cannot be written.
    """
    write_atomically(path, format_statements(base, statements, path.suffix.lower()))


def format_statements(base: StatementBase, statements: Sequence[Statement], suffix: str) -> bytes:
    """Format statements as a file.

    Parameters
    ----------
    base : StatementBase
    statements : sequence of Statement
    suffix : {".csv", ".xlsx", ".jsonld"}

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When the ending is another.
    """
    if suffix == ".csv":
        import pandas as pd

        return with_byte_order_mark(format_csv(pd.DataFrame(make_records(statements), columns=list(STATEMENT_FIELDS))))
    if suffix == ".xlsx":
        return _format_workbook(base, statements)
    if suffix == ".jsonld":
        return json.dumps(_make_graph(base, statements), ensure_ascii=False, indent=1).encode()
    facts = {"known": ", ".join(STATEMENT_SUFFIXES), "ending": suffix}
    raise ExportError(make_problem("", "ending_unknown", facts=facts))


def _format_workbook(base: StatementBase, statements: Sequence[Statement]) -> bytes:
    chosen = {one.id for one in statements}
    pairs = [pair for pair in base.pairs if pair.first in chosen and pair.second in chosen]
    rows = [[record[name] or None for name in STATEMENT_FIELDS] for record in make_records(statements)]
    return encode_workbook(
        {
            "statements": (STATEMENT_FIELDS, rows),
            "themes": (_THEME_FIELDS, [_list_values(theme, _THEME_FIELDS) for theme in base.themes]),
            "pairs": (PAIR_FIELDS, [_list_values(pair, PAIR_FIELDS) for pair in pairs]),
        }
    )


def _list_values(record: object, names: Sequence[str]) -> list[Any]:
    return [getattr(record, name) or None for name in names]


def _make_graph(base: StatementBase, statements: Sequence[Statement]) -> dict[str, Any]:
    chosen = {one.id for one in statements}
    scheme = {"@id": "#themes", "@type": "skos:ConceptScheme", "title": {"zh": "主题", "en": "Themes"}}
    documents = [
        {"@id": f"#document-{one.id}", "@type": "schema:CreativeWork", "title": {"zh": one.name_zh, "en": one.name_en}}
        for one in base.documents
    ]
    return {
        "@context": _CONTEXT,
        "@graph": [
            scheme,
            *[_make_concept(theme) for theme in base.themes],
            *documents,
            *[_make_node(base, one, chosen) for one in statements],
        ],
    }


def _make_concept(theme: Theme) -> dict[str, Any]:
    return {
        "@id": f"#theme-{theme.id}",
        "@type": "skos:Concept",
        "skos:inScheme": {"@id": "#themes"},
        "prefLabel": {"zh": theme.name_zh, "en": theme.name_en},
        "definition": {"zh": theme.definition_zh, "en": theme.definition_en},
        "scopeNote": {"zh": theme.left_out_zh, "en": theme.left_out_en},
    }


def _make_node(base: StatementBase, one: Statement, chosen: set[str]) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@id": f"#{one.id}",
        "@type": "schema:Claim" if one.claim else "schema:CreativeWork",
        "schema:isPartOf": {"@id": f"#document-{one.document}"},
        "schema:position": one.where_in_document,
        "schema:additionalType": one.kind,
        "text": {"zh": one.text_zh, "en": one.text_en},
        "dcterms:subject": [{"@id": f"#theme-{theme}"} for theme in one.themes],
    }
    if one.claim:
        node["schema:creativeWorkStatus"] = one.claim.support
    for pair in base.pairs:
        if pair.first == one.id and pair.second in chosen:
            node.setdefault(_RELATIONS[pair.relation], []).append({"@id": f"#{pair.second}"})
    return node
