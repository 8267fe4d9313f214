"""Compare what two checkouts write, byte for byte: the proof that a refactoring changed nothing.

Usage: ``python tools/compare_outputs.py BEFORE AFTER [--lists DIR] [--only PATTERN] [--keep DIR]``

BEFORE and AFTER are checkouts of this repository, for example two git worktrees. Every command runs once in each with the
Python that runs this script: audits, tables and exports of every programme, exports in every format, figures, the map, the
site, questions about places and, with ``--lists``, `resolve` of every document in that folder. Their files, standard
output, standard error and exit codes are compared. The version, when it differs, is the only thing replaced before that.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

EPOCH = "1750000000"
LAYERS = (
    "zones members special_areas tasks towns measures findings context source_difference".split()  # noqa: SIM905
)
# format: ending
FORMATS = {
    "geojson": "geojson",
    "geojsonseq": "geojsonl",
    "gpkg": "gpkg",
    "flatgeobuf": "fgb",
    "geoparquet": "parquet",
    "kml": "kml",
    "shapefile": "zip",
    "topojson": "json",
    "csv": "csv",
    "xlsx": "xlsx",
    "pmtiles": "pmtiles",
}
PLACES = ("永吉县", "330521", "126.55,43.9", "吉林市", "朝阳区")
SUFFIXES = (".txt", ".csv", ".docx", ".pdf", ".html", ".xlsx")


def list_commands(programmes: Sequence[str], lists: Path | None) -> dict[str, list[str]]:
    """List the commands by the name of the file that takes their standard output."""
    commands: dict[str, list[str]] = {
        "check": ["check", "--json"],
        "audit_amap": ["audit", "--json", "--source", "amap"],
    }
    for programme in programmes:
        own = ["--programme", programme]
        commands[f"audit_{programme}"] = ["audit", "--json", *own]
        commands[f"audit_table_{programme}"] = ["audit", *own]
        commands[f"variants_{programme}"] = ["audit", "--csv", "--table", "variants", *own]
        commands[f"report_{programme}"] = ["audit", *own, "-o", f"report_{programme}.html"]
        commands[f"zones_{programme}"] = ["zones", "--json", *own]
        commands[f"zones_table_{programme}"] = ["zones", *own]
        commands[f"map_{programme}"] = ["map", *own, "-o", f"map_{programme}.html"]
        commands[f"site_{programme}"] = ["site", *own, "-o", f"site_{programme}"]
        for layer in LAYERS:
            name = f"{programme}_{layer}"
            commands[f"export_{name}"] = ["export", *own, "--layer", layer, "-o", f"{name}.geojson"]
    for kind, ending in FORMATS.items():
        commands[f"export_{kind}"] = [
            "export",
            "--layer",
            "members",
            "--format",
            kind,
            "-o",
            f"members_{kind}.{ending}",
        ]
    for crs in ("gcj02", "albers"):
        commands[f"export_{crs}"] = ["export", "--crs", crs, "--detail", "coarse", "-o", f"zones_{crs}.geojson"]
    for ending in ("svg", "pdf", "png"):
        commands[f"figure_{ending}"] = ["figure", "--dpi", "72", "-o", f"figure.{ending}"]
    for place in PLACES:
        commands[f"where_{place}"] = ["where", place, "--json"]
    if lists is not None:
        for path in sorted(
            path for path in lists.iterdir() if path.suffix in SUFFIXES and ".expected" not in path.name
        ):
            commands[f"resolve_{path.name}"] = ["resolve", "--json", str(path.resolve())]
            commands[f"import_{path.name}"] = ["import", "--json", str(path.resolve())]
    return commands


def run_command(checkout: Path, folder: Path, name: str, words: Sequence[str]) -> None:
    """Run a command of a checkout in a folder and write what it prints there."""
    environment = os.environ | {"PYTHONPATH": str(checkout), "SOURCE_DATE_EPOCH": EPOCH, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "pilotzones.cli", *words], cwd=folder, env=environment, capture_output=True, check=False
    )
    content = (
        done.stdout + b"\n--- standard error ---\n" + done.stderr + f"\n--- exit code {done.returncode}\n".encode()
    )
    (folder / f"{name}.output").write_bytes(content)


def unpack(folder: Path) -> None:
    """Unpack archives beside themselves, so that a difference is reported by the file in them."""
    for path in [path for path in folder.rglob("*") if path.suffix in (".zip", ".xlsx") and path.is_file()]:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.with_name(f"{path.name}.unpacked"))
        path.unlink()


def replace_version(folder: Path, version: str) -> None:
    """Replace the version of the project in files of text."""
    pattern = re.compile(rb"(?i)(pilotzones\W{1,20}(?:version\W{1,6})?)" + re.escape(version.encode()))
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        changed = pattern.sub(rb"\1VERSION", content)
        if changed != content:
            path.write_bytes(changed)


def list_differences(before: Path, after: Path) -> Iterator[str]:
    """Yield a line for each file that only one folder has, or whose bytes differ."""
    files = {side: {path.relative_to(side) for path in side.rglob("*") if path.is_file()} for side in (before, after)}
    for name in sorted(files[before] | files[after]):
        if name not in files[before]:
            yield f"only after   {name}"
        elif name not in files[after]:
            yield f"only before  {name}"
        elif not filecmp.cmp(before / name, after / name, shallow=False):
            yield f"differs      {name}"


def run_all(checkout: Path, folder: Path, commands: Iterable[tuple[str, list[str]]]) -> None:
    """Run the commands of a checkout, two at a time, and make their files comparable."""
    folder.mkdir(parents=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda item: run_command(checkout, folder, *item), commands))
    unpack(folder)
    replace_version(folder, tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def main() -> int:
    """Run both checkouts and print the differences; return 1 when there are any."""
    parser = argparse.ArgumentParser(description="Compare what two checkouts write, byte for byte.")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--lists", type=Path, metavar="DIR", help="folder of documents to resolve and import")
    parser.add_argument(
        "--only", default="", metavar="PATTERN", help="only commands in whose name this regular expression is found"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the outputs here, in before/ and after/")
    arguments = parser.parse_args()
    before, after = arguments.before.resolve(), arguments.after.resolve()
    programmes = sorted(path.parent.name for path in (before / "data" / "programmes").glob("*/programme.toml"))
    everything = list_commands(programmes, arguments.lists)
    commands = [(name, words) for name, words in everything.items() if re.search(arguments.only, name)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.keep or Path(temporary) / "outputs").resolve()
        for checkout, side in ((before, "before"), (after, "after")):
            run_all(checkout, folder / side, commands)
        files = sum(path.is_file() for path in (folder / "before").rglob("*"))
        differences = list(list_differences(folder / "before", folder / "after"))
    print(*differences, sep="\n", end="\n" if differences else "")
    print(f"{len(commands)} commands, {files} files, {len(differences)} differences")
    return int(bool(differences))


if __name__ == "__main__":
    sys.exit(main())
