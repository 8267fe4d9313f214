"""A table of indicators that another process has read is the one that this process would have read."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.indicators.dictionary import apply_dictionary, read_dictionary
from pilotzones.geo.indicators.joined import join_places
from pilotzones.geo.indicators.sandboxed import join_in_sandbox, read_dictionary_in_sandbox
from pilotzones.geo.indicators.tables.reader import read_indicators
from pilotzones.geo.query.applicability_loader import load_applicability

TABLE = "县,年份,产值\n余杭区,2018,1\n余杭区,2019,2\n德清县,2019,x\n无此县,2019,4\n平泉县,2010,5\n".encode()
DICTIONARY = "indicator,unit,direction\n产值,万元,more\n无此指标,元,up\n".encode()


@pytest.mark.slow
def test_another_process_reads_as_this_one() -> None:
    applies = load_applicability([load_programme(name) for name in list_programmes()])
    entries, told = read_dictionary(read_pasted(DICTIONARY, name="d.csv"))
    assert read_dictionary_in_sandbox(DICTIONARY, name="d.csv") == (entries, told)
    table = read_indicators(read_pasted(TABLE, name="t.csv"))
    table.problems += apply_dictionary(table, entries)
    here = join_places(table, applies)
    there = join_in_sandbox(TABLE, applies, name="t.csv", source=DEFAULT_SOURCE, entries=entries.values())
    pd.testing.assert_frame_equal(there.frame.astype(object), here.frame.astype(object))
    assert there.select("产值")["unit_measure"].unique().tolist() == ["元"]
    assert json.dumps(there.lives) == json.dumps(here.lives)
    moved = [there.has_moved(place) for place in range(len(there.places))]
    assert moved == [here.has_moved(place) for place in range(len(here.places))]
    assert moved[0]
    assert (there.problems, there.settled, there.indicators) == (here.problems, here.settled, here.indicators)
    # What is added later finds the categories that it joins.
    for joined in (here, there):
        assert joined.add(joined.observations.assign(indicator="b")).indicators == ["产值", "b"]
    with pytest.raises(IntakeError, match=r"t\.csv: no table with places and figures"):
        join_in_sandbox(b"a,b\n1,2\n", applies, name="t.csv", source=DEFAULT_SOURCE)
