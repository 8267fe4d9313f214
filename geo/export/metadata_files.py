"""What lies beside files that come in parts: a README, and descriptions for machines (Frictionless, DCAT)."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pilotzones.data import EXPORTS
from pilotzones.geo.export.drivers.csv_xlsx import WKT
from pilotzones.geo.export.models import ExportField, ExportLayer
from pilotzones.geo.export.provenance import describe_file
from pilotzones.geo.export.zip_archive import make_safe_name

__all__ = ["DATAPACKAGE", "DCAT", "README", "PackagedFile", "build_datapackage", "build_dcat", "build_readme"]

README: Final = "README.md"
DATAPACKAGE: Final = "datapackage.json"
DCAT: Final = "dcat.jsonld"
# Frictionless Table Schema's names for our types; lists are joined texts where a format has no lists.
_FIELD_TYPES: Final = {"integers": "string", "strings": "string"}


@dataclass(frozen=True)
class PackagedFile:
    """One file beside which the companions lie.

    Parameters
    ----------
    name : str
        Of the file.
    content : bytes
    media_type : str
    layer : Layer
        What it holds.
    """

    name: str
    content: bytes
    media_type: str
    layer: ExportLayer

    @property
    def is_table(self) -> bool:
        """Whether it is CSV, which table descriptions can describe column by column."""
        return self.name.endswith(".csv")


@cache
def _load_words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((EXPORTS / "readme.toml").read_text(encoding="utf-8"))


def build_readme(parts: Sequence[PackagedFile], *, notes: Iterable[str] = (), is_described: bool = True) -> bytes:
    """Compose the README: files, where they come from, and their fields, in both languages.

    Parameters
    ----------
    parts : sequence of Part
        At least one.
    notes : iterable of str
        Names of further files and remarks, of ``readme.toml``.
    is_described : bool, optional
        Whether the descriptions for machines lie beside.

    Returns
    -------
    bytes
        Markdown in which no text of the data is markup.
    """
    words, first = _load_words(), parts[0].layer
    columns = words["columns"]
    lines = [f"# {_escape_markdown(first.provenance.get('title') or first.title('zh'))}", ""]
    if first.provenance.get("title_en"):
        lines += [_escape_markdown(first.provenance["title_en"]), ""]
    lines += [
        f"## {words['headings']['files']}",
        "",
        *_format_table_head(columns["file"], columns["rows"], columns["content"]),
    ]
    for part in parts:
        content = f"{part.layer.title('zh')} {part.layer.title('en')}"
        lines.append(_format_table_line(part.name, len(part.layer.frame), content))
    if is_described:
        lines += [
            _format_table_line(DATAPACKAGE, "", words["files"]["datapackage"]),
            _format_table_line(DCAT, "", words["files"]["dcat"]),
        ]
    lines.append("")
    for note in notes:
        lines += [words["files"][note], ""]
    lines += [f"## {words['headings']['about']}", ""]
    for key, value in describe_file(first).items():
        if value not in (None, {}, "") and (len(parts) == 1 or not key.startswith("layer")):
            lines.append(f"- {words['about'].get(key, key)}: {_escape_markdown(value)}")
    for part in parts:
        name = part.name if len({one.name for one in parts}) == len(parts) else f"{part.name}, {part.layer.name}"
        lines += [
            "",
            f"## {words['headings']['fields']}: {_escape_markdown(name)}",
            "",
            *_format_table_head(*(columns[name] for name in ("field", "heading", "unit", "type", "meaning"))),
        ]
        lines += [_format_field_line(field) for field in part.layer.fields]
    return ("\n".join(lines) + "\n").encode()


def _format_field_line(field: ExportField) -> str:
    heading = f"{field.label['zh']} {field.label['en']}"
    return _format_table_line(
        field.name, heading, field.unit, field.type, f"{field.description['zh']} / {field.description['en']}"
    )


def _format_table_head(*names: str) -> list[str]:
    return [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]


def _format_table_line(*cells: object) -> str:
    return f"| {' | '.join(_escape_markdown(cell) for cell in cells)} |"


def _escape_markdown(value: object) -> str:
    """Escape a text so that Markdown shows it as it is, on one line."""
    text = "; ".join(f"{key}={item}" for key, item in value.items()) if isinstance(value, Mapping) else str(value)
    return "".join(f"\\{letter}" if letter in "\\`*[]<>|" else " " if letter in "\r\n" else letter for letter in text)


def build_datapackage(parts: Sequence[PackagedFile]) -> bytes:
    """Compose a Frictionless Data Package descriptor (specs.frictionlessdata.io, version 1).

    Parameters
    ----------
    parts : sequence of Part
        At least one.

    Returns
    -------
    bytes
        JSON. A CSV file is described column by column; every other file as a file, with its fields beside.
    """
    provenance = parts[0].layer.provenance
    document = {
        "profile": "data-package",
        "name": make_safe_name(str(provenance.get("programme") or parts[0].layer.name)).lower(),
        "title": provenance.get("title") or parts[0].layer.title("zh"),
        "title_en": provenance.get("title_en"),
        "created": provenance.get("generated"),
        "licenses": [{"name": "notspecified", "title": provenance.get("boundary_licence") or "not stated"}],
        "sources": _list_sources(provenance),
        "resources": [_describe_resource(part) for part in parts],
    }
    return _dump_json({key: value for key, value in document.items() if value})


def _list_sources(provenance: Mapping[str, Any]) -> list[dict[str, str]]:
    number = f" {provenance['document_number']}" if provenance.get("document_number") else ""
    review = f" {provenance['boundary_review_number']}" if provenance.get("boundary_review_number") else ""
    titles = ((provenance.get("document"), number), (provenance.get("boundary_publisher"), review))
    return [{"title": f"{title}{more}"} for title, more in titles if title]


def _describe_resource(part: PackagedFile) -> dict[str, Any]:
    layer = part.layer
    resource: dict[str, Any] = {
        "profile": "tabular-data-resource" if part.is_table else "data-resource",
        "name": make_safe_name(part.name.rsplit(".", 1)[0]).lower(),
        "path": part.name,
        "title": layer.title("zh"),
        "description": layer.title("en"),
        "mediatype": part.media_type,
        "bytes": len(part.content),
        "hash": f"sha256:{hashlib.sha256(part.content).hexdigest()}",
        "provenance": describe_file(layer),
    }
    if part.is_table:
        fields = [_describe_field(field) for field in layer.fields]
        if layer.has_geometry:
            fields.append({"name": WKT, "type": "string", "title": "WKT"})
        # utf-8-sig: with a byte order mark, by which Excel knows it.
        return resource | {
            "format": "csv",
            "encoding": "utf-8-sig",
            # Said, because a polygon in a cell has so many commas that guessing goes wrong.
            "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
            "schema": {"fields": fields, "missingValues": [""], "primaryKey": "id"},
        }
    return resource | {"dictionary": [field.to_json_values() for field in layer.fields]}


def _describe_field(field: ExportField) -> dict[str, Any]:
    values = {key: value for key, value in field.to_json_values().items() if value is not None and key != "name"}
    return {
        "name": field.name,
        **values,
        "type": _FIELD_TYPES.get(field.type, field.type),
        "title": field.label["zh"],
        "description": f"{field.description['zh']} / {field.description['en']}",
    }


def build_dcat(parts: Sequence[PackagedFile]) -> bytes:
    """Build DCAT metadata (W3C, version 3) as JSON-LD whose context is inside.

    Parameters
    ----------
    parts : sequence of Part
        At least one.

    Returns
    -------
    bytes
        JSON.
    """
    provenance = parts[0].layer.provenance
    document = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "dcat:Dataset",
        "dct:title": [
            {"@language": "zh", "@value": provenance.get("title") or parts[0].layer.title("zh")},
            {"@language": "en", "@value": provenance.get("title_en") or parts[0].layer.title("en")},
        ],
        "dct:issued": provenance.get("generated"),
        "dct:identifier": provenance.get("programme"),
        "dct:source": [source["title"] for source in _list_sources(provenance)],
        "dct:rights": provenance.get("boundary_licence"),
        "dct:provenance": json.dumps(provenance, ensure_ascii=False),
        "dcat:landingPage": provenance.get("permalink"),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": f"{part.layer.title('zh')} {part.layer.title('en')}",
                "dct:identifier": part.name,
                "dcat:mediaType": part.media_type,
                "dcat:byteSize": len(part.content),
            }
            for part in parts
        ],
    }
    return _dump_json({key: value for key, value in document.items() if value})


def _dump_json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
