"""The issue log of a boundary file in words: for the page, to keep, and to send back to whoever made the file."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pandas as pd
import xlsxwriter

from pilotzones.geo.boundaries.upload.issue_log import build_issue_table
from pilotzones.geo.errors import Problem
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.files.xlsx_writer import OPTIONS, make_plain_styles, make_sheet_name, write_sheet
from pilotzones.geo.messages import Language, translate

__all__ = ["format_issue_csv", "format_issue_xlsx", "translate_issues"]


def translate_issues(problems: Iterable[Problem], lang: Language) -> pd.DataFrame:
    """Write the issue log in a language.

    Parameters
    ----------
    problems : iterable of Problem
        Of a boundary file, read or refused.
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
        A row for each issue, with what its file's maker can do.
    """
    issues = build_issue_table(problems, lang)
    return pd.DataFrame(
        {
            translate("own_severity", lang): [translate(f"severity_{name}", lang) for name in issues["severity"]],
            translate("own_issue", lang): [translate(f"issue_{name}", lang) for name in issues["issue"]],
            translate("own_action", lang): [translate(f"action_{name}", lang) for name in issues["action"]],
            translate("own_row", lang): issues["row"].astype("Int64"),
            translate("own_field", lang): issues["field"],
            translate("own_value", lang): issues["value"],
            translate("own_advice", lang): [translate(f"advice_{name}", lang) for name in issues["issue"]],
            translate("own_message", lang): issues["message"],
        }
    )


def format_issue_csv(problems: Iterable[Problem], lang: Language) -> bytes:
    """Format the issue log as a CSV file; no cell is a formula.

    Parameters
    ----------
    problems : iterable of Problem
    lang : {"zh", "en"}

    Returns
    -------
    bytes
        UTF-8 with a byte order mark. Beside the words stand the file's name and the id of each issue, for programs.
    """
    return with_byte_order_mark(format_csv(_to_send(problems, lang)))


def format_issue_xlsx(problems: Iterable[Problem], lang: Language) -> bytes:
    """Format the issue log as an Excel workbook with the columns of `format_issue_csv`; no cell is a formula or a link.

    Parameters
    ----------
    problems : iterable of Problem
    lang : {"zh", "en"}

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When a text is longer than a cell can hold.
    """
    table = _to_send(problems, lang).astype(object)
    rows = table.where(table.notna(), None).itertuples(index=False, name=None)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        title = translate("own_log", lang)
        book.set_properties({"title": title})
        write_sheet(book, make_sheet_name(title, "issues", taken=set()), table.columns, rows, make_plain_styles(book))
    return stream.getvalue()


def _to_send(problems: Iterable[Problem], lang: Language) -> pd.DataFrame:
    problems = list(problems)
    issues_in_words, issues = translate_issues(problems, lang), build_issue_table(problems, lang)
    issues_in_words.insert(0, translate("own_file_name", lang), issues["file"])
    return issues_in_words.assign(**{translate("own_issue_id", lang): issues["issue"]})
