"""Open every export with the programs of its users: QGIS, GDAL, R (sf), mapshaper, LibreOffice, as far as they are installed.

Usage: ``python tools/open_exports.py [--programs NAME,…] [-o TABLE.md]``. Layers are written in every format, each program
opens each file, and the rows that it finds in all its layers are compared with those that were written. A program that is
not installed is left out. The last line of the table is its version. Not part of the tests: the programs are no wheels.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import FORMATS, LayerName, build_layer, write
from pilotzones.geo.join import join
from pilotzones.layers.style.export_styles import style_layer

LAYERS: Final[tuple[LayerName, ...]] = ("zones", "members", "special_areas", "tasks", "context")
_MAX_SECONDS: Final = 600
# Tables beside the layers: styles of a GeoPackage, notes of a workbook.
_BESIDE: Final = ("layer_styles", "说明", "字段")
_R: Final = """
suppressMessages(library(sf)); options(warn = -1)
files <- readLines(commandArgs(TRUE)[1])
for (f in files) {
  n <- tryCatch({
    names <- st_layers(f)$name
    names <- names[!grepl("layer_styles|说明|字段", names)]
    sum(sapply(names, function(one) nrow(st_read(f, one, quiet = TRUE, stringsAsFactors = FALSE))))
  }, error = function(e) gsub("[\\n\\t]", " ", conditionMessage(e)))
  cat(f, n, sep = "\\t"); cat("\\n")
}
"""
_QGIS: Final = """
import os, sys, json
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsProject, QgsProviderRegistry, QgsProviderSublayerDetails, QgsVectorLayer, Qgis
application = QgsApplication([], False)
application.initQgis()

def count(path):
    if path.endswith(".qgz"):
        project = QgsProject.instance()
        if not project.read(path):
            return "not read"
        layers = [one.layer() for one in project.layerTreeRoot().findLayers()]
        if not project.crs().isValid() or not all(one is not None and one.isValid() for one in layers):
            return "a layer is invalid"
        if not project.layoutManager().layoutByName("A4"):
            return "no layout"
        # QGIS splits a table of points and polygons in two: rows without geometry are in neither.
        return sum(one.featureCount() for one in layers)
    found, seen = 0, set()
    flags = Qgis.SublayerQueryFlags(Qgis.SublayerQueryFlag.ResolveGeometryType)
    for one in QgsProviderRegistry.instance().querySublayers(path, flags):
        if any(word in one.name() for word in ("layer_styles", "说明", "字段")) or one.providerKey() != "ogr" or one.name() in seen:
            continue
        seen.add(one.name())
        uri = one.uri().split("|geometrytype")[0]
        layer = QgsVectorLayer(uri, "x", "ogr")
        if not layer.isValid():
            return "invalid"
        found += sum(1 for _ in layer.getFeatures())
    return found if seen else "not read"

for path in open(sys.argv[1], encoding="utf-8").read().split("\\n"):
    if path:
        print(json.dumps([path, count(path)]), flush=True)
"""


@dataclass(frozen=True)
class Sample:
    """A file that was written.

    Parameters
    ----------
    layer, format : str
    path : Path
    rows, placed : int
        Rows in all, and those with a geometry.
    """

    layer: str
    format: str
    path: Path
    rows: int
    placed: int


def write_samples(folder: Path) -> list[Sample]:
    """Write each layer in each format that can hold it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Sample
    """
    programme = load_programme()
    joined = join(programme, load("tianditu"))
    samples = []
    for name in LAYERS:
        layer = style_layer(build_layer(joined, name), programme)
        placed = sum(shape is not None for shape in layer.shapes)
        for kind in FORMATS.values():
            path = folder / f"{name}{kind.suffix}"
            try:
                write(layer, path, format=kind.id, detail="coarse")
            except ExportError:
                continue
            if kind.id == "qgis":
                with zipfile.ZipFile(path) as archive:
                    archive.extractall(folder / name)
                path = next((folder / name).glob("*.qgz"))
            samples.append(Sample(name, kind.id, path, len(layer.frame), placed))
    return samples


def _run(command: Sequence[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        list(command), capture_output=True, text=True, check=False, timeout=_MAX_SECONDS, **options
    )


def open_with_gdal(paths: Sequence[Path]) -> dict[Path, int | str]:
    """Count features with ogrinfo."""
    found: dict[Path, int | str] = {}
    for path in paths:
        done = _run(["ogrinfo", "-ro", "-so", "-al", str(path)])
        layers = re.split(r"^Layer name: ", done.stdout, flags=re.MULTILINE)[1:]
        counts = [
            int(match[1])
            for layer in layers
            if not layer.startswith(_BESIDE) and (match := re.search(r"Feature Count: (\d+)", layer))
        ]
        found[path] = sum(counts) if counts else _find_error(done.stderr)
    return found


def open_with_r(paths: Sequence[Path]) -> dict[Path, int | str]:
    """Count rows with the package sf of R."""
    return _run_script(["Rscript", "-e", _R], paths, lambda line: line.split("\t", 1))


def open_with_qgis(paths: Sequence[Path]) -> dict[Path, int | str]:
    """Count features with the Python of QGIS."""
    return _run_script([_find_qgis_python() or "", "-c", _QGIS], paths, json.loads)


def _run_script(
    command: Sequence[str], paths: Sequence[Path], read: Callable[[str], Sequence[object]]
) -> dict[Path, int | str]:
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "files.txt"
        listing.write_text("\n".join(map(str, paths)) + "\n", encoding="utf-8")
        done = _run([*command, str(listing)])
    found: dict[Path, int | str] = {}
    for line in done.stdout.splitlines():
        if "/" in line[:3]:
            path, count = read(line)
            found[Path(str(path))] = int(str(count)) if str(count).isdigit() else str(count)
    return found


def open_with_mapshaper(paths: Sequence[Path]) -> dict[Path, int | str]:
    """Count records with mapshaper."""
    found: dict[Path, int | str] = {}
    for path in paths:
        done = _run(["mapshaper", "-i", str(path), "combine-files", "-info"])
        text = done.stdout + done.stderr
        layers = re.findall(r"Layer:\s+(\S+).*?Type:\s+(.+?)$.*?Records:\s+([\d,]+)", text, re.DOTALL | re.MULTILINE)
        # The key to the short names of a shapefile is a table beside it.
        counts = [(kind, int(count.replace(",", ""))) for name, kind, count in layers if name != "field_names"]
        if not counts:
            found[path] = _find_error(text)
        elif path.suffix == ".geojsons" and all(kind.startswith("tabular") for kind, _ in counts):
            found[path] = "taken for a table"
        else:
            found[path] = sum(count for _, count in counts)
    return found


def open_with_libreoffice(paths: Sequence[Path]) -> dict[Path, int | str]:
    """Count the rows of the first sheet with LibreOffice."""
    found: dict[Path, int | str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to"]
            # Comma, double quote, UTF-8.
            _run([*command, "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", folder, str(path)])
            table = Path(folder) / f"{path.stem}.csv"
            if not table.exists():
                found[path] = "not read"
                continue
            csv.field_size_limit(2**31 - 1)
            with table.open(encoding="utf-8", newline="") as stream:
                found[path] = sum(1 for row in csv.reader(stream) if row) - 1
            table.unlink()
    return found


def _find_error(text: str) -> str:
    """Return the first line that speaks of an error."""
    lines = [line.strip() for line in text.splitlines() if "error" in line.lower() or "unable" in line.lower()]
    return lines[0][:80] if lines else "not read"


def _find_qgis_python() -> str | None:
    for python in ("/usr/bin/python3", "python3"):
        if shutil.which(python) and _run([python, "-c", "import qgis.core"]).returncode == 0:
            return python
    return None


def _ask_version(*command: str, pattern: str = r"\d+\.\d+[\w.+-]*") -> str:
    done = _run(command)
    match = re.search(pattern, done.stdout + done.stderr)
    return match[0] if match else "?"


@dataclass(frozen=True)
class Program:
    """A program that opens files.

    Parameters
    ----------
    title : str
    is_there : callable
    version : callable
    open : callable
        Rows by path, or what the program says.
    formats : frozenset of str
        What it is meant for; empty for everything but the project of QGIS.
    """

    title: str
    is_there: Callable[[], object]
    version: Callable[[], str]
    open: Callable[[Sequence[Path]], dict[Path, int | str]]
    formats: frozenset[str] = frozenset()


_MAPPED: Final = frozenset(FORMATS) - {"qgis"}
PROGRAMS: Final[Mapping[str, Program]] = {
    "qgis": Program(
        "QGIS",
        _find_qgis_python,
        lambda: _ask_version(
            _find_qgis_python() or "", "-c", "from qgis.core import Qgis; print(Qgis.QGIS_VERSION.split('-')[0])"
        ),
        open_with_qgis,
        frozenset(FORMATS),
    ),
    "gdal": Program(
        "GDAL", lambda: shutil.which("ogrinfo"), lambda: _ask_version("ogrinfo", "--version"), open_with_gdal, _MAPPED
    ),
    "r": Program(
        "R sf",
        lambda: shutil.which("Rscript") and _run(["Rscript", "-e", "library(sf)"]).returncode == 0,
        lambda: _ask_version("Rscript", "-e", "cat(as.character(packageVersion('sf')))"),
        open_with_r,
        _MAPPED,
    ),
    "mapshaper": Program(
        "mapshaper",
        lambda: shutil.which("mapshaper"),
        lambda: _ask_version("mapshaper", "--version"),
        open_with_mapshaper,
        _MAPPED,
    ),
    "libreoffice": Program(
        "LibreOffice",
        lambda: shutil.which("soffice"),
        lambda: _ask_version("soffice", "--version"),
        open_with_libreoffice,
        frozenset({"csv", "xlsx"}),
    ),
}


def describe(samples: Sequence[Sample], found: Mapping[Path, int | str]) -> str:
    """Say of the files of one format what a program made of them.

    Parameters
    ----------
    samples : sequence of Sample
    found : mapping of Path to int or str

    Returns
    -------
    str
        "all rows", or what differs for which layer.
    """
    values: dict[str, list[str]] = {}
    for sample in samples:
        count = found.get(sample.path, "not read")
        if count == sample.rows:
            continue
        if isinstance(count, int):
            kind = "the rows with geometry" if count == sample.placed else f"{count} of {sample.rows} rows"
        else:
            kind = str(count)
        values.setdefault(kind, []).append(sample.layer)
    if not values:
        return "all rows"
    if len(values) == 1 and all(len(layers) == len(samples) for layers in values.values()):
        return next(iter(values)).replace("|", "/")
    return "; ".join(f"{', '.join(layers)}: {kind}" for kind, layers in values.items()).replace("|", "/")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table.

    Parameters
    ----------
    arguments : sequence of str, optional

    Returns
    -------
    int
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default=",".join(PROGRAMS), help=f"of {', '.join(PROGRAMS)} (default: all)")
    parser.add_argument("-o", "--output", type=Path, help="file to write the table to")
    options = parser.parse_args(arguments)
    programs = [PROGRAMS[name] for name in options.programs.split(",")]
    installed = [one for one in programs if one.is_there()]
    for missing in (one for one in programs if one not in installed):
        print(f"{missing.title} is not installed", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="pilotzones_open_") as folder:
        samples = write_samples(Path(folder))
        columns = {}
        for program in installed:
            wanted = [sample.path for sample in samples if sample.format in program.formats]
            print(f"{program.title} opens {len(wanted)} files", file=sys.stderr)
            columns[program.title] = program.open(wanted)
        lines = [f"| `--format` | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
        for kind in FORMATS:
            own = [sample for sample in samples if sample.format == kind]
            cells = [describe(own, columns[program.title]) if kind in program.formats else "–" for program in installed]
            lines.append(f"| `{kind}` | {' | '.join(cells)} |")
    lines.append(f"| version | {' | '.join(program.version() for program in installed)} |")
    table = "\n".join(lines) + "\n"
    if options.output:
        options.output.write_text(table, encoding="utf-8")
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
