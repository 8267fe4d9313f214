"""The map that is mounted once, and the small script that changes it.

`ZoneMap` renders to the same bytes on every run, whatever the language, theme or filter: streamlit-folium therefore never
mounts it again. Every change travels in the feature group that `update_group` makes. Its script is one call whose only
argument is base64, an alphabet without a single character that means anything to Jinja, JavaScript or HTML; so no text of
a catalogue or of a user is ever template, script or markup.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any, Final

import folium
from branca.element import MacroElement
from folium.template import Template

from pilotzones.layers.assets import get_asset_address
from pilotzones.layers.webmap.state import MapState
from pilotzones.layers.webmap.state_diff import MapMessages

__all__ = ["ZOOMS", "PersistentMap", "ZoneMap", "make_persistent_map", "probe_is_inert", "update_group"]

# From streamlit-folium's component page, /component/<name>/index.html, back to the root of the site. Relative, so that
# it also holds below a base path.
_ROOT = "../../"
# Mainland, Taiwan and the islands of the South China Sea, with a margin to pan into.
_HOME = ((3.4, 73.0), (54.0, 136.0))
ZOOMS: Final = range(2, 19)
_REACH = ((-15.0, 40.0), (70.0, 170.0))
_PROBE = "{{123457*7919}}"
_PROBE_RESULT = "977655983"


class _Start(MacroElement):
    """Hands the living Leaflet map to pilotmap.js."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            pilotmap.start({{ this._parent.get_name() }}, {{ this.constants }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "PilotmapStart"
        constants = {"root": _ROOT, "home": _HOME, "reach": _REACH, "zooms": (ZOOMS[0], ZOOMS[-1])}
        self.constants = json.dumps(constants, sort_keys=True, separators=(",", ":"))


class _Update(MacroElement):
    """One call with the state to show."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            pilotmap.update("{{ this.encoded }}");
        {% endmacro %}
        """
    )

    def __init__(self, encoded: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "PilotmapUpdate"
        self.encoded = encoded


class ZoneMap(folium.Map):
    """A folium map with our assets, no tiles and nothing that changes from run to run.

    Its template and its rendering leave out what folium's own add to the page, styles that are in map.css here.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {{ this.start_options }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        (south, west), (north, east) = _HOME
        super().__init__(location=((south + north) / 2, (west + east) / 2), zoom_start=4, tiles=None)
        options = {
            "attributionControl": False,
            "center": self.location,
            "preferCanvas": True,
            "zoom": 4,
            "zoomSnap": 0.25,
        }
        self.start_options = json.dumps(options, sort_keys=True, separators=(",", ":"))
        # Folium draws random ids; a constant one keeps every argument of the component equal between runs.
        self._id = "pilotzones"
        # jQuery, Bootstrap, Font Awesome and the marker plugins are folium's defaults; nothing here needs them.
        self.default_js = [
            ("leaflet", _ROOT + get_asset_address("leaflet.js")),
            ("pilotmap", _ROOT + get_asset_address("pilotmap.js")),
        ]
        self.default_css = [
            ("leaflet_css", _ROOT + get_asset_address("leaflet.css")),
            ("pilotmap_css", _ROOT + get_asset_address("map.css")),
        ]
        self.add_child(_Start(), name="pilotmap_start")

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # as every element of folium with a macro
        """Put the map's own script into the page it belongs to."""
        MacroElement.render(self, **kwargs)  # type: ignore[no-untyped-call]


class PersistentMap(ZoneMap):
    """The map as ``st_folium`` takes it: one for all visitors, for nothing that it is given stays in it.

    A page of its own is never made of it. So nothing is written into one either, where branca would compile all it is
    given as a template, on every run.
    """

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # as every element of folium with a macro
        """Write nothing: streamlit-folium reads the map's script from its template."""

    def add_child(self, child: Any, name: str | None = None, index: int | None = None) -> Any:
        """Take what belongs to the map; an update has only the name of its map."""
        if isinstance(child, _UpdateGroup):
            child._parent = self  # noqa: SLF001  # as branca tells a child
            return self
        return super().add_child(child, name=name, index=index)


@cache
def make_persistent_map() -> PersistentMap:
    """Make the map of this process."""
    return PersistentMap()


class _UpdateGroup(folium.FeatureGroup):
    """Carries an update to a map."""

    def __init__(self, update: _Update) -> None:
        super().__init__(name="pilotmap", control=False)
        self.add_child(update, name="pilotmap_update")

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # as above
        """Write its script into the page of its map, if that has one."""
        if not isinstance(self._parent, PersistentMap):
            super().render(**kwargs)  # type: ignore[no-untyped-call]


def update_group(state: MapState, *, messages: MapMessages | None = None) -> folium.FeatureGroup:
    """Make the feature group that brings the mounted map to `state`.

    Parameters
    ----------
    state : MapState
        All that is to be seen. The map itself finds out what changed.
    messages : MapMessages, optional
        What this map has been sent before; with it only the difference travels.

    Returns
    -------
    folium.FeatureGroup
        For ``st_folium(..., feature_group_to_add=...)``.

    Raises
    ------
    PayloadError
        When the state cannot be drawn as it is.
    """
    text = state.to_json() if messages is None else messages.write_next(state)
    encoded = base64.b64encode(text.encode("utf-8")).decode("ascii")
    return _UpdateGroup(_Update(encoded))


def probe_is_inert() -> bool:
    """Return whether text in a state stays text through folium's and branca's templates.

    Renders a map with a template expression in every text field. To be asked once at start-up: a new release of a
    drawing library must not turn a place name into a program.

    Returns
    -------
    bool
        False if the expression was evaluated, or if anything but base64 reached the page.
    """
    zone_map = ZoneMap()
    update_group(MapState(message=_PROBE, credit=_PROBE, lang="en")).add_to(zone_map)
    page = zone_map.get_root().render()
    return _PROBE_RESULT not in page and _PROBE not in page
