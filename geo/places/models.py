"""What the resolver answers with: rows in text order, each with a status, and nothing dropped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pilotzones.geo.notes import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from pilotzones.geo.places.reason_codes import ReviewReason

__all__ = ["MUNICIPALITIES", "Candidate", "Level", "Op", "Resolution", "ResolvedRow", "Status"]

Status = Literal["accepted", "review", "unresolved", "not_a_county"]
Op = Literal["include", "exclude", "partial", "part", "mention", "address"]
Level = Literal["county", "prefecture", "province", "town", "special", "region"]
# The first two digits of their codes.
MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One division that a doubtful name may stand for.

    Parameters
    ----------
    adcode : str
        Six-digit code of today.
    name : str
        Province, prefecture and name.
    score : float
        Between 0 and 1; an order of preference, not a probability.
    reason : str
        Why it is proposed.
    """

    adcode: str
    name: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class ResolvedRow:
    """One place as the text lists it.

    Parameters
    ----------
    order : int
        Position among the rows, from 1.
    listed_text : str
        The text verbatim.
    op : {"include", "exclude", "partial", "part", "mention", "address"}
        What the list does with the place; "part" lies inside another listed place, "address" is somewhere in the county
        that it names.
    level : {"county", "prefecture", "province", "town", "special", "region"}
        Level of the place; "region" is a cluster of divisions without a code (长三角).
    status : {"accepted", "review", "unresolved", "not_a_county"}
        Only "accepted" rows may be drawn without asking.
    name, province, prefecture : str
        Today's official names; empty where unknown. A unit of which only the ground is left has its own.
    adcode : tuple of str
        Codes of today that cover the place as it was at the date of the text; several when a unit was split, or had more
        or fewer counties then; of a special area only the one division whose extent it has; empty unless known.
    container_adcode : tuple of str
        For towns and other special areas, the divisions they lie in.
    method : str
        The rule that decided.
    reasons : tuple of Reason
        What a reader should know; written as English sentences in JSON and tables.
    candidates : tuple of Candidate
        Best first; given for rows in review.
    start, end : int
        Offsets in the input.
    context : str
        Heading, carried names and neighbours; with `listed_text` the key of a saved decision.
    batch : str
        Round of the list that the place came with, as the document names it.
    listed_on, left_on : str
        Date on which it joined the list and left it, as far as given (YYYY, YYYY-MM or YYYY-MM-DD).
    former_unit : str
        Code and name of the unit at the date of the text, where they or its ground are not today's.
    ground_as_of : str
        Month (YYYY-MM) whose ground `adcode` covers, where the unit has another one today or its limits changed since.
    """

    order: int
    listed_text: str
    op: Op
    level: Level
    status: Status
    name: str = ""
    province: str = ""
    prefecture: str = ""
    adcode: tuple[str, ...] = ()
    container_adcode: tuple[str, ...] = ()
    method: str = ""
    reasons: tuple[ReviewReason, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    start: int = 0
    end: int = 0
    context: str = ""
    batch: str = ""
    listed_on: str = ""
    left_on: str = ""
    former_unit: str = ""
    ground_as_of: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data, tuples as lists.

        Returns
        -------
        dict
            Ready for JSON.
        """
        plain = asdict(self)
        plain["reasons"] = [str(reason) for reason in self.reasons]
        plain["reason_codes"] = [reason.code for reason in self.reasons]
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


@dataclass(frozen=True, slots=True)
class Resolution:
    """All rows of one input.

    Parameters
    ----------
    rows : tuple of Row
        In text order.
    passing : tuple of Row
        Places named in passing, not listed: reporters' towns, headings, locations. Never drawn.
    notes : tuple of Note
        What could not be read, for the reader.
    """

    rows: tuple[ResolvedRow, ...]
    passing: tuple[ResolvedRow, ...] = ()
    notes: tuple[Note, ...] = ()

    def __iter__(self) -> Iterator[ResolvedRow]:
        return iter(self.rows)

    @property
    def total(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def matched(self) -> int:
        """Number of rows accepted."""
        return sum(row.status == "accepted" for row in self.rows)

    @property
    def review(self) -> tuple[ResolvedRow, ...]:
        """Rows that wait for a person."""
        return tuple(row for row in self.rows if row.status in {"review", "unresolved"})

    def to_dict(self) -> dict[str, Any]:
        """Return matched, total, the rows and the places named in passing as plain data.

        Returns
        -------
        dict
            Ready for JSON.
        """
        rows, passing = ([row.to_dict() for row in part] for part in (self.rows, self.passing))
        return {"matched": self.matched, "total": self.total, "rows": rows, "passing": passing}

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table, several codes joined by ";".

        Returns
        -------
        pandas.DataFrame
            One row a place, columns as in `ResolvedRow`.
        """
        import pandas as pd

        flat = []
        for row in self.rows:
            plain = row.to_dict()
            for key in ("adcode", "container_adcode", "reasons"):
                plain[key] = ";".join(plain[key])
            plain["candidates"] = ";".join(candidate.adcode for candidate in row.candidates)
            flat.append(plain)
        return pd.DataFrame(flat, columns=list(ResolvedRow.__dataclass_fields__))
