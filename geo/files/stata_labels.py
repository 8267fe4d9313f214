"""Labels of the values of a Stata file, by variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["read_value_labels"]


def read_value_labels(path: Path, frame: pd.DataFrame) -> dict[str, dict[float, str]]:
    """Read which label each value of each variable has.

    A file names its sets of labels, and a set may serve several variables under another name than theirs; only the
    categories that pandas makes tell which variable has which set.

    Parameters
    ----------
    path : Path
        Of a Stata file.
    frame : DataFrame
        Its rows without labels.

    Returns
    -------
    dict of str to dict of float to str
        Variables without labels are left out.
    """
    import pandas as pd
    from pandas.io.stata import StataReader

    with StataReader(path) as reader:
        sets: dict[str, Any] = reader.value_labels()
    if not any(sets.values()):
        return {}
    try:
        labelled = pd.read_stata(path, columns=list(map(str, frame.columns)), convert_categoricals=True)
    except ValueError:
        # Two values with one label make no categories; then only sets named as their variable are known.
        return {name: dict(labels) for name, labels in sets.items() if name in frame.columns and labels}
    found: dict[str, dict[float, str]] = {}
    for name in frame.columns:
        column = labelled[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            pairs = pd.DataFrame({"value": frame[name], "label": column.astype(object)}).drop_duplicates().dropna()
            texts = {
                float(value): str(label) for value, label in pairs.itertuples(index=False) if isinstance(label, str)
            }
            if texts:
                found[str(name)] = texts
    return found
