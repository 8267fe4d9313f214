"""Layers of a map on which what a filter or a year leaves out is pale, and names are those of a year."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from pilotzones.geo.catalogue.membership import is_listed_in
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language
from pilotzones.geo.query.unit_comparison import UnitsInYear
from pilotzones.layers.history_labels import describe_member, join_unit_names
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Theme
from pilotzones.layers.webmap.layer_spec import MapLayer

__all__ = ["dim_members", "dim_zones", "name_units"]

# Layers whose features are colours of a zone: pale for the others. All other layers of zones leave those out.
_PALE: Final = ("members", "dots")
_DIVISIONS: Final = ("provinces", "cities", "places")
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


def name_units(layer: MapLayer, units: UnitsInYear, lang: Language) -> MapLayer:
    """Write the names of a year, and under the cards of members what happened to them since.

    Parameters
    ----------
    layer : MapLayer
    units : UnitsInYear
        A member or prefecture of which no table tells what stood there bears no name.
    lang : {"zh", "en"}

    Returns
    -------
    MapLayer
    """
    if layer.id in _DIVISIONS:
        divisions = {code: join_unit_names(names, lang) for code, names in units.names.items()}
        return replace(layer, names={code: name for code, name in divisions.items() if name or layer.id != "provinces"})
    if layer.id != "members":
        return layer
    others = {key: member for key, member in units.members.items() if not member.is_same}
    names = {key: join_unit_names([unit.name for unit in one.units], lang) for key, one in others.items()}
    return replace(layer, names=names, notes={key: describe_member(one, lang) for key, one in others.items()})
