"""A panel that another process has matched is the one that this process would have made."""

from __future__ import annotations

import pandas as pd
import pytest

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import IntakeError, PanelError
from pilotzones.geo.panel import sandboxed
from pilotzones.geo.panel.onto import attach_treatments
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.sandboxed import attach_in_sandbox
from pilotzones.geo.panel.table_reader import UserTable
from pilotzones.geo.query.applicability_loader import load_applicability
from tests.unit.geo.panel.test_onto import ROWS


@pytest.mark.slow
def test_another_process_matches_as_this_one_and_no_more_rows_than_a_server_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    applies = load_applicability([load_programme("broadband_china_2014")])
    frame = pd.DataFrame(ROWS, columns=["代码", "名称", "年份"]).astype(str)
    raw = frame.to_csv(index=False).encode()
    here = attach_treatments(UserTable(frame, {}, "mine.csv"), applies, PanelRules())
    there = attach_in_sandbox(raw, applies, PanelRules(), name="mine.csv", source=DEFAULT_SOURCE)
    for name in ("frame", "open_rows", "treated"):
        pd.testing.assert_frame_equal(getattr(there, name), getattr(here, name), check_dtype=False)
    assert there.describe() == here.describe()
    assert (there.columns, there.rules, there.ways) == (here.columns, here.rules, here.ways)
    monkeypatch.setattr(sandboxed, "MAX_ROWS", len(ROWS) - 1)
    with pytest.raises(IntakeError, match="9 rows; a server takes 8: use the command"):
        attach_in_sandbox(raw, applies, PanelRules(), name="mine.csv", source=DEFAULT_SOURCE)
    for empty, name, said in (
        (b"", "mine.csv", "the file is empty"),
        (b"PK", "mine.xlsx", r"not what its ending \.xlsx says"),
    ):
        with pytest.raises(IntakeError, match=said):
            attach_in_sandbox(empty, applies, PanelRules(), name=name, source=DEFAULT_SOURCE)
    with pytest.raises(PanelError, match="a panel is read from"):
        attach_in_sandbox(raw, applies, PanelRules(), name="mine.exe", source=DEFAULT_SOURCE)
