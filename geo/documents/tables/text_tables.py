"""Tables in plain text: separated by commas, semicolons or pipes, or aligned with blanks; written with tabs between cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from pilotzones.geo.documents.formats.markup import strip_marks
from pilotzones.geo.documents.paragraphs import measure_width
from pilotzones.geo.documents.tables.cells.contents import read_cell
from pilotzones.geo.documents.tables.heads import find_head_role
from pilotzones.geo.documents.tables.layout import MAX_COLUMNS, TableLayout
from pilotzones.geo.files.csv_reader import CsvError, split_rows

__all__ = ["align_pieces", "has_heads", "normalize_text_tables"]

_MAX_HEAD: Final = 30  # characters
_MAX_BANNER: Final = 40  # characters
_MIN_REGULAR_SHARE: Final = 0.8
_MANY: Final = 0.6
_NEAR: Final = 2  # half-width characters between two beginnings of one column
_MIN_LINES: Final = 3
_GAP: Final = re.compile(r"[ \xa0]*\u3000[ \xa0\u3000]*|[ \xa0]{2,}")
# A quote that opens a cell and has not closed where the line ends.
_BROKEN_CELL: Final = re.compile(r'(?:^|[\t,;|])"[^"\n]*\n', re.MULTILINE)
_RULE: Final = re.compile(r"[\s|:+=_—－-]+")


def normalize_text_tables(text: str) -> tuple[str, tuple[TableLayout, ...]]:
    """Write the tables of a plain text with tabs between their cells.

    Parameters
    ----------
    text : str
        Decoded text.

    Returns
    -------
    text : str
        The text itself where it has no such table.
    tables : tuple of TableLayout
        Where they stand; empty where there is none but rows that have tabs already.
    """
    rows = _read_separated(text)
    if rows is not None:
        return "\n".join("\t".join(row) for row in rows), (TableLayout(0, len(rows)),)
    lines: list[str] = []
    tables: list[TableLayout] = []
    for run in _split_runs(text.split("\n")):
        table = _read_pipes(run) or align_pieces([_split_segments(line) for line in run])
        if table is not None:
            tables.append(TableLayout(len(lines), len(table)))
        lines += ["\t".join(row) for row in table] if table is not None else run
    return "\n".join(lines), tuple(tables)


def _read_separated(text: str) -> list[list[str]] | None:
    """Read rows of a text that is one table with separators; the same number of cells in most of its lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    for mark in "\t,;|" if _BROKEN_CELL.search(text) else "":
        rows = _read_quoted(text, mark)
        if rows is not None:
            return rows
    for mark in "\t,;|":
        counts = [line.count(mark) for line in lines]
        if len(lines) < 2 or max(counts) > MAX_COLUMNS or sum(map(bool, counts)) < _MANY * len(lines):
            continue
        if mark == "\t" and '"' not in text:
            return None
        rows = max(_parse(_strip_frame(text) if mark == "|" else text, mark), key=_count_regular)
        if not rows:
            continue
        width = Counter(map(len, rows)).most_common(1)[0][0]
        # A title above the table may have the mark in it too.
        head = next((row for row in rows if len(row) == width and sum(map(bool, row)) > 1), [])
        regular = width > 1 and _count_regular(rows) >= _MIN_REGULAR_SHARE * len(rows)
        if regular and all(len(cell) <= _MAX_HEAD for cell in head) and (mark != "|" or len(rows[0]) == width):
            return rows
    return None


def _strip_frame(text: str) -> str:
    """Strip the marks at both ends of the lines of a text, which are the frame of a table."""
    lines = [line for line in text.split("\n") if line.strip()]
    framed = all(line.strip().startswith("|") and line.strip().endswith("|") for line in lines)
    return re.sub(r"(?m)^\s*\||\|\s*$", "", text) if framed else text


def _read_quoted(text: str, mark: str) -> list[list[str]] | None:
    """Read rows of a text that is CSV to the letter, where quoted cells hold line breaks; None for any other text."""
    try:
        rows = _clean(split_rows(text, delimiter=mark, is_strict=True))
    except CsvError:
        return None
    widths = {len(row) for row in rows}
    return rows if len(rows) > 1 and len(widths) == 1 and 1 < widths.pop() <= MAX_COLUMNS else None


def _count_regular(rows: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][1] if rows else 0


def _parse(text: str, mark: str) -> Iterator[list[list[str]]]:
    """Parse the rows with quotes as CSV has them, and with quotes as plain characters: one that is never closed is that."""
    try:
        yield _clean(split_rows(text, delimiter=mark))
    except CsvError:
        yield []
    if '"' in text:
        plain = _clean(split_rows(text, delimiter=mark, has_quotes=False))
        yield [[cell.strip('"“”').strip() for cell in row] for row in plain]


def _clean(rows: Iterator[tuple[int, list[str]]]) -> list[list[str]]:
    return [[" ".join(cell.split()) for cell in row] for _, row in rows if any(cell.strip() for cell in row)]


def _split_runs(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cut a text where a kind of line begins: one with pipes, one with wide gaps, others."""
    run: list[str] = []
    kind = ""
    kinds = [_classify_line(line) for line in lines]
    for number in range(len(lines)):
        beside = {*kinds[max(0, number - 1) : number + 2]}
        if kinds[number] == "other" and beside & {"gaps", "single"} and _is_single(lines[number]):
            kinds[number] = "single"
    for number in reversed(range(len(lines) - 1)):
        if kinds[number] == "other" and kinds[number + 1] == "single" and _is_single(lines[number]):
            kinds[number] = "single"
    for line, now in zip(lines, kinds, strict=True):
        # A name alone in its line heads the lines below it, or is the rest of those above.
        goes_on = now == kind or {now, kind} == {"gaps", "single"}
        if not goes_on and run:
            yield run
            run = []
        run.append(line)
        kind = "gaps" if goes_on and "gaps" in {now, kind} else now
    yield run


def _classify_line(line: str) -> str:
    stripped = line.strip()
    if stripped.strip("| ").count("|"):
        return "pipes"
    if "\t" in stripped or not stripped or len(stripped) > 2 * MAX_COLUMNS or re.search(r"[。；]$", stripped):
        return "other"
    return (
        "gaps"
        if len(_split_segments(line)) > 1 or (line[:1] in " \u3000" and len(stripped) <= _MAX_BANNER)
        else "other"
    )


def _is_single(line: str) -> bool:
    """Whether a line is one name, or a list of names, without a gap."""
    stripped = line.strip()
    return 0 < len(stripped) <= _MAX_BANNER and read_cell(stripped).kind == "place" and len(_split_segments(line)) == 1


def _read_pipes(run: Sequence[str]) -> list[list[str]] | None:
    if len(run) < 2 or _classify_line(run[0]) != "pipes":
        return None
    rows = []
    for line in run:
        if not _RULE.fullmatch(line):
            inner = re.sub(r"^\s*\|", "", re.sub(r"\|\s*$", "", line))
            rows.append([" ".join(cell.split()) for cell in inner.split("|")])
    return rows or None


def _split_segments(line: str) -> list[tuple[int, str]]:
    """Split a line into the pieces between wide gaps, each with the column of print in which it begins."""
    out = []
    at = measured = column = 0
    for gap in [*_GAP.finditer(line), None]:
        piece = line[at : gap.start() if gap else len(line)]
        if piece.strip():
            start = at + len(piece) - len(piece.lstrip())
            column += measure_width(line[measured:start])
            measured = start
            out.append((column, piece.strip()))
        at = gap.end() if gap else len(line)
    if len(out) > 1 and all(len(piece) == 1 for _, piece in out):
        # 浙　江　省: gaps that only make a short name wide.
        return [(out[0][0], "".join(piece for _, piece in out))]
    return out


def align_pieces(lines: Sequence[Sequence[tuple[int, str]]]) -> list[list[str]] | None:
    """Align lines whose pieces begin below one another to rows of a table.

    Parameters
    ----------
    lines : sequence of sequence of (int, str)
        For each line, where each piece begins [half-width character], and its text.

    Returns
    -------
    list of list of str or None
        None when the lines are no table of places.
    """
    many = [line for line in lines if len(line) > 1]
    starts = [start for line in many for start, _ in line[1:]]
    # A piece that stands alone below one of a column is a row whose first cells are blank.
    below = [line for line in lines if len(line) == 1 and any(abs(line[0][0] - start) <= _NEAR for start in starts)]
    if len(many) < 2 or len(many) + len(below) < _MANY * len(lines):
        return None
    rows = _place_by_column(lines) or _place_by_order(lines)
    return rows if rows is not None and _is_list(rows, long=len(rows) >= _MIN_LINES) else None


def _place_by_column(lines: Sequence[Sequence[tuple[int, str]]]) -> list[list[str]] | None:
    columns: list[int] = []
    for start in sorted({start for line in lines for start, _ in line}):
        if not columns or start - columns[-1] > _NEAR:
            columns.append(start)
    rows = []
    for line in lines:
        row = [""] * len(columns)
        for start, piece in line:
            place = max(number for number, column in enumerate(columns) if column <= start)
            if row[place]:
                return None
            row[place] = piece
        rows.append(row)
    filled = sum(bool(cell) for row in rows for cell in row)
    return rows if filled * 3 > len(rows) * len(columns) else None


def _place_by_order(lines: Sequence[Sequence[tuple[int, str]]]) -> list[list[str]] | None:
    width = Counter(len(line) for line in lines).most_common(1)[0][0]
    regular = sum(len(line) in {1, width} for line in lines)
    return [[piece for _, piece in line] for line in lines] if regular == len(lines) else None


def has_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row holds the heads of two columns or more.

    Parameters
    ----------
    rows : sequence of sequence of str

    Returns
    -------
    bool
    """
    return any(sum(find_head_role(strip_marks(cell))[0] is not None for cell in row) > 1 for row in rows)


def _is_list(rows: Sequence[Sequence[str]], *, long: bool) -> bool:
    """Whether the pieces are heads of columns, or mostly places in one column."""
    if has_heads(rows):
        return True
    columns = [[row[number] for row in rows if number < len(row) and row[number]] for number in range(len(rows[0]))]
    return long and any(
        len(cells) > 1
        and sum(read_cell(strip_marks(cell)).kind == "place" for cell in cells) >= _MIN_REGULAR_SHARE * len(cells)
        for cells in columns
    )
