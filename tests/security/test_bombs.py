"""Files built to cost minutes or gigabytes: answered in time, this process stays small, the next good file opens (T-D1, T-Z).

All are opened as uploads are, one after the other in one process, whose largest size is read from the system.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.browsing import ROOT

_INSIDE = """
import json, sys, time
from pathlib import Path
from tests.helpers.bomb_files import bombs
from tests.helpers.boundary_files import three_counties, written
from pilotzones.geo.documents.reader import read_document
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from pilotzones.views.state.user_list import LIMITS

def largest():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024

def opened(path):
    began = time.monotonic()
    if path.suffix in (".xlsx", ".docx"):
        try:
            told = f"{len(read_document(path, limits=LIMITS).text)} characters"
        except PilotzonesError as refused:
            told = str(refused)
    else:
        read, problems = inspect_boundary_file(path, limits=UPLOAD, repair=True)
        told = "read" if read is not None else "; ".join(str(problem) for problem in problems if problem.severity == "error")
    return time.monotonic() - began, told

folder = Path(sys.argv[1])
files = bombs(folder, thorough=sys.argv[2] == "True")
good = written(three_counties(), folder / "good.gpkg")
opened(good)
Path("/proc/self/clear_refs").write_text("5")
before, answers = largest(), {}
for path in files:
    took, told = opened(path)
    # Other work on the machine slows it now and then.
    for _ in range(3):
        next_took, next_told = opened(good)
        if next_took < 3:
            break
    answers[path.name] = [took, told, next_took, next_told]
print(json.dumps({"growth_mb": largest() - before, "answers": answers}))
"""


def test_bombs_are_answered_in_time_and_leave_this_process_small(tmp_path: Path, thorough: bool) -> None:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("the largest size of a process is read from Linux")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    done = subprocess.run(
        [sys.executable, "-c", _INSIDE, str(tmp_path), str(thorough)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for name, (took, told, next_took, next_told) in found["answers"].items():
        # The limit is 10 s for the process that opens the file; on a busy machine it starts late and ends late.
        # Time is measured on a machine that does nothing else.
        assert took < 11 or not thorough, (name, took, told)
        assert next_told == "read"
        assert next_took < 3 or not thorough, (name, next_took)
    refused = {name for name, (_, told, _, _) in found["answers"].items() if told != "read"}
    harmful = {"ring4000.geojson", "zeros.zip", "nested.geojson", "cells.xlsx"}
    assert harmful | ({"lying.zip", "combs.gpkg", "media.docx"} if thorough else set()) <= refused
    assert found["growth_mb"] < 50
