"""Colours: told apart by every kind of colour vision, classes that fit, a legend that says what no colour means."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style import palette
from pilotzones.layers.style.choropleth import NO_COLOUR, ColourBy, choose_colouring
from pilotzones.layers.style.class_breaks import choose_ink, classify, compute_contrast, make_color_ramp
from pilotzones.layers.style.spec import Theme

with warnings.catch_warnings():
    # Its docstrings have escapes that Python warns of when it compiles them for the first time.
    warnings.simplefilter("ignore")
    from colorspacious import cspace_convert

# Distances in CAM02-UCS; 1 is about what can just be seen, 10 is told apart at a glance.
FAR = 10.0
REGIONS = [str(style.fill) for style in palette.get_region_styles(tuple("abcdefg")).values()]
SETS = {
    "regions": REGIONS,
    "verdicts": list(palette.VERDICT_COLOURS.values()),
    "shades": make_color_ramp(5),
    "shades on dark": make_color_ramp(5, dark=True),
}
VISIONS = ["", "deuteranomaly", "protanomaly", "tritanomaly"]


def _seen(colours: Sequence[str], vision: str) -> np.ndarray:
    rgb = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours]) / 255
    if vision:
        # Severity 100 is dichromacy: no cone of that kind at all (Machado, Oliveira and Fernandes 2009).
        rgb = cspace_convert(rgb, {"name": "sRGB1+CVD", "cvd_type": vision, "severity": 100}, "sRGB1")
    return np.asarray(cspace_convert(np.clip(rgb, 0, 1), "sRGB1", "CAM02-UCS"))


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", SETS)
def test_every_colour_vision_tells_them_apart(name: str, vision: str) -> None:
    seen = _seen(SETS[name], vision)
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > FAR


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_shades_leave_the_ground_step_by_step_and_carry_readable_numbers(theme: Theme) -> None:
    ground = str(palette.get_province_style(theme).fill)
    shades = [str(style.fill) for style in palette.get_shade_styles(7, theme)]
    away = np.abs(_seen(shades, "")[:, 0] - _seen([ground], "")[0, 0])
    assert all(nearer + 3 < farther for nearer, farther in pairwise(away))
    # The most is seen from afar, be the page light or dark, and no shade is lost in the ground.
    assert compute_contrast(shades[-1], ground) > 9
    assert away[0] > 5
    assert all(compute_contrast(choose_ink(shade), shade) >= 4.5 for shade in shades)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert compute_contrast("#000000", "#ffffff") == pytest.approx(21)


def test_classes_are_natural_breaks_of_the_figures_there_are() -> None:
    found = classify({1: 1.0, 2: 2.0, 3: 10.0, 4: 11.0, 5: 50.0, 6: 51.0, 7: None}, most=3)
    assert found.ranges == ((1.0, 2.0), (10.0, 11.0), (50.0, 51.0))
    assert found.class_of == {1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2}
    assert classify({1: 5.0, 2: 5.0}).ranges == ((5.0, 5.0),)
    assert classify({1: None}) == classify({})


@pytest.mark.parametrize("figure", ["area", "stated", "special", "task", "tasks", "region"])
def test_every_zone_has_a_style_and_the_legend_names_it(joined: JoinedProgramme, figure: ColourBy) -> None:
    zones = joined.programme.zones
    found = choose_colouring(joined, zones, Selection(), "en", colour_by=figure, task=5)
    assert set(found.class_of) == {zone.order for zone in zones}
    used = {found.styles[index] for index in found.class_of.values()}
    assert used == {item.style for item in found.items}
    assert found.title


def test_what_no_colour_means_is_in_the_legend(joined: JoinedProgramme) -> None:
    zones = joined.programme.zones
    found = choose_colouring(joined, zones, Selection(), "en", colour_by="special")
    bare = [zone.order for zone in zones if all(member.kind != "special" for member in zone.members)]
    assert all(found.styles[found.class_of[order]] == NO_COLOUR for order in bare)
    assert [item.label for item in found.items if item.style == NO_COLOUR] == ["no fill: no special areas"]
    zones = (replace(zones[0], stated_area_km2=None), *zones[1:])
    changed = replace(joined, programme=replace(joined.programme, zones=zones))
    found = choose_colouring(changed, zones, Selection(), "zh", colour_by="stated")
    assert found.styles[found.class_of[1]] == NO_COLOUR
    assert "文件未载明面积" in found.items[-1].label
    # The legend has what is on the map: without that zone it has no such line.
    assert (
        "文件未载明" not in choose_colouring(changed, zones[1:], Selection(), "zh", colour_by="stated").items[-1].label
    )
