"""What is written beside a panel: the codebook of every programme, and lines of Stata and R that say what the columns hold."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from pilotzones.cli.main import run
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.panel.builder import Panel, build_panel
from pilotzones.geo.panel.codebook import describe_panel
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.query.applicability_loader import load_applicability

# A list with dates of entry, and one with dates of leaving alone.
TWO = ["broadband_china_2014", "poverty_counties_2016"]
PACKAGES = {"dta": "haven", "csv": "readr"}


@pytest.fixture(scope="module")
def whole_catalogue() -> Panel:
    applicability = load_applicability([load_programme(name) for name in list_programmes()])
    return build_panel(applicability, PanelRules(years=(2015, 2018), start_month=3))


@pytest.mark.slow
def test_every_rule_that_moves_a_unit_of_any_programme_is_in_words(whole_catalogue: Panel) -> None:
    rules = set(whole_catalogue.rule_counts["rule"])
    assert rules >= {"whole_prefecture", "host", "town", "start_month", "several_batches", "no_date"}
    codebook = describe_panel(whole_catalogue)
    assert "| no date of entry: first_year is empty | yes | poverty_counties_2016 |" in codebook
    assert "| what begins after this month counts from the next year | 3 |" in codebook


def test_post_is_what_the_do_file_asserts(whole_catalogue: Panel) -> None:
    """Stata is not at hand: its three lines are worked out here, where a missing value is larger than any number."""
    frame = whole_catalogue.frame
    for treatment in whole_catalogue.treatments:
        first, left, post = (
            pd.to_numeric(frame[f"{name}_{treatment.suffix}"]) for name in ("first_year", "left_year", "post")
        )
        in_force = ((frame["year"] >= first.fillna(9999)) & (first.fillna(9999) > 0)).astype(float).where(first.notna())
        in_force = in_force.mask((frame["year"] >= left.fillna(9999)) & left.notna(), 0.0)
        pd.testing.assert_series_equal(in_force, post.astype(float), check_names=False)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PACKAGES)
def test_the_lines_of_r_run(tmp_path: Path, kind: str) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}

    def execute(*arguments: str) -> subprocess.CompletedProcess[str]:
        # Fixed scripts of this test and of the panel that it makes.
        command = [rscript, "--no-init-file", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    if execute("-e", f"library({PACKAGES[kind]})").returncode:
        pytest.skip(f"R has no package {PACKAGES[kind]}")
    options = [word for name in TWO for word in ("--programme", name)]
    assert run(["panel", *options, "--years", "2014:2018", "-o", str(tmp_path / f"panel.{kind}")]) == 0
    counts = 'cat(nrow(panel), sum(panel$ever_p1[panel$year == 2016]), panel$name[panel$code == "130823" & panel$year == 2016])'
    script = tmp_path / "panel.R"
    script.write_text(script.read_text(encoding="utf-8") + counts, encoding="utf-8")
    done = execute("panel.R")
    assert done.returncode == 0, done.stderr
    frame = pd.read_stata(tmp_path / "panel.dta", convert_categoricals=False) if kind == "dta" else None
    rows, treated, name = done.stdout.split()
    assert name == "平泉县"
    if frame is not None:
        assert (int(rows), int(treated)) == (len(frame), int(frame.loc[frame["year"] == 2016, "ever_p1"].sum()))
