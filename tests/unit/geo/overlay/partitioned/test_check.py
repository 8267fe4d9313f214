"""Partitioned layers: the same results as one process, however the layers are cut, on a cluster, and when a worker is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pilotzones.cli.main import run
from pilotzones.geo.errors import OverlayError
from pilotzones.geo.overlay.models import OverlayResult, PolygonLayer
from pilotzones.geo.overlay.partitioned.check import check_partitioned
from pilotzones.geo.overlay.partitioned.partitions import PartitionedLayer, list_partitions
from pilotzones.geo.overlay.runner import check_overlay
from tests.helpers.polygon_layers import make_layer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[5]
_COLUMNS = ["a_id", "b_id", "class", "reason", "area_m2", "inner_width_m", "share_of_a", "share_of_b"]


def _make_layers() -> tuple[PolygonLayer, PolygonLayer]:
    random = np.random.default_rng(11)

    def boxes(count: int) -> list[Any]:
        return [shapely.box(x, y, x + 30, y + 20) for x, y in random.uniform(0, 300, (count, 2))]

    strips = [shapely.box(x, 400, x + 50, 430) for x in range(0, 300, 50)]
    moved = [shapely.box(x, 429, x + 50, 460) for x in range(0, 300, 50)]
    uses = [["farm", "wood"][number % 2] for number in range(46)]
    return make_layer("a", [*boxes(40), *strips], use=uses), make_layer("b", [*boxes(40), *moved], use=uses)


def _write(layer: PolygonLayer, folder: Path, rows: int, *, group: int = 1000) -> PartitionedLayer:
    """Cut a layer into files of so many rows."""
    folder.mkdir()
    frame = gpd.GeoDataFrame(layer.columns.assign(id=layer.ids), geometry=layer.geometry, crs="EPSG:4326")
    for start in range(0, len(frame), rows):
        part = frame.iloc[start : start + rows]
        part.to_parquet(folder / f"part-{start:04d}.parquet", row_group_size=group)
    return list_partitions(folder, name=layer.name, id_column="id")


def _read(folder: Path) -> gpd.GeoDataFrame:
    parts = [gpd.read_parquet(path) for path in sorted(folder.glob("*/part-*.parquet")) if path.parent.name != "faults"]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True))


def _assert_same(folder: Path, expected: OverlayResult) -> None:
    order = ["a_id", "b_id", "area_m2"]
    found = _read(folder).sort_values(order, ignore_index=True)
    wanted = expected.conflicts.sort_values(order, ignore_index=True)
    pd.testing.assert_frame_equal(
        pd.DataFrame(found[_COLUMNS]), pd.DataFrame(wanted[_COLUMNS]), check_dtype=False, rtol=1e-9
    )
    assert shapely.equals(found.geometry.to_numpy(), wanted.geometry.to_numpy()).all()


def _assert_same_rates(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize(("rows", "group"), [(24, 12), (20, 1000), (1000, 1000)])
def test_three_sizes_of_tiles_give_what_one_process_gives(tmp_path: Path, rows: int, group: int) -> None:
    a, b = _make_layers()
    expected = check_overlay(a, b, groupings={"use": "use"})
    parts = [_write(layer, tmp_path / layer.name, rows, group=group) for layer in (a, b)]
    result = check_partitioned(*parts, tmp_path / "out", groupings=("use",))
    _assert_same(tmp_path / "out", expected)
    _assert_same_rates(result.rates, expected.rates)
    _assert_same_rates(result.sensitivity[expected.sensitivity.columns], expected.sensitivity)
    assert result.touches == expected.touches
    faults = pd.concat([gpd.read_parquet(path) for path in (tmp_path / "out" / "faults").iterdir()])
    assert sorted(faults["area_m2"].round(3)) == sorted(expected.faults["area_m2"].round(3))


class _Cluster:
    """A scheduler and two workers on this computer."""

    def __init__(self, folder: Path) -> None:
        file = folder / "scheduler.json"
        environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
        here = ("--host", "127.0.0.1", "--no-dashboard")

        def start(*command: str) -> subprocess.Popen[bytes]:
            with (folder / "log.txt").open("ab") as log:
                return subprocess.Popen(
                    [sys.executable, "-m", "dask", *command], env=environment, cwd=folder, stdout=log, stderr=log
                )

        scheduler = start("scheduler", *here, "--port", "0", "--scheduler-file", str(file))
        worker = ("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", *here)
        self.workers = [start(*worker) for _ in range(2)]
        self.processes = [scheduler, *self.workers]
        from distributed import Client

        with Client(scheduler_file=str(file), timeout="60s", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            self.address: str = client.scheduler.address

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[_Cluster]:
    pytest.importorskip("distributed")
    (tmp_path / "cluster").mkdir()
    started = _Cluster(tmp_path / "cluster")
    yield started
    started.stop()


@pytest.mark.slow
def test_a_killed_workers_tiles_are_done_again(tmp_path: Path, cluster: _Cluster) -> None:
    a, b = _make_layers()
    expected = check_overlay(a, b, groupings={"use": "use"})
    parts = [_write(layer, tmp_path / layer.name, 5) for layer in (a, b)]
    killed = []

    def kill_a_worker(done: int, total: int) -> None:
        # The first output partition is there: tiles are being checked, and some wait on the worker that is lost.
        if not killed and any((tmp_path / "out").glob("conflicts/part-*.parquet")):
            cluster.workers[0].kill()
            killed.append(done / total)

    result = check_partitioned(
        *parts, tmp_path / "out", groupings=("use",), scheduler=cluster.address, progress=kill_a_worker
    )
    assert 0 < killed[0] < 1
    assert cluster.workers[0].wait(timeout=30) != 0
    _assert_same(tmp_path / "out", expected)
    _assert_same_rates(result.rates, expected.rates)
    assert result.touches == expected.touches


def test_the_command_takes_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = _make_layers()
    for layer in (a, b):
        _write(layer, tmp_path / layer.name, 20)
    arguments = ["overlay", str(tmp_path / "a"), str(tmp_path / "b"), "--a-id", "id", "-o", str(tmp_path / "out")]
    assert run(arguments) == 2
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "conflicts",
        "slivers",
        "faults",
        "rates.csv",
        "sensitivity.csv",
        "issues.csv",
        "summary.json",
    }
    assert run(arguments) == 1
    assert "choose an empty or a new folder" in capsys.readouterr().err
    assert run(["overlay", str(tmp_path / "a"), "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "-o FOLDER" in capsys.readouterr().err


def test_columns_to_count_by_may_be_missing_from_a_file_but_not_from_all(tmp_path: Path) -> None:
    a, b = _make_layers()
    parts = [_write(layer, tmp_path / layer.name, 20) for layer in (a, b)]
    first = tmp_path / "a" / "part-0000.parquet"
    gpd.read_parquet(first).drop(columns="use").assign(zone="z").to_parquet(first)
    parts[0] = list_partitions(tmp_path / "a", name="a", id_column="id")
    uses = ["" if number < 20 else use for number, use in enumerate(a.columns["use"])]
    expected = check_overlay(replace(a, columns=pd.DataFrame({"use": uses})), b, groupings={"use": "use"})
    result = check_partitioned(*parts, tmp_path / "out", groupings=("use",))
    _assert_same_rates(result.rates, expected.rates)
    with pytest.raises(OverlayError, match="no layer has a column 'usage'"):
        check_partitioned(*parts, tmp_path / "none", groupings=("usage",))
    result = check_partitioned(*parts, tmp_path / "zones", groupings=("zone",))
    assert [(one.file, one.code) for one in result.problems] == [("a", "column_hidden")]
    assert "column_hidden" in (tmp_path / "zones" / "issues.csv").read_text(encoding="utf-8-sig")


def test_what_is_no_geoparquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(OverlayError, match=r"x\.parquet: it cannot be read"):
        list_partitions(tmp_path)
    with pytest.raises(OverlayError, match="no GeoParquet file"):
        list_partitions(tmp_path / "nothing")
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "x.parquet")
    layer = list_partitions(tmp_path)
    with pytest.raises(OverlayError, match="is no GeoParquet"):
        check_partitioned(layer, layer, tmp_path / "out")
