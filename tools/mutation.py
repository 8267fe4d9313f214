"""Small changes made to the code by a tool (mutmut), one at a time: how many do the tests of that module notice?

Usage: ``python tools/mutation.py [--sample N] [--seed N] [--only WORD] [-o FILE.json]``

``tools/mutants.toml`` lists the mistakes that must be noticed; here nobody chooses them. Of each module of areas, join, parsing,
escaping and export a sample is drawn with a fixed seed, and each change is tried by the tests of its module alone, in a fork of a
process that has run them once. A change that nothing can tell from the original (another word in an error, a faster way) survives
as well: the raw score has no exceptions. Needs the extra "bench".
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tools.must_kill import LEFT_OUT, ROOT

_DETAILS = "tests/unit/geo/export/test_simplification.py"
# Module under change, and the tests that speak for it.
KINDS = {
    "areas": {
        "geo/geometry/area.py": [
            "tests/unit/geo/geometry/test_area.py",
            "tests/unit/geo/geometry/test_area_official.py",
        ]
    },
    "join": {"geo/join.py": ["tests/unit/geo/test_join.py"]},
    "parsing": {
        "geo/boundaries/upload/formats/geojson_reader.py": [
            "tests/unit/geo/boundaries/upload/formats/test_geojson_reader.py",
            "tests/unit/geo/boundaries/upload/test_issue_records.py",
        ],
        "geo/boundaries/upload/attribute_mapping.py": [
            "tests/unit/geo/boundaries/upload/test_attribute_mapping.py",
            "tests/unit/geo/boundaries/upload/test_issue_records.py",
        ],
        "geo/boundaries/upload/geometry_cleaning.py": [
            "tests/unit/geo/boundaries/upload/test_geometry_cleaning.py",
            "tests/unit/geo/boundaries/upload/test_issue_records.py",
        ],
        "geo/boundaries/upload/formats/shapefile_reader.py": [
            "tests/unit/geo/boundaries/upload/formats/test_shapefile_reader.py",
            "tests/unit/geo/boundaries/upload/test_issue_records.py",
        ],
        "geo/files/csv_reader.py": [
            "tests/unit/geo/files/test_csv_reader.py",
            "tests/unit/geo/boundaries/upload/test_issue_records.py",
        ],
        "geo/documents/text_decoding.py": [
            "tests/unit/geo/documents/test_reader.py",
            "tests/unit/geo/boundaries/upload/test_issue_records.py",
        ],
    },
    "escaping": {
        "geo/files/csv_writer.py": [
            "tests/unit/layers/report/test_issue_log.py",
            "tests/unit/geo/audit/test_serialization.py",
        ],
        "geo/files/xlsx_writer.py": [
            "tests/unit/layers/report/test_issue_log.py",
            "tests/unit/layers/report/test_workbook.py",
            _DETAILS,
        ],
        "layers/webmap/folium_map.py": ["tests/unit/layers/webmap/test_folium_map.py", "tests/security/test_text.py"],
        "layers/site/inline.py": ["tests/unit/layers/site/test_single_file.py", _DETAILS],
    },
    "export": {
        "geo/export/drivers/geojson.py": ["tests/unit/geo/export/test_writer.py", _DETAILS],
        "geo/export/drivers/csv_xlsx.py": ["tests/unit/geo/export/test_formats.py", _DETAILS],
        "geo/export/drivers/kml.py": ["tests/unit/geo/export/test_formats.py", _DETAILS],
        "geo/export/drivers/shapefile.py": ["tests/unit/geo/export/test_formats.py", _DETAILS],
        "geo/export/zip_archive.py": [
            "tests/unit/geo/export/test_formats.py",
            "tests/unit/geo/export/test_write_faults.py",
            _DETAILS,
        ],
        # Writers that are killed run on a Python that has no other package, the tool's own among them.
        "geo/files/atomic_file.py": ["tests/unit/geo/files/test_atomic_file.py", _DETAILS, "-k", "not killed"],
    },
}
MODULES = {module: tests for modules in KINDS.values() for module, tests in modules.items()}
_PATIENCE = 120.0
_SWITCH = "MUTANT_UNDER_TEST"
_OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:logging"]


def _mutate(copy: Path, module: str) -> dict[str, str]:
    """Put every change of a module into its copy, each behind a switch; name and text of each."""
    # The tool asks its settings, of which it has to have one.
    (copy / "setup.cfg").write_text("[mutmut]\nsource_paths=geo\n", encoding="utf-8")
    from mutmut.mutation.file_mutation import mutate_file_contents

    made = mutate_file_contents(module, (copy / module).read_text(encoding="utf-8"))
    (copy / module).write_text(made.code, encoding="utf-8")
    lines, spans = made.code.splitlines(), made.line_span_by_function_name

    def list_lines(name: str) -> list[str]:
        return lines[spans[name].start : spans[name].end]

    return {
        name: _format_difference(list_lines(f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"), list_lines(name))
        for name in made.mutant_names
    }


def _format_difference(before: list[str], after: list[str]) -> str:
    lines = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
    return "\n".join(line for line in lines if not line.startswith("@@"))


def _run_tests(tests: list[str], switch: str) -> int:
    """Run tests in this process; pytest's exit code."""
    import pytest

    os.environ[_SWITCH] = switch
    with (
        Path(os.devnull).open("w") as nothing,
        contextlib.redirect_stdout(nothing),
        contextlib.redirect_stderr(nothing),
    ):
        return int(pytest.main([*_OPTIONS, *tests]))


def _run_in_fork(tests: list[str], switch: str) -> int | None:
    """Run the same in a fork; None when it does not come to an end."""
    child = os.fork()
    if not child:
        os.setsid()
        code = 3
        with contextlib.suppress(BaseException):
            code = _run_tests(tests, switch)
        os._exit(code)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _run_afresh(tests: list[str], switch: str) -> int | None:
    """Run the same in a process of its own: a fork may wait for a thread that it does not have."""
    command = [sys.executable, "-m", "pytest", *_OPTIONS, *tests]
    try:
        environment = os.environ | {_SWITCH: switch}
        done = subprocess.run(command, env=environment, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def try_module(copy: Path, module: str, sample: int, seed: int) -> dict[str, Any]:
    """Try a sample of the changes of one module; runs in a process of its own, inside the copy."""
    changes = _mutate(copy, module)
    chosen = sorted(random.Random(f"{module}{seed}").sample(list(changes), min(sample, len(changes))))
    tests = MODULES[module]
    # As it is imported: the folder `pilotzones` holds links to the folders.
    dotted = "pilotzones." + module.removesuffix(".py").replace("/", ".")
    # The fork without a change has to pass as well: a fork that fails by itself would look like a change noticed.
    if _run_tests(tests, "") or _run_in_fork(tests, ""):
        raise SystemExit(f"{module}: {' '.join(tests)} fail without any change: nothing would be proven")
    survivors, endless = {}, []
    for name in chosen:
        code = _run_in_fork(tests, f"{dotted}.{name}")
        if code is None and (code := _run_afresh(tests, f"{dotted}.{name}")) is None:
            endless.append(name)
        if code == 0:
            survivors[name] = changes[name]
    return {"changes": len(changes), "tried": len(chosen), "survivors": survivors, "endless": endless}


def _try_all_modules(arguments: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for module in (name for name in MODULES if arguments.only in name):
        with tempfile.TemporaryDirectory(prefix="pilotzones-mutation-") as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
            command = [sys.executable, __file__, "--module", module, "--sample", str(arguments.sample)]
            # One thread: forks have no others.
            environment = os.environ | {"PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
            done = subprocess.run(
                [*command, "--seed", str(arguments.seed)], cwd=copy, env=environment, stdout=subprocess.PIPE, check=True
            )
        found[module] = one = json.loads(done.stdout)
        print(f"{module}: {one['tried'] - len(one['survivors'])} of {one['tried']} noticed", file=sys.stderr)
        for name, change in one["survivors"].items():
            print(f"  {name}\n{change}", file=sys.stderr)
    kinds = {kind: _sum_results([found[name] for name in modules if name in found]) for kind, modules in KINDS.items()}
    whole = _sum_results(list(found.values()))
    score = round(100 * whole["killed"] / whole["tried"], 1)
    return {
        **whole,
        "score": score,
        "kinds": {kind: one for kind, one in kinds.items() if one["tried"]},
        "modules": found,
    }


def _sum_results(found: list[dict[str, Any]]) -> dict[str, int]:
    tried = sum(one["tried"] for one in found)
    killed = tried - sum(len(one["survivors"]) for one in found)
    return {"changes": sum(one["changes"] for one in found), "tried": tried, "killed": killed}


def main() -> None:
    """Change every module in turn."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--sample", type=int, default=30, help="changes tried of each module")
    flags.add_argument("--seed", type=int, default=0)
    flags.add_argument("--only", default="", help="modules whose path has this in it")
    flags.add_argument("--module", choices=MODULES, help=argparse.SUPPRESS)
    flags.add_argument("-o", "--output", type=Path)
    arguments = flags.parse_args()
    if arguments.module:
        # Results go where the parent reads them, whatever the tests print.
        with contextlib.redirect_stdout(sys.stderr):
            found = try_module(Path.cwd(), arguments.module, arguments.sample, arguments.seed)
        print(json.dumps(found))
        return
    if not any(arguments.only in name for name in MODULES):
        flags.error(f"no module has {arguments.only!r} in its path; there are {', '.join(MODULES)}")
    figures = _try_all_modules(arguments)
    print(json.dumps(figures, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
