"""The matrix and its charts: counts add up, pairs are symmetric, nothing is told by colour alone."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.query.task_matrix import build_matrix, find_closest_pairs
from pilotzones.layers.charts.cooccurrence import build_counts_chart, build_region_chart
from pilotzones.layers.charts.heatmap import PICKED
from pilotzones.layers.charts.task_matrix import build_matrix_chart


def test_counts_add_up(programme: Programme) -> None:
    matrix = build_matrix(programme)
    assert matrix.has.shape == (11, 11)
    assert matrix.per_zone.tolist() == [len(zone.tasks) for zone in programme.zones]
    assert matrix.per_task.sum() == matrix.per_zone.sum() == 55
    assert (matrix.per_region.sum(axis=0) == matrix.per_task).all()
    assert matrix.region_sizes.sum() == 11


def test_pairs_are_counted_as_one_would_by_hand(programme: Programme) -> None:
    matrix = build_matrix(programme)
    together, alike = matrix.count_common_zones(), matrix.count_common_tasks()
    assert (together == together.T).all()
    assert (alike == alike.T).all()
    assert (np.diag(together) == matrix.per_task).all()
    for i, one in enumerate(programme.zones):
        for j, other in enumerate(programme.zones):
            assert alike[i, j] == len(set(one.tasks) & set(other.tasks))
    pairs, most = find_closest_pairs(together)
    assert most == 9
    assert [(matrix.tasks[a], matrix.tasks[b]) for a, b in pairs] == [(3, 7)]
    assert find_closest_pairs(np.zeros((0, 0), dtype=int)) == ([], 0)


def test_a_programme_without_tasks_has_no_columns(programme: Programme) -> None:
    bare = replace(programme, tasks=(), zones=tuple(replace(zone, tasks=()) for zone in programme.zones))
    matrix = build_matrix(bare)
    assert matrix.has.shape == (11, 0)
    assert matrix.count_common_zones().shape == (0, 0)
    assert matrix.per_region.shape == (4, 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_chart_has_a_mark_in_every_full_cell(programme: Programme, lang: str, theme: str) -> None:
    chart = build_matrix_chart(build_matrix(programme), programme, tasks=[3], focus=8, lang=lang, theme=theme).to_dict()
    cells = chart["datasets"][chart["data"]["name"]]
    assert sum(cell.get("shape") == "disc" for cell in cells) == 55
    # The totals of zones and tasks, and for each of four regions its zones by task and in all.
    assert sum(cell["count"] is not None for cell in cells) == 22 + 4 * 12
    assert sum(cell["count"] for cell in cells if cell["region"] and cell["task"]) == 55
    assert {cell["ground"] for cell in cells if cell["task"] == 3 or cell["zone"] == 8} == {"marked"}
    assert any(param["name"] == PICKED for param in chart["params"])
    assert chart["description"]


def test_numbers_are_written_in_every_cell_of_the_other_charts(programme: Programme) -> None:
    matrix = build_matrix(programme)
    names = {task: str(task) for task in matrix.tasks}
    for chart in (
        build_counts_chart(matrix.count_common_zones(), names, described="x"),
        build_region_chart(matrix, programme),
    ):
        assert any(layer["mark"]["type"] == "text" for layer in chart.to_dict()["layer"])


def test_hostile_names_stay_data(programme: Programme) -> None:
    nasty = '"]);alert(1)//</script>{{7*191}}'
    zones = (replace(programme.zones[0], name_zh=nasty), *programme.zones[1:])
    spec = build_matrix_chart(build_matrix(programme), replace(programme, zones=zones)).to_dict()
    expression = spec["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]
    literal = expression[expression.rindex(" : {") + 3 : expression.rindex("}") + 1]
    assert json.loads(literal)["1"] == f"1  {nasty}"
