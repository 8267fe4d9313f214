"""Tables of statements: one row a statement, and counts of themes by document and by zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pilotzones.geo.statements.models import Statement, StatementBase

__all__ = [
    "PAIR_FIELDS",
    "STATEMENT_FIELDS",
    "Strength",
    "count_by_document",
    "count_by_zone",
    "grade_strength",
    "make_records",
]

Strength = Literal["none", "background", "one_task", "several_tasks"]
STATEMENT_FIELDS = (
    "statement", "document", "date", "kind", "level", "where_in_document", "text_zh", "text_en", "actor_zh", "actor_en",
    "object_zh", "object_en", "condition_zh", "condition_en", "value", "unit", "zones", "themes", "reason_zh",
    "reason_en", "themes_second", "claimed_source_zh", "claimed_source_en", "claimed_year", "support", "looked_at_zh",
    "looked_at_en", "evidence",
)  # fmt: skip
PAIR_FIELDS = ("first", "second", "relation", "reason_zh", "reason_en")


def make_records(statements: Iterable[Statement]) -> list[dict[str, str]]:
    """Make one row a statement, with the fields of `STATEMENT_FIELDS` as text.

    Parameters
    ----------
    statements : iterable of Statement

    Returns
    -------
    list of dict
        Lists are joined by blanks; what is unknown is empty.
    """
    return [_make_record(one) for one in statements]


def _make_record(one: Statement) -> dict[str, str]:
    names = STATEMENT_FIELDS[2:16]
    claim = one.claim
    return {
        "statement": one.id,
        "document": one.document,
        **{name: getattr(one, name) for name in names},
        "zones": " ".join(map(str, one.zones)),
        "themes": " ".join(one.themes),
        "reason_zh": one.reason_zh,
        "reason_en": one.reason_en,
        "themes_second": " ".join(one.themes_second),
        **{name: getattr(claim, name) if claim else "" for name in STATEMENT_FIELDS[21:27]},
        "evidence": claim.source if claim else "",
    }


def count_by_document(base: StatementBase, statements: Iterable[Statement]) -> dict[str, Counter[str]]:
    """Count statements by theme and document.

    Parameters
    ----------
    base : StatementBase
    statements : iterable of Statement
        Those to count.

    Returns
    -------
    dict of str to Counter
        For every theme the number of statements by document; a statement of two themes counts for both.
    """
    counts: dict[str, Counter[str]] = {theme.id: Counter() for theme in base.themes}
    for one in statements:
        for theme in one.themes:
            counts[theme][one.document] += 1
    return counts


def count_by_zone(base: StatementBase, programme: str) -> dict[str, Counter[int]]:
    """Count the tasks of each zone by theme.

    Parameters
    ----------
    base : StatementBase
    programme : str
        Id.

    Returns
    -------
    dict of str to Counter
        For every theme the number of tasks by zone. What holds for all zones alike is left out, as it tells no zone from
        another.
    """
    counts: dict[str, Counter[int]] = {theme.id: Counter() for theme in base.themes}
    for one in base.select(document=programme, kind="task"):
        for theme in one.themes:
            counts[theme].update(one.zones)
    return counts


def grade_strength(base: StatementBase, programme: str, theme: str, zone: int) -> Strength:
    """Grade how strongly a zone carries a theme.

    Parameters
    ----------
    base : StatementBase
    programme, theme : str
        Ids.
    zone : int
        Number of the zone.

    Returns
    -------
    {"none", "background", "one_task", "several_tasks"}
        ``background``: only statements that hold for every zone of the programme.
    """
    tasks = count_by_zone(base, programme)[theme][zone]
    if tasks:
        return "several_tasks" if tasks > 1 else "one_task"
    return "background" if base.select(theme=theme, zone=(programme, zone)) else "none"
