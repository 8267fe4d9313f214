"""The built wheel, installed elsewhere, has its data and runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_works_away_from_the_checkout(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheels, target, elsewhere = tmp_path / "wheels", tmp_path / "target", tmp_path / "elsewhere"
    elsewhere.mkdir()
    # Modules of these names beside a notebook once hid the packages of the wheel.
    for name in ("data", "geo", "layers", "views", "cli", "notebook"):
        (elsewhere / f"{name}.py").write_text("")
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)], check=True
    )
    (wheel,) = wheels.glob("pilotzones-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    environment = os.environ | {"PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-m", "pilotzones.cli", "check", "--json"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["matched"], report["total"]) == (80, 86)
    where = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "from pilotzones import geo, views\nfrom pilotzones.layers import assets\n"
                "print(geo.__file__)\nprint(len(assets.load_assets()))\n"
                "import pilotzones as pz\nprint(len(pz.zones('broadband_china_2014')))"
            ),
        ],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    assert where[0].startswith(str(target))
    top = {path.name for path in target.iterdir() if not path.name.endswith(".dist-info")}
    assert top <= {"pilotzones", "bin", "__pycache__"}
    assert int(where[1]) >= 9
    # The functions of notebooks and the shelf are in the wheel.
    assert where[2] == "3"
    for needed in (
        "pilotzones/app.py",
        "pilotzones/layers/static/pilotmap/map_controller.js",
        "pilotzones/layers/static/streamlit.css",
        "pilotzones/data/messages/common.toml",
        "pilotzones/layers/templates/audit_report.typ",
        "pilotzones/layers/templates/audit_report.html",
    ):
        assert (target / needed).is_file(), needed
