"""Write layers of a programme, or a panel, as files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.errors import PilotzonesError
from pilotzones.notebook.frames import get_joined

__all__ = ["export"]


def export(
    what: str | Path | pd.DataFrame | None, path: str | Path, *, layer: str = "zones", source: str = DEFAULT_SOURCE
) -> Path:
    """Write a layer of a programme, or a frame.

    Parameters
    ----------
    what : str, Path or DataFrame
        A programme (id or folder) whose layer is written with its provenance, or a panel or other table.
    path : str or Path
        Its ending is the format: of a layer geojson, gpkg, csv …, of a table dta, csv, xlsx, parquet.
    layer : str, optional
        Layer of the programme.
    source : str, optional
        Boundary source: tianditu or amap.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    PilotzonesError
        When the programme, layer or format is not there; the text says what there is.
    """
    from pilotzones.geo.export import LAYERS, build_layer, write
    from pilotzones.geo.export.formats import format_of_suffix
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.geo.panel.writer import encode_frame

    target = Path(path)
    if isinstance(what, pd.DataFrame):
        write_atomically(target, encode_frame(pd.DataFrame(what), target.suffix.lower(), {}))
        return target
    if layer not in LAYERS:
        raise PilotzonesError(f"no layer {layer!r:.80}: there are {', '.join(LAYERS)}")
    kind = format_of_suffix(target.name)
    if kind is None:
        raise PilotzonesError(f"{target.name} names no format: end it in .geojson, .gpkg, .csv …")
    write(build_layer(get_joined(what, source), layer), target, format=kind.id)
    return target
