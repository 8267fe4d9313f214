"""Tables on pages: figures whose thousands stand apart lose no decimal."""

from __future__ import annotations

import pandas as pd

from pilotzones.views.components.tables.data_table import make_number_columns


def test_only_figures_that_streamlit_does_not_cut_are_set_apart() -> None:
    table = pd.DataFrame({"m2": [793437.21, None], "km2": [4288.5369, 0.0001], "count": [1, 2], "name": ["a", "b"]})
    assert list(make_number_columns(table)) == ["m2"]
