"""Where text enters the map, and what it may be: every sink of the state, every probe (T-X1, T-X2)."""

from __future__ import annotations

from typing import Any

from pilotzones.layers.style.spec import Legend, LegendItem, Style
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import Basemap, MapState, Selected

__all__ = ["PROBES", "RESULT", "SINKS", "URL", "state_with"]

# {{123457*7919}} would be 977655983, a number that no random name of folium contains.
RESULT = "977655983"
PROBES = (
    "{{123457*7919}}",
    "{% x",
    "{{",
    "{#{{123457*7919}}#}",
    "${123457*7919}",
    "`${123457*7919}`",
    "\\`${123457*7919}\\\\`",
    "</script><script>window.__ran=1</script>",
    '<img src=x onerror="window.__ran=1">',
    "桥{#1#}东",
    '\'"); window.__ran=1; ("',
)
URL = f"geometry/{'0' * 64}.json"


def state_with(sink: str, text: str) -> MapState:
    style = Style()
    layer = MapLayer(id="a", url=URL, classes=[style], all_class=0)
    states: dict[str, Any] = {
        "message": lambda: MapState(message=text),
        "credit": lambda: MapState(credit=text),
        "legend title": lambda: MapState(legend=Legend(title=text, note="·")),
        "legend note": lambda: MapState(legend=Legend(title="", note=text)),
        "legend label": lambda: MapState(legend=Legend(title="", items=[LegendItem(label=text, style=style)])),
        "attribution": lambda: MapState(basemap=Basemap(url="https://a.test/{z}/{x}/{y}.png", attribution=text)),
        "feature id": lambda: MapState(layers=[MapLayer(id="a", url=URL, classes=[style], feature_class={text: 0})]),
        "hidden id": lambda: MapState(layers=[MapLayer(id="a", url=URL, classes=[style], all_class=0, hidden=[text])]),
        "selected id": lambda: MapState(layers=[layer], selected=Selected(layer="a", ids=[text])),
    }
    made: MapState = states[sink]()
    return made


SINKS = (
    "message", "credit", "legend title", "legend note", "legend label", "attribution", "feature id", "hidden id",
    "selected id",
)  # fmt: skip
