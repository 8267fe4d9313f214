"""Load what applies in the counties of a source; which member touches which county is kept in the disk cache.

The matches need polygons, GeoPandas and shapely, which take longer to load than the answer to a question about a name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pilotzones.geo.boundaries.county_table import load_county_table
from pilotzones.geo.boundaries.sources import BUILT_IN, DEFAULT_SOURCE, get_source_info
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.files.disk_cache import get_bundle, make_code_key, put_bundle
from pilotzones.geo.query.applicability import ApplicabilityIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.boundaries.county_table import CountyTable
    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.query.county_index import CountyIndex

__all__ = ["index_programmes", "load_applicability", "restore_applicability"]

_PACKAGE: Final = Path(__file__).parents[1]
_MADE_BY: Final = tuple(
    _PACKAGE / name
    for name in ("member_matching.py", "member_record.py", "query/county_index.py", "query/county_matches.py")
)
_FILE: Final = "matches.json"


def load_applicability(programmes: Sequence[Programme], source: str | Path = DEFAULT_SOURCE) -> ApplicabilityIndex:
    """Load what applies in each county of a source, without its polygons where the matches are in the disk cache.

    Parameters
    ----------
    programmes : sequence of Programme
    source : str or Path, optional
        Boundary source, see `pilotzones.geo.boundaries.loader.load`.

    Returns
    -------
    ApplicabilityIndex

    Raises
    ------
    PilotzonesError
        When the source cannot be read.
    """
    if str(source) not in BUILT_IN:
        return index_programmes(programmes, _load_index(source))
    table = load_county_table(str(source))
    key = make_code_key(get_source_info(str(source)).sha256, "matches", repr(tuple(programmes)), code=_MADE_BY)
    bundle = get_bundle(key)
    if bundle is not None:
        return _restore(programmes, table, bundle[_FILE], source)
    made = index_programmes(programmes, _load_index(source))
    put_bundle(key, {_FILE: json.dumps(made.matches, ensure_ascii=False).encode()})
    return made


def restore_applicability(source: str, matches: bytes, names: Sequence[str] | None = None) -> ApplicabilityIndex:
    """Make an index of programmes of the catalogue in another process than the one that has found its matches.

    Parameters
    ----------
    source : str
        Built-in boundary source.
    matches : bytes
        JSON of `ApplicabilityIndex.matches`.
    names : sequence of str, optional
        The programmes, in the order of the index; by default all.

    Returns
    -------
    ApplicabilityIndex
    """
    programmes = [load_programme(name) for name in (list_programmes() if names is None else names)]
    return _restore(programmes, load_county_table(source), matches, source)


def _restore(
    programmes: Sequence[Programme], table: CountyTable, matches: bytes, source: str | Path
) -> ApplicabilityIndex:
    found = [tuple(match) for match in json.loads(matches)]
    return ApplicabilityIndex(programmes, table, found, lambda: _load_index(source))


def index_programmes(programmes: Sequence[Programme], index: CountyIndex) -> ApplicabilityIndex:
    """Index programmes on the counties of a source.

    Parameters
    ----------
    programmes : sequence of Programme
        In the order in which they are reported.
    index : CountyIndex

    Returns
    -------
    ApplicabilityIndex
    """
    from pilotzones.geo.query.county_matches import match_counties

    return ApplicabilityIndex(programmes, index.table, match_counties(programmes, index), lambda: index)


def _load_index(source: str | Path) -> CountyIndex:
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.query.county_index import CountyIndex

    return CountyIndex(load(source))
