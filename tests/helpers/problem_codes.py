"""Codes of problems that have a message, and facts that fill each."""

from __future__ import annotations

import string

from pilotzones.geo.errors import Problem, Severity
from pilotzones.geo.messages import load_messages

__all__ = ["PROBLEM_CODES", "make_filled_problem"]

PROBLEM_CODES = [key.removeprefix("problem_") for key in load_messages() if key.startswith("problem_")]


def make_filled_problem(code: str, file: str = "f", severity: Severity = "error", fact: str = "x") -> Problem:
    """Make a problem of a code in which every fact that its message names is `fact`."""
    fields = [name for _, name, _, _ in string.Formatter().parse(load_messages()[f"problem_{code}"]["en"]) if name]
    facts = tuple((name, "problem_crs_unheard" if name.endswith("_message") else fact) for name in fields)
    return Problem(file, code, severity=severity, facts=facts)
