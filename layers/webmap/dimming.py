"""Layers of a map on which what a filter or a year leaves out is pale."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from pilotzones.geo.catalogue.membership import is_listed_in
from pilotzones.geo.catalogue.models import Programme
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Theme
from pilotzones.layers.webmap.layer_spec import MapLayer

__all__ = ["dim_members", "dim_zones"]

# Layers whose features are colours of a zone: pale for the others. All other layers of zones leave those out.
_PALE: Final = ("members", "dots")
_OF_ZONES: Final = ("hosts", "zones", "points")


def dim_zones(layer: MapLayer, programme: Programme, orders: Collection[int], theme: Theme) -> MapLayer:
    """Draw the zones that are not among `orders` pale, and leave out their outlines, names and signs.

    Parameters
    ----------
    layer : MapLayer
    programme : Programme
    orders : collection of int
        Numbers of the zones that stay as they are.
    theme : {"light", "dark"}

    Returns
    -------
    MapLayer
    """
    others = [str(zone.order) for zone in programme.zones if zone.order not in orders]
    if layer.id in _PALE:
        # The class is there before any zone has it: a filter then sends no list of classes.
        pale = palette.get_pale_style(theme)
        group_class = {**(layer.group_class or {}), **dict.fromkeys(others, len(layer.classes))}
        return replace(layer, classes=[*layer.classes, pale], group_class=group_class, unnamed=others)
    if not others or layer.id not in _OF_ZONES:
        return layer
    group_class = {
        str(zone.order): (layer.group_class or {}).get(str(zone.order), layer.all_class or 0)
        for zone in programme.zones
        if zone.order in orders
    }
    zone_of = {member.id: str(member.zone) for member in programme.members}
    own = {key: value for key, value in (layer.feature_class or {}).items() if zone_of.get(key) not in others}
    return replace(layer, group_class=group_class, feature_class=own or None, all_class=None)


def dim_members(layer: MapLayer, programme: Programme, year: int, theme: Theme) -> MapLayer:
    """Draw the members that were not on the list at the end of a year pale.

    Parameters
    ----------
    layer : MapLayer
    programme : Programme
    year : int
    theme : {"light", "dark"}

    Returns
    -------
    MapLayer
    """
    absent = sorted(member.id for member in programme.members if not is_listed_in(programme, member, year))
    if layer.id not in {"members", "points"} or not absent:
        return layer
    feature_class = {**(layer.feature_class or {}), **dict.fromkeys(absent, len(layer.classes))}
    return replace(layer, classes=[*layer.classes, palette.get_pale_style(theme)], feature_class=feature_class)
