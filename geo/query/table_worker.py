"""Answer a table of places in a process of its own, started by `pilotzones.geo.files.sandbox`; leave one Arrow file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from pilotzones.geo.boundaries.county_table import load_county_table
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.documents.reader import read_bytes
from pilotzones.geo.documents.worker import extract_here
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.files.limits import Limits
from pilotzones.geo.files.sandbox import limit_process
from pilotzones.geo.places.history import read_period
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.place_query import ask_all, to_frame
from pilotzones.geo.query.question_reader import read_questions

if TYPE_CHECKING:
    from pilotzones.geo.query.county_index import CountyIndex

__all__ = ["ERROR", "main"]

# Of the file's metadata: why there is no table.
ERROR: Final = b"error"


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    limits = Limits(**order["limits"])
    limit_process(limits)
    try:
        table, error = _answer(order, limits), ""
    except IntakeError as refusal:
        table, error = pa.table({}), str(refusal)
    except MemoryError:
        table, error = pa.table({}), f"{order['file']}: answering it takes more than the allowed memory"
    table = table.replace_schema_metadata({ERROR: error.encode()})
    with pa.OSFile(order["result"], "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _answer(order: dict[str, Any], limits: Limits) -> pa.Table:
    document = read_bytes(Path("input").read_bytes(), order["file"], limits=limits, extract=extract_here)
    questions = read_questions(document, period=read_period(order["as_of"]))
    source = order["source"]
    matches = [tuple(match) for match in json.loads(Path("matches.json").read_bytes())]
    programmes = [load_programme(name) for name in list_programmes()]
    applies = ApplicabilityIndex(programmes, load_county_table(source), matches, lambda: _load_index(source))
    frame = to_frame(ask_all(applies, questions), lang=order["lang"])
    return pa.table({name: pa.array(frame[name], pa.string(), from_pandas=True) for name in frame.columns})


def _load_index(source: str) -> CountyIndex:
    # Imported here: a table of names and codes needs no polygons.
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.query.county_index import CountyIndex

    return CountyIndex(load(source))


if __name__ == "__main__":
    main()
