"""How a layer is drawn, without saying by whom: rules that become the styles of files, maps and figures."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["StyleRule", "Styling"]


@dataclass(frozen=True, slots=True)
class StyleRule:
    """How the rows with one value are drawn.

    Parameters
    ----------
    value : str
        Of the column; empty for the rows that no other rule draws.
    label : str
        In the legend.
    fill : str or None
        ``#rrggbb``; None for no fill.
    fill_opacity : float
        0 to 1.
    stroke : str
        ``#rrggbb``.
    width : float
        Of the outline [px].
    """

    value: str
    label: str
    fill: str | None
    fill_opacity: float
    stroke: str
    width: float


@dataclass(frozen=True, slots=True)
class Styling:
    """How a layer is drawn.

    Parameters
    ----------
    column : str
        Whose value chooses the rule.
    rules : tuple of Rule
        At least one.
    """

    column: str
    rules: tuple[StyleRule, ...]

    def rule_of(self, value: object) -> StyleRule:
        """Find the rule for a value; the last one for a value that has none."""
        text = "" if value is None else str(value)
        return next((rule for rule in self.rules if rule.value == text), self.rules[-1])
