"""Run the notebooks of docs/notebooks and write their outputs into them, as text; with --check compare instead."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"
MAX_LINES = 40


def run_cells(notebook: dict) -> list[str]:
    """Run the code cells of a notebook one after another in one namespace, and give what each prints and ends with."""
    space: dict = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    with pd.option_context("display.width", 120, "display.max_columns", 12, "display.max_colwidth", 40):
        return [_run_cell("".join(cell["source"]), space) for cell in cells]


def _run_cell(source: str, space: dict) -> str:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), space)
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), space) if last is not None else None
    text = printed.getvalue()
    if value is not None:
        text += f"<{type(value).__name__}>" if hasattr(value, "get_root") else repr(value)
    return "\n".join(text.rstrip().splitlines()[:MAX_LINES])


def main(arguments: list[str]) -> int:
    """Run every notebook."""
    stale = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        before = [list_text(cell) for cell in cells]
        after = run_cells(notebook)
        if before != after:
            stale.append(path.name)
        for number, (cell, text) in enumerate(zip(cells, after, strict=True), start=1):
            output = {
                "output_type": "execute_result",
                "execution_count": number,
                "metadata": {},
                "data": {"text/plain": text.splitlines(keepends=True)},
            }
            cell |= {"execution_count": number, "outputs": [output] if text else []}
        if "--check" not in arguments:
            path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"run tools/run_notebooks.py: {', '.join(stale)}")
        return 1
    return 0


def list_text(cell: dict) -> str:
    """Give the text that a cell holds as its output."""
    return "".join("".join(one["data"]["text/plain"]) for one in cell.get("outputs", []))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
