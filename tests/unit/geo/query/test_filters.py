"""What the user asked for: filters, words people type, addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import SelectionError
from pilotzones.geo.query import filters
from pilotzones.geo.query.filters import Selection

if TYPE_CHECKING:
    from pilotzones.geo.catalogue.models import Programme

REGIONS = [region.name_zh for region in load_programme().regions]
PROVINCES = load_programme().provinces


def orders(selection: Selection, programme: Programme) -> list[int]:
    return [zone.order for zone in selection.apply(programme)]


def some(values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(list(values)), unique=True, max_size=4).map(tuple)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    tasks = draw(some(range(1, 12)))
    return Selection(
        regions=draw(some(REGIONS)),
        tasks=tasks,
        # Without tasks there is nothing to match, and an address does not say how.
        match=draw(st.sampled_from(["any", "all"])) if tasks else "any",
        provinces=draw(some(PROVINCES)),
        zones=draw(some(range(1, 12))),
        query=draw(st.text(max_size=30).map(str.strip)),
        focus=draw(st.none() | st.integers(1, 11)),
    )


# --- filters ---


def test_nothing_asked_is_everything(programme: Programme) -> None:
    assert Selection().is_everything
    assert orders(Selection(), programme) == list(range(1, 12))
    assert Selection(focus=3).is_everything


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(regions=("中部地区",)), [6, 7]),
        (Selection(regions=("东北地区", "中部地区")), [6, 7, 11]),
        (Selection(tasks=(6,)), [2, 3, 5, 9]),
        (Selection(tasks=(6, 9)), [2, 3, 5, 7, 9, 10]),
        (Selection(tasks=(6, 9), match="all"), [2]),
        (Selection(tasks=(5, 6), match="all"), []),
        (Selection(provinces=("重庆市", "山东省")), [5, 9]),
        (Selection(zones=(11, 1)), [1, 11]),
        (Selection(regions=("西部地区",), tasks=(1,), provinces=("四川省",)), [8]),
        (Selection(query="英德"), [3]),
        (Selection(query="６１０４０３"), [10]),
        (Selection(query="xuchang"), [6]),
        (Selection(query="无锡"), [4]),
        (Selection(query="没有这个地方"), []),
    ],
)
def test_filters(programme: Programme, selection: Selection, expected: list[int]) -> None:
    assert orders(selection, programme) == expected


@given(selections())
def test_filters_are_what_they_say(selection: Selection) -> None:
    programme = load_programme()
    found = selection.apply(programme)
    for zone in programme.zones:
        hits = set(selection.tasks) & set(zone.tasks)
        passes = (
            (not selection.regions or zone.region in selection.regions)
            and (not selection.provinces or zone.province in selection.provinces)
            and (not selection.zones or zone.order in selection.zones)
            and (not selection.tasks or (hits == set(selection.tasks) if selection.match == "all" else bool(hits)))
        )
        if not selection.query:
            assert (zone in found) == passes
        elif zone in found:
            assert passes
    assert list(found) == sorted(found, key=lambda zone: zone.order)


@given(selections())
def test_a_count_is_what_the_choice_leaves(selection: Selection) -> None:
    programme = load_programme()
    counts = selection.count_choices(programme)
    for name in REGIONS:
        assert counts.regions[name] == len(orders(replace(selection, regions=(name,)), programme))
    for name in PROVINCES:
        assert counts.provinces[name] == len(orders(replace(selection, provinces=(name,)), programme))
    for order in range(1, 12):
        assert counts.zones[order] == len(orders(replace(selection, zones=(order,)), programme))
    for number in range(1, 12):
        tasks = (*selection.tasks, number) if selection.match == "all" else (number,)
        assert counts.tasks[number] == len(orders(replace(selection, tasks=tasks), programme))


# --- addresses ---


@given(selections())
def test_a_selection_survives_its_address(selection: Selection) -> None:
    programme = load_programme()
    query = selection.to_query(programme)
    assert all(isinstance(value, str) and value for value in query.values())
    found, dropped = Selection.from_query(programme, query)
    assert dropped == []
    assert found.apply(programme) == selection.apply(programme)
    # The order in which things were clicked is no part of the address.
    for name in ("regions", "tasks", "provinces", "zones"):
        assert sorted(getattr(found, name)) == sorted(getattr(selection, name))
    assert (found.match, found.query, found.focus) == (selection.match, selection.query, selection.focus)
    assert found.to_query(programme) == query


@given(selections())
def test_one_selection_has_one_address(selection: Selection) -> None:
    turned = {name: getattr(selection, name)[::-1] for name in ("regions", "tasks", "provinces", "zones")}
    programme = load_programme()
    assert replace(selection, **turned).to_query(programme) == selection.to_query(programme)


def test_an_address_leaves_out_what_is_at_its_default(programme: Programme) -> None:
    assert Selection().to_query(programme) == {}
    asked = Selection(regions=("东部地区", "西部地区"), tasks=(3, 7), match="all", focus=2)
    assert asked.to_query(programme) == {"region": "east,west", "task": "3,7", "match": "all", "focus": "2"}


def test_what_an_address_cannot_mean_is_dropped_and_named(programme: Programme) -> None:
    query = {
        "region": "east,mars",
        "task": "3,99",
        "match": "some",
        "zone": "1,,x",
        "focus": "77",
        "utm_source": "mail",
    }
    selection, dropped = Selection.from_query(programme, query)
    assert selection == Selection(regions=("东部地区",), tasks=(3,), zones=(1,))
    assert dropped == ["region=mars", "task=99", "zone=x", "match=some", "focus=77"]


def test_repeated_words_of_an_address_count_once(programme: Programme) -> None:
    assert Selection.from_query(programme, {"task": "3,3,３"})[0].tasks == (3,)


@given(
    st.dictionaries(
        st.sampled_from(["region", "task", "match", "province", "zone", "q", "focus", "x"]),
        st.text(max_size=300) | st.sampled_from([",", "，", "east", "1,2", "{{7*7}}", "<script>", "%00", "٣"]),
    )
)
def test_no_address_is_an_error(query: dict[str, str]) -> None:
    programme = load_programme()
    selection, dropped = Selection.from_query(programme, query)
    assert len(selection.query) <= 100
    assert all("=" in word for word in dropped)
    # What was read can be written, and reads the same.
    assert Selection.from_query(programme, selection.to_query(programme))[1] == []


# --- words ---


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"regions": ["东部地区"]}, Selection(regions=("东部地区",))),
        ({"regions": ["东部", "WEST"]}, Selection(regions=("东部地区", "西部地区"))),
        ({"regions": ["east,central"]}, Selection(regions=("东部地区", "中部地区"))),
        ({"regions": ["东部，中部"]}, Selection(regions=("东部地区", "中部地区"))),
        ({"tasks": ["1", "１１", "建立科技成果入乡转化机制"]}, Selection(tasks=(1, 11, 5))),
        ({"tasks": ["科技成果", "cooperation on urban village renewal", "城中村"]}, Selection(tasks=(5, 6))),
        ({"provinces": ["浙江", "重庆市"]}, Selection(provinces=("浙江省", "重庆市"))),
        ({"zones": ["6", "江西鹰潭", "成都"]}, Selection(zones=(6, 7, 8))),
        ({"zones": ["6", "6"], "match": "all"}, Selection(zones=(6,), match="all")),
        ({"query": "  英德 ", "focus": "3"}, Selection(query="英德", focus=3)),
    ],
)
def test_words_people_type(programme: Programme, words: dict[str, Any], expected: Selection) -> None:
    assert Selection.read(programme, **words) == expected


@pytest.mark.parametrize(
    ("words", "what", "listed"),
    [
        ({"regions": ["mars"]}, "region 'mars'", ["east", "central", "west", "northeast"]),
        ({"tasks": ["12"]}, "task '12'", ["1 建立城乡有序流动的人口迁徙制度", "11 健全农民持续增收体制机制"]),
        ({"tasks": ["农村"]}, "task '农村'", ["2 建立进城"]),
        ({"provinces": ["云南"]}, "province '云南'", ["浙江省", "吉林省"]),
        ({"zones": ["0"]}, "zone '0'", ["1 浙江嘉湖片区", "11 吉林长吉接合片区"]),
        ({"zones": ["1.0"]}, "zone '1.0'", ["1 浙江嘉湖片区"]),
        ({"focus": "nowhere"}, "zone 'nowhere'", ["6 河南许昌"]),
        ({"match": "most"}, "'most'", ["any", "all"]),
    ],
)
def test_a_word_that_names_nothing_lists_what_exists(
    programme: Programme, words: dict[str, Any], what: str, listed: list[str]
) -> None:
    with pytest.raises(SelectionError) as caught:
        Selection.read(programme, **words)
    message = str(caught.value)
    assert what in message
    assert "\n" not in message
    for word in listed:
        assert word in message


def test_the_words_of_an_address_share_one_table(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    finder = filters._make_finder

    def count(what: str, choices: Any) -> Any:
        made.append(what)
        return finder(what, choices)

    monkeypatch.setattr(filters, "_make_finder", count)
    words = ",".join(map(str, range(5_000)))
    selection, dropped = Selection.from_query(programme, dict.fromkeys(("zone", "task", "province"), words))
    assert sorted(made) == ["province", "region", "task", "zone"]
    assert len(selection.zones) == len(programme.zones)
    assert f"zone={len(programme.zones) + 1}" in dropped
