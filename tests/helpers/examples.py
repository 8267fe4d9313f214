"""How many examples a property gets: few every day, 2,000 with ``--thorough``."""

from __future__ import annotations

import hypothesis

__all__ = ["EVERYDAY", "examples"]

EVERYDAY = 40


def examples(count: int) -> hypothesis.settings:
    """Settings for a property that is tried `count` times every day."""
    # The profile is loaded before a test file is read.
    most = hypothesis.settings().max_examples
    return hypothesis.settings(max_examples=count if most == EVERYDAY else max(most, count))
