"""What a visitor has chosen: the URL, the widgets and the session kept in step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pilotzones.geo.boundaries.sources import BUILT_IN, DEFAULT_SOURCE
from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.geometry.area import DEFAULT_METHOD, METHODS
from pilotzones.geo.messages import LANGUAGES, Language
from pilotzones.geo.places.history import FIRST_YEAR, get_last_year
from pilotzones.geo.query.coordinate_parser import parse_point
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.choropleth import ColourBy
from pilotzones.layers.style.spec import Theme
from pilotzones.layers.webmap.folium_map import ZOOMS
from pilotzones.views.state.url_sync import get_address
from pilotzones.views.state.widgets import MAX_QUERY_CHARS, seed_widgets

__all__ = [
    "COLOURS",
    "MAP_VIEWS",
    "MAX_PARAMETER_CHARACTERS",
    "Choices",
    "MapView",
    "ViewTarget",
    "build_permalink",
    "get_choices",
    "get_language",
    "get_main_programme",
    "get_theme",
    "publish",
    "zoom_to",
]

COLOURS: Final[tuple[ColourBy, ...]] = ("region", "tasks", "task", "verdict", "area", "stated", "special")
# A link that names every province and every zone is far shorter.
MAX_PARAMETER_CHARACTERS: Final = 2_000
_SHOWN_PARTS: Final = 20
_SHOWN_CHARACTERS: Final = 60
MapView = Literal["map", "table", "matrix"]
MAP_VIEWS: Final[tuple[MapView, ...]] = ("map", "table", "matrix")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Choices:
    """Everything the URL carries: the programmes, the selection of the first of them, and how it is shown.

    `programme` is the one whose filters, panel and tables are shown; those in `beside` are laid over it on the map.

    `colour_task` is the task that ``task`` colours by (None: the first one); `at` is the place somebody pointed at, as
    longitude and latitude [degree], and `zoom` the zoom it was seen at; `looking` is where a copied link looks, as longitude,
    latitude [degree] and zoom; `show` is how the map page shows the zones; `year` is the year at whose end a
    member was on the list, and had the name that the map shows (None: whatever the year, with the names of the polygons);
    `asked` is the question on the page "What applies here"; `topic` is the id of the theme on the page of themes.
    """

    selection: Selection = field(default_factory=Selection)
    lang: Language = "zh"
    source: str = DEFAULT_SOURCE
    method: str = DEFAULT_METHOD
    colour_by: ColourBy = "region"
    counties: bool = False
    lines: bool = False
    programme: str = DEFAULT_PROGRAMME
    beside: tuple[str, ...] = ()
    colour_task: int | None = None
    at: tuple[float, float] | None = None
    zoom: int | None = None
    looking: tuple[float, float, float] | None = None
    show: MapView = "map"
    other: bool = False
    year: int | None = None
    asked: str = ""
    topic: str = ""

    @property
    def join_key(self) -> tuple[str, str, str]:
        """What names the join that a page shows: programme, boundary source, method of areas."""
        return self.programme, self.source, self.method

    def to_query(self, programme: Programme) -> dict[str, str]:
        """Return URL parameters; defaults are left out."""
        named = ",".join((self.programme, *self.beside))
        shown = {
            "programme": "" if named == DEFAULT_PROGRAMME else named,
            "lang": "" if self.lang == "zh" else self.lang,
            "source": "" if self.source == DEFAULT_SOURCE else self.source,
            "method": "" if self.method == DEFAULT_METHOD else self.method,
            "colour": "" if self.colour_by == "region" else self.colour_by,
            "counties": "1" if self.counties else "",
            "lines": "1" if self.lines else "",
            "other": "1" if self.other else "",
            "hue": str(self.colour_task or ""),
            "at": "" if self.at is None else f"{self.at[0]:.5f},{self.at[1]:.5f}",
            "zoom": "" if self.at is None or self.zoom is None else str(self.zoom),
            "view": "" if self.looking is None else "{:.5f},{:.5f},{:g}".format(*self.looking),
            "show": "" if self.show == "map" else self.show,
            "year": str(self.year or ""),
            "ask": self.asked,
            "theme": self.topic,
        }
        return self.selection.to_query(programme) | {key: value for key, value in shown.items() if value}

    @classmethod
    def from_query(cls, programme: Programme, query: Mapping[str, str]) -> tuple[Choices, list[str]]:
        """Read choices from URL parameters, and the parts that mean nothing."""
        query, dropped = _bound_parameters(query)
        selection, unknown = Selection.from_query(programme, query)
        dropped += unknown
        named, unknown = _read_programmes(query)
        dropped += unknown
        known = {
            "lang": LANGUAGES,
            "source": BUILT_IN,
            "method": tuple(METHODS),
            "colour": COLOURS,
            "counties": ("1",),
            "lines": ("1",),
            "other": ("1",),
            "show": MAP_VIEWS,
            "hue": tuple(str(task.number) for task in programme.tasks),
            "zoom": tuple(map(str, ZOOMS)),
            "year": tuple(map(str, range(FIRST_YEAR, get_last_year() + 1))),
        }
        values: dict[str, str] = {}
        for key, choices in known.items():
            if query.get(key) in choices:
                values[key] = query[key]
            elif query.get(key):
                dropped.append(f"{key}={query[key]}")
        at = parse_point(query.get("at", ""))
        if query.get("at") and at is None:
            dropped.append(f"at={query['at']}")
        if "zoom" in values and at is None:
            dropped.append(f"zoom={values.pop('zoom')}")
        looking = _read_view(query.get("view", ""))
        if query.get("view") and looking is None:
            dropped.append(f"view={query['view']}")
        # The page of themes says which ids exist; other pages need not read its tables.
        topic = query.get("theme", "").strip()[:MAX_QUERY_CHARS]
        if topic and not topic.isidentifier():
            dropped.append(f"theme={topic}")
        return cls(
            selection=selection,
            lang=cast("Language", values.get("lang", "zh")),
            source=values.get("source", DEFAULT_SOURCE),
            method=values.get("method", DEFAULT_METHOD),
            colour_by=cast("ColourBy", values.get("colour", "region")),
            counties="counties" in values,
            lines="lines" in values,
            programme=named[0],
            beside=named[1:],
            looking=looking,
            show=cast("MapView", values.get("show", "map")),
            other="other" in values,
            colour_task=int(values["hue"]) if "hue" in values else None,
            at=at,
            zoom=int(values["zoom"]) if "zoom" in values else None,
            year=int(values["year"]) if "year" in values else None,
            asked=query.get("ask", "").strip()[:MAX_QUERY_CHARS],
            topic=topic if topic.isidentifier() else "",
        ), _shorten(dropped)


def _bound_parameters(query: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Leave out parameters that are longer than any the app writes, and say so."""
    bounded = {key: value for key, value in query.items() if len(value) <= MAX_PARAMETER_CHARACTERS}
    # Searches and questions are cut, as in their boxes.
    cut = {key: query[key][:MAX_PARAMETER_CHARACTERS] for key in ("q", "ask") if key in query}
    return bounded | cut, [f"{key}={value}" for key, value in query.items() if key not in bounded and key not in cut]


def _shorten(dropped: list[str]) -> list[str]:
    """Bound what is shown of the parts of a link that mean nothing."""
    shown = [
        part if len(part) <= _SHOWN_CHARACTERS else part[:_SHOWN_CHARACTERS] + "…" for part in dropped[:_SHOWN_PARTS]
    ]
    rest = len(dropped) - len(shown)
    return [*shown, f"… (+{rest})"] if rest else shown


def _read_view(text: str) -> tuple[float, float, float] | None:
    """Read where a link looks: ``longitude,latitude,zoom``; None for a place or a zoom that the map does not have."""
    place, _, zoom_text = text.rpartition(",")
    point = parse_point(place)
    try:
        zoom = float(zoom_text)
    except ValueError:
        return None
    return None if point is None or not ZOOMS[0] <= zoom <= ZOOMS[-1] else (*point, zoom)


def _read_programmes(query: Mapping[str, str]) -> tuple[tuple[str, ...], list[str]]:
    """Read the programmes a link names, the main one first, and the parts that name none."""
    there = list_programmes()
    words = list(dict.fromkeys(filter(None, query.get("programme", "").split(","))))
    named = tuple(word for word in words if word in there)
    return named or (DEFAULT_PROGRAMME,), [f"programme={word}" for word in words if word not in there]


def get_main_programme() -> Programme:
    """Return the programme whose filters and tables are shown: of a link that has just been followed, else of the session."""
    arrived = _read_arrived()
    return load_programme((st.session_state["choices"] if arrived is None else arrived[0]).programme)


def _read_arrived() -> tuple[Choices, list[str]] | None:
    """Read what an address that the visitor has just changed means, and the parts of it that mean nothing."""
    query = st.query_params.to_dict()
    state: Any = st.session_state
    if "choices" in state and not get_address().was_changed(query):
        return None
    # A run asks several times, and a link that is sent again and again says the same.
    parsed: tuple[dict[str, str], Choices, list[str]] | None = state.get("parsed_link")
    if parsed is None or parsed[0] != query:
        bounded, _ = _bound_parameters(query)
        parsed = (query, *Choices.from_query(load_programme(_read_programmes(bounded)[0][0]), query))
        state["parsed_link"] = parsed
    return parsed[1], list(parsed[2])


@dataclass(frozen=True)
class ViewTarget:
    """What to look at: zones, or a box if there is one, or its middle at a zoom; the map moves when the token changes."""

    token: str
    zones: tuple[int, ...]
    box: Box | None = None
    zoom: float | None = None


def zoom_to(*zones: int, box: Box | None = None) -> None:
    """Let the map move to these zones, or to a box (west, south, east, north [degree]), once."""
    state: Any = st.session_state
    state["moves"] = state.get("moves", 0) + 1
    state["view"] = ViewTarget(f"move-{state['moves']}", zones, box)
    state["w_looking"] = None


def get_choices(programme: Programme, page: str) -> tuple[Choices, list[str]]:
    """Return the visitor's choices: from the URL when it changed under us (a link, the back button), else from the session.

    Parameters
    ----------
    programme : Programme
    page : str
        The page that asks; every page has the same choices.

    Returns
    -------
    choices : Choices
    dropped : list of str
        Parts of the link that could not be understood.
    """
    arrived = _read_arrived()
    query = st.query_params.to_dict()
    state: Any = st.session_state
    moved, state["page"] = state.get("page") != page, page
    if arrived is not None:
        get_address().follow(query, first="choices" not in state)
        choices, state["dropped"] = arrived
        state["choices"] = choices
        state["view"] = _make_view_target(choices, programme)
        seed_widgets(choices)
    elif moved:
        # To Streamlit the widgets of another page are others, which start empty.
        seed_widgets(state["choices"])
    return state["choices"], state["dropped"]


def _make_view_target(choices: Choices, programme: Programme) -> ViewTarget:
    """Choose where the map looks when a link is opened."""
    chosen = choices.selection
    zones = () if chosen.is_everything else tuple(zone.order for zone in chosen.apply(programme))
    if chosen.focus is not None:
        zones = (chosen.focus,)
    if choices.looking is not None:
        lon, lat, zoom = choices.looking
        return ViewTarget("link", zones, (lon, lat, lon, lat), zoom)
    box = None if choices.at is None else (*choices.at, *choices.at)
    return ViewTarget("link", zones, box, choices.zoom)


def publish(programme: Programme, choices: Choices) -> None:
    """Write the choices into the URL and the session."""
    query = choices.to_query(programme)
    if choices != st.session_state.get("choices"):
        st.session_state["dropped"] = []
    st.session_state["choices"] = choices
    get_address().publish(query)


def build_permalink(programme: Programme, choices: Choices) -> str:
    """Build the address of the page with these choices; empty where the server does not know its own."""
    # Streamlit drops the slash of a bare host; the address bar has it.
    page = urlsplit(st.context.url or "")
    query = urlencode(choices.to_query(programme))
    return urlunsplit((page.scheme, page.netloc, page.path or "/", query, "")) if page.netloc else ""


def get_language() -> Language:
    """Return the language of the interface, also before any widget is drawn."""
    arrived = _read_arrived()
    if arrived is not None:
        return arrived[0].lang
    state: Any = st.session_state
    lang: Language = state.get("w_lang") or state["choices"].lang
    return lang


def get_theme() -> Theme:
    """Return whether the page is light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"
