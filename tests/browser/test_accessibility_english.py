"""Pages in English against the rules of axe-core, in the dark: beside the Chinese ones, on the other core."""

from __future__ import annotations

import pytest

from tests.helpers.accessibility import faults
from tests.helpers.browsing import Visit

pytestmark = pytest.mark.browser


def test_no_page_has_a_serious_fault(visit: Visit, address: str, thorough: bool) -> None:
    found = faults(visit, address, "en", thorough=thorough)
    assert not found, "\n".join(found)
    assert not visit.errors
