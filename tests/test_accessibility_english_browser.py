"""The pages in English against the rules of axe-core, light and dark: beside the Chinese ones, on the other core."""

from __future__ import annotations

import pytest
from accessibility import faults
from browsing import Visit

pytestmark = pytest.mark.browser
# They take seconds to make; in English their words are the same messages that every page uses.
SLOW = ("audit", "export", "figure")


def test_no_page_has_a_serious_fault(visit: Visit, address: str) -> None:
    found = faults(visit, address, "en", without=SLOW)
    assert not found, "\n".join(found)
    assert not visit.errors
