"""Search box, its results, and what is said about the place somebody pointed at."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from pilotzones.geo.boundaries.county_table import County
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, append_detail, get_place_words, join_texts, translate
from pilotzones.geo.query.coordinate_parser import parse_point
from pilotzones.geo.query.unit_comparison import find_divisions_in_year
from pilotzones.layers.assets import SEARCH_BOX_JS
from pilotzones.layers.history_labels import describe_member
from pilotzones.layers.place_labels import name_place
from pilotzones.views.components.markdown import escape
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, zoom_to
from pilotzones.views.state.widgets import from_widgets

if TYPE_CHECKING:
    from pilotzones.geo.query.search_index import SearchEntry, SearchIndex

__all__ = ["describe_county", "go_to", "mount_box", "show_place_summary", "show_search_box"]

# The list belongs to the input by its id; there is one box on a page.
_HTML: Final = (
    # Until its script names it in the language of the page, it has a name in both.
    '<input type="search" class="pilotzones-search" aria-label="查找 Search" list="pilotzones-suggestions" '
    'autocomplete="off" maxlength="200">'
    '<datalist id="pilotzones-suggestions"></datalist>'
)
_MAX_HITS: Final = 8
_MAX_QUERY_CHARS: Final = 60


def show_search_box(choices: Choices) -> None:
    """Draw the search box: zones, tasks and places are offered while somebody types; whatever else is typed is looked up.

    Parameters
    ----------
    choices : Choices
    """
    lang = choices.lang
    state: Any = st.session_state
    names = _list_names(choices) if state.get("search_opened") else []
    mount_box(lang, names)
    found: list[int] = state.get("found", [])
    typed: str = state.get("typed", "")
    if not typed:
        return
    names = _list_names(choices)
    with st.container(key="found"):
        if not found:
            st.info(escape(translate("find_nothing", lang, typed=typed)), icon=":material/search_off:")
            return
        # Another text is another list: its choice must not survive as a place in the list.
        key = f"found_{typed}_{lang}"
        entries = _search().entries
        labels = [_label(entries[number], names[number], typed, lang) for number in found]
        st.pills(
            translate("find_results", lang),
            found,
            format_func=lambda number: escape(labels[found.index(number)]),
            key=key,
            on_change=_go_to_found,
            args=(key,),
        )


def _label(entry: SearchEntry, name: str, typed: str, lang: Language) -> str:
    """Label what is offered; with the former name first, where it was found by one."""
    former = entry.find_former_name(typed)
    return translate("found_former", lang, former=former, name=name) if former else name


def mount_box(lang: Language, names: list[str]) -> None:
    """Put the box on the page.

    Streamlit's box of choices makes an element of each of three thousand names before the page is drawn, whether anybody
    searches or not; in this one the browser makes and filters them when somebody goes into it.

    Parameters
    ----------
    lang : {"zh", "en"}
    names : list of str
        What is suggested; none before somebody has gone into the box.
    """
    box = st.components.v2.component(
        "pilotzones_search_box", html=_HTML, js=SEARCH_BOX_JS.read_text(encoding="utf-8"), isolate_styles=False
    )
    data = {"label": translate("find", lang), "placeholder": translate("find_placeholder", lang), "names": names}
    box(key="find", data=data, on_opened_change=_open_suggestions, on_typed_change=_go_to_typed)


def _list_names(choices: Choices) -> list[str]:
    return cache.get_search_names(*choices.join_key, choices.lang)


def _open_suggestions() -> None:
    st.session_state["search_opened"] = True


def _go_to_typed() -> None:
    go_to(str(st.session_state["find"].typed or ""))


def go_to(text: str) -> None:
    """Go to what was chosen in the box or, where something else was typed, to what is meant by it.

    Parameters
    ----------
    text : str
    """
    state: Any = st.session_state
    state["typed"], state["found"] = "", []
    names = _list_names(from_widgets(state["choices"]))
    if text in names:
        _open(_search().entries[names.index(text)])
    elif text.strip():
        _look_up(text.strip()[:_MAX_QUERY_CHARS])


def _go_to_found(key: str) -> None:
    state: Any = st.session_state
    number = state[key]
    if number is not None:
        state["typed"], state["found"] = "", []
        _open(_search().entries[number])


def _look_up(typed: str) -> None:
    """Go to a coordinate or to the only thing of a name; of several, offer them."""
    state: Any = st.session_state
    point = parse_point(typed)
    if point is not None:
        state["w_at"] = point
        _look_around(point)
        _turn_to_map()
        return
    index = _search()
    found = index.find(typed, most=_MAX_HITS)
    # A name of former times leads nowhere unsaid: what it is today is offered.
    if len(found) == 1 and not found[0].find_former_name(typed):
        _open(found[0])
        return
    state["typed"] = typed
    state["found"] = [index.entries.index(entry) for entry in found]


def _search() -> SearchIndex:
    choices = from_widgets(st.session_state["choices"])
    return cache.get_search_index(*choices.join_key)


def _turn_to_map() -> None:
    """Let the navigation turn to the map page, where a place is shown; nothing happens on the map page itself."""
    st.session_state["wanted_page"] = "map"


def _open(entry: SearchEntry) -> None:
    """Move the map to an entry, and open what belongs to it."""
    if entry.kind == "task":
        st.session_state["w_task"] = [int(entry.key)]
        zoom_to(*entry.zones)
    else:
        _open_place(entry)
    _turn_to_map()


def _open_place(entry: SearchEntry) -> None:
    state: Any = st.session_state
    state["w_at"] = None
    state["w_focus"] = entry.zones[0] if len(entry.zones) == 1 else None
    if entry.kind == "county":
        county = _get_index().find_county(entry.key)
        state["w_at"] = None if county is None else _get_index().find_inner_point(county)
    if entry.box is None:
        zoom_to(*entry.zones)
    else:
        zoom_to(*entry.zones, box=entry.box)


def _look_around(point: tuple[float, float]) -> None:
    county = _get_index().find_county_at(*point)
    zoom_to(box=(*point, *point) if county is None else _get_index().get_bounds(county))


def _get_index() -> Any:
    choices: Choices = st.session_state["choices"]
    return cache.get_county_index(st.session_state.get("w_source", choices.source))


def show_place_summary(joined: JoinedProgramme, choices: Choices, shown: Collection[int]) -> None:
    """Say which zone the place belongs to that somebody pointed at, or none.

    Parameters
    ----------
    joined : JoinedProgramme
    choices : Choices
    shown : collection of int
        Zones that pass the filters.
    """
    if choices.at is None:
        return
    place = cache.get_county_index(choices.source).find_place(joined, *choices.at)
    lang = choices.lang
    if place.county is None:
        sentence = translate("here_nowhere", lang, lon=f"{place.lon:.5f}", lat=f"{place.lat:.5f}")
        st.info(escape(sentence), icon=":material/location_off:")
        return
    county = escape(_describe_county_in_year(place.county, choices))
    words = get_place_words(joined.programme.kind, lang)
    if place.zone is None:
        st.info(translate("here_none", lang, place=county, **words), icon=":material/location_on:")
        return
    zone = joined.programme.get_zone(place.zone)
    name = escape(f"{zone.order}. {zone.name(lang)}")
    summary = translate("here_host" if place.is_host else "here_zone", lang, place=county, zone=name)
    hidden = "" if place.zone in shown else translate("here_filtered", lang, **words)
    st.info(summary + hidden, icon=":material/location_on:")


def _describe_county_in_year(county: County, choices: Choices) -> str:
    """Describe a county, and what stood on its ground at the end of the year of the map."""
    today = describe_county(county, choices.lang)
    if choices.year is None:
        return today
    then = find_divisions_in_year([county.adcode], choices.year).get(county.adcode)
    lines = [] if then is None else describe_member(then, choices.lang)
    return append_detail(today, join_texts(lines, choices.lang, zh="；", en="; "), choices.lang) if lines else today


def describe_county(county: County, lang: Language) -> str:
    """Describe a county with what it lies in and its code, in the language of the page."""
    parts = dict.fromkeys(filter(None, (county.province, county.prefecture, county.name)))
    names = [name_place(name, lang) for name in parts]
    name = "".join(names) if lang == "zh" else ", ".join(names[::-1])
    return append_detail(name, county.adcode, lang) if county.adcode else name
