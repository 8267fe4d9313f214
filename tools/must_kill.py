"""Mistakes that the tests have to notice: each is made in a copy of the project, where the tests named for it must fail.

Usage: ``python tools/must_kill.py [--only WORD] [-o FILE.json]``; the list is ``tools/mutants.toml``. Exit code 1 when one
survives.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "build", "dist", "images", "artefacts"
)
_PATIENCE = 300
_PYTEST_FAILED = 1


def _find_failure(copy: Path, tests: list[str], *, patience: float = _PATIENCE) -> str:
    """Return what the tests print when one fails; empty when all pass."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=patience, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        # Whoever waits for ever has noticed.
        return f"the tests took more than {patience:.0f} s"
    # 2 and above: the tests themselves could not be run, which proves nothing but a mistake in the list.
    if done.returncode > _PYTEST_FAILED:
        raise SystemExit(f"{' '.join(tests)}: pytest ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr}")
    return done.stdout[-2000:] if done.returncode else ""


def load_mutants() -> list[dict[str, Any]]:
    """Load the list, each with a place in the sources that is there once."""
    listed: list[dict[str, Any]] = tomllib.loads((ROOT / "tools" / "mutants.toml").read_text(encoding="utf-8"))[
        "mutant"
    ]
    for mutant in listed:
        count = (ROOT / mutant["file"]).read_text(encoding="utf-8").count(mutant["old"])
        if count != 1:
            raise SystemExit(f"{mutant['id']}: its text stands {count} times in {mutant['file']}")
    return listed


def main() -> None:
    """Make every mistake in turn."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--only", default="", help="mutants whose name has this word")
    flags.add_argument("-o", "--output", type=Path)
    arguments = flags.parse_args()
    chosen = [mutant for mutant in load_mutants() if arguments.only in mutant["id"]]
    survivors = []
    with tempfile.TemporaryDirectory(prefix="pilotzones-mutants-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
        files = sorted({test for mutant in chosen for test in mutant["tests"]})
        # All of them at once, before the first mistake: on a busy machine that takes its time.
        if failure := _find_failure(copy, files, patience=10 * _PATIENCE):
            raise SystemExit(f"the tests fail without any mistake: nothing would be proven\n{failure}")
        for mutant in chosen:
            path = copy / mutant["file"]
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(mutant["old"], mutant["new"]), encoding="utf-8")
            killed = bool(_find_failure(copy, mutant["tests"]))
            path.write_text(text, encoding="utf-8")
            print(f"{'killed  ' if killed else 'SURVIVED'} {mutant['id']}", flush=True)
            if not killed:
                survivors.append(mutant["id"])
    figures = {"mutants": len(chosen), "killed": len(chosen) - len(survivors), "survivors": survivors}
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(figures, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(bool(survivors))


if __name__ == "__main__":
    main()
