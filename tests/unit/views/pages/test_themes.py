"""The page of themes: counts, statements of a theme, a visitor's own statements."""

from __future__ import annotations

import json

import pytest

from pilotzones.geo.messages import LANGUAGES
from pilotzones.geo.statements.loader import load_statements
from pilotzones.geo.statements.user_table import (
    USER_COLUMNS,
    check_user_statements,
    format_user_statements,
    join_user_statements,
    read_user_statements,
)
from tests.helpers.paging import open_page

pytestmark = pytest.mark.slow

BASE = load_statements()
ROW = dict.fromkeys(USER_COLUMNS, "") | {
    "statement": "a1",
    "kind": "task",
    "where_in_document": "1",
    "text_zh": "一",
    "text_en": "one",
    "level": "zone",
    "themes": "finance",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_theme_shows_its_statements(lang):
    for theme in BASE.themes[:4]:
        app = open_page("themes", theme=theme.id, lang=lang)
        shown = "\n".join(one.value for one in app.markdown)
        assert theme.name(lang) in [one.value for one in app.header]
        assert f"**{len(BASE.select(theme=theme.id))} " in shown


def test_the_contradicted_claim_is_marked_so():
    app = open_page("themes", theme="governance", lang="en")
    shown = "\n".join(one.value for one in app.markdown)
    assert ":red-badge[Contradicted]" in shown
    assert "128 counties" in shown


def test_words_find_statements_in_three_ways():
    app = open_page("themes")
    texts = []
    for words in ("宅基地", "zhaijidi"):
        app.text_input(key="w_theme_words").set_value(words).run()
        texts.append([one.value for one in app.subheader])
    assert texts[0] == texts[1] != []


def test_a_link_to_an_unknown_theme_is_said_and_shows_all():
    app = open_page("themes", theme="weather")
    assert any("weather" in one.value for one in app.warning)
    assert app.selectbox(key="w_topic").value == ""


def test_the_zone_page_lists_statements_by_theme():
    app = open_page("zone", focus="8")
    labels = [one.label for one in app.expander]
    assert any(label.startswith("生态") for label in labels)


def test_a_table_of_the_visitors_own_comes_back():
    rows = [ROW, ROW | {"statement": "a2", "text_zh": '含，逗号和"引号"'}]
    assert read_user_statements(format_user_statements(rows)) == rows
    assert check_user_statements(rows, BASE.themes) == []


def test_every_fault_of_a_visitors_table_is_named_by_row_and_field():
    rows = [ROW | {"kind": ""}, ROW | {"themes": "weather"}, ROW | {"where_in_document": ""}]
    found = {(one.row, one.field) for one in check_user_statements(rows, BASE.themes)}
    assert found == {(2, "kind"), (3, "themes"), (3, "statement"), (4, "where_in_document"), (4, "statement")}


def test_statements_of_a_visitors_own_stand_among_the_others():
    app = open_page("themes")
    before = app.dataframe[0].value
    app.file_uploader(key="theme_file").upload("s.csv", format_user_statements([ROW]), "text/csv").run()
    assert not app.exception
    after = app.dataframe[0].value
    assert len(after.columns) == len(before.columns) + 1
    assert after[after.columns[-1]].sum() == 1
    app.text_input(key="w_theme_words").set_value("一").run()
    base = join_user_statements(BASE, [ROW], "x")
    assert base.by_id["own:a1"].themes == ("finance",)


def test_a_place_lists_what_its_document_says_by_theme():
    app = open_page("place_query", ask="永川区")
    box = next(one for one in app.selectbox if str(one.key).startswith("here_themes_500118_urban_rural"))
    box.select("construction_land").run()
    shown = "\n".join(one.value for one in app.markdown)
    assert "集体经营性建设用地" in shown


def test_undo_takes_back_one_step():
    app = open_page("themes")
    assert app.button(key="theme_undo").disabled
    for number in (1, 2):
        rows = [ROW | {"statement": f"a{one}"} for one in range(number)]
        app.file_uploader(key="theme_file").set_value(("s.csv", format_user_statements(rows), "text/csv")).run()
    assert len(app.session_state["theme_rows"]) == 2
    app.button(key="theme_undo").click().run()
    assert len(app.session_state["theme_rows"]) == 1
    app.button(key="theme_undo").click().run()
    assert app.session_state["theme_rows"] == []
    assert app.button(key="theme_undo").disabled


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_editor_names_its_columns_in_the_language_of_the_page(lang):
    app = open_page("themes", lang=lang)
    (editor,) = (one for one in app.dataframe if one.proto.editing_mode)
    config = json.loads(editor.proto.columns)
    shown = [config[name]["label"] for name in USER_COLUMNS]
    assert len(set(shown)) == len(USER_COLUMNS)
    assert not set(shown) & set(USER_COLUMNS)
    words = {"zh": {"编号", "层级", "主体（英文）", "单位"}, "en": {"ID", "Level", "Who acts (English)", "Unit"}}
    assert words[lang] <= set(shown)
    options = [one["label"] for one in config["kind"]["type_config"]["options"]]
    assert ("任务" in options) == (lang == "zh")
    assert "task" not in options


def test_what_is_wrong_in_a_statement_is_found_by_the_name_of_its_column():
    app = open_page("themes")
    rows = [ROW | {"level": "moon"}]
    app.file_uploader(key="theme_file").set_value(("s.csv", format_user_statements(rows), "text/csv")).run()
    assert any("第 2 行，层级" in one.value for one in app.text)
    # The file keeps the names that other programs read.
    assert format_user_statements(rows).decode("utf-8-sig").startswith("statement,kind,where_in_document")
