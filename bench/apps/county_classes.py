"""What both county maps show: six divisions of the country, whose colours move on by one at every choice.

Every county changes its colour at every change, so nothing is left to save by luck.
"""

from __future__ import annotations

COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377")
CHOICES = [f"着色{number}" for number in range(1, len(COLOURS) + 1)]


def get_class(code: str, choice: str) -> int:
    """Return the class of a county: the first digit of its code, moved on by the number of the choice."""
    return (int(code[0]) + CHOICES.index(choice)) % len(COLOURS)
