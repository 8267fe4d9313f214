"""The columns of a boundary frame, the same for every source; apart from the check, which needs pandas and shapely."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ADCODE", "BOUNDARY_COLUMNS"]

# A county-level code: province, prefecture, county, two digits each, none of them 00 at the end.
ADCODE: Final = re.compile(r"[1-9]\d{5}")
BOUNDARY_COLUMNS: Final = (
    "adcode",
    "name",
    "prefecture",
    "prefecture_adcode",
    "province",
    "province_adcode",
    "geometry",
)
