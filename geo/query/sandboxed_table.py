"""Answer a stranger's table of places in a process of its own, under limits of time and memory."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.documents.reader import DOCUMENT
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.files.limits import UPLOAD, Limits
from pilotzones.geo.files.sandbox import WorkerFailedError, run_worker
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.query.table_worker import ERROR

if TYPE_CHECKING:
    import pandas as pd

    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["TABLE_UPLOAD", "answer_in_sandbox"]

# A table of a hundred thousand rows takes longer than a file does to open; beside others it runs in the slow lane.
TABLE_UPLOAD: Final[Limits] = replace(DOCUMENT, file_bytes=UPLOAD.file_bytes, seconds=60)


def answer_in_sandbox(
    raw: bytes,
    applies: ApplicabilityIndex,
    *,
    name: str,
    source: str,
    lang: str,
    as_of: str = "",
    limits: Limits = TABLE_UPLOAD,
) -> pd.DataFrame:
    """Answer a table in another process.

    Parameters
    ----------
    raw : bytes
        The file: a table, or one place a line.
    applies : ApplicabilityIndex
        Of all programmes on a built-in source.
    name : str
        What the file is called to its user.
    source : str
        The source.
    lang : {"zh", "en"}
        Language of the names.
    as_of : str, optional
        Year or date of the rows that have none.
    limits : Limits, optional

    Returns
    -------
    DataFrame
        As of `pilotzones.geo.query.place_query.to_frame`.

    Raises
    ------
    IntakeError
        When it cannot be read, or asks for more than it may.
    """
    file = sanitize_for_display(name)
    if len(raw) > limits.file_bytes:
        raise IntakeError(f"{file}: {len(raw):,} bytes; at most {limits.file_bytes:,} are read")
    with open_temporary_folder() as folder:
        (folder / "input").write_bytes(raw)
        (folder / "matches.json").write_text(json.dumps(applies.matches), encoding="utf-8")
        result = folder / "result.arrow"
        order = {"file": file, "source": source, "lang": lang, "as_of": as_of}
        try:
            run_worker("pilotzones.geo.query.table_worker", order, result=result, limits=limits)
            with pa.OSFile(str(result)) as stream:
                table = pa.ipc.open_file(stream).read_all()
            table.validate(full=True)
        except WorkerFailedError as error:
            raise IntakeError(f"{file}: {error}") from None
        except pa.ArrowException as error:
            raise IntakeError(f"{file}: what was read makes no sense; it is damaged") from error
    why = (table.schema.metadata or {}).get(ERROR, b"").decode("utf-8", "replace")
    if why:
        raise IntakeError(why)
    frame: pd.DataFrame = table.to_pandas()
    return frame
