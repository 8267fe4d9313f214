"""Members of a list of another year: drawn on the counties that they had then, or said to have other limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.county_table import load_county_table
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.catalogue.models import Member, Programme
from pilotzones.geo.export.rows.counties import build_context_rows
from pilotzones.geo.join import JoinedProgramme, check_join, join
from pilotzones.geo.member_matching import match_members
from pilotzones.geo.member_record import GeometryQuality
from pilotzones.geo.messages import LANGUAGES, get_place_words, translate
from pilotzones.layers.webmap.tooltips import build_member_cards
from pilotzones.views.components.tables.programme_tables import build_member_table

TABLE = load_county_table(DEFAULT_SOURCE)


def _import(folder: Path, text: str, as_of: str) -> Programme:
    listing = folder / "list.txt"
    listing.write_text(text, encoding="utf-8")
    run(["import", str(listing), "--as-of", as_of, "-o", str(folder / "programme")])
    return load_programme(folder / "programme")


def _draw(programme: Programme) -> dict[str, tuple[set[str], GeometryQuality]]:
    records = match_members(programme, TABLE)
    return {one.member.listed_name: ({str(TABLE.codes[row]) for row in one.rows}, one.quality) for one in records}


@pytest.mark.parametrize(
    ("text", "as_of", "name", "codes"),
    [
        ("涪陵地区、万县市", "1994", "涪陵地区", {"500102", "500119", "500156", "500230", "500231"}),
        ("巢湖市、六安市", "2010", "巢湖市", {"340124", "340181", "340281", "340522", "340523"}),
        ("莱芜市、泰安市", "2017", "莱芜市", {"370116", "370117"}),
        ("余杭区、德清县", "2020", "余杭区", {"330110", "330113"}),
        ("余杭区、德清县", "2022", "余杭区", {"330110"}),
        ("淮阴县、涟水县", "1999", "淮阴县", {"320804"}),
        ("通化市、抚松县", "1985", "通化市", {"220502", "220503"}),
    ],
)
def test_an_imported_list_is_drawn_as_of_its_date(
    tmp_path: Path, text: str, as_of: str, name: str, codes: set[str]
) -> None:
    assert _draw(_import(tmp_path, text, as_of))[name] == (codes, GeometryQuality.EXACT)


def test_what_is_drawn_is_said_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tianditu: Boundaries
) -> None:
    programme = _import(tmp_path, "成都市、萧山区", "2012")
    drawn = _draw(programme)
    assert "510185" not in drawn["成都市"][0]
    assert len(drawn["成都市"][0]) == 19
    assert drawn["萧山区"] == ({"330109"}, GeometryQuality.LIMITS_CHANGED)
    joined = join(programme, tianditu)
    context = build_context_rows(joined, [1])
    assert {row["adcode"] for row in context if row["zone"] is not None} == drawn["成都市"][0] | {"330109"}
    problems = check_join(joined)
    for lang in LANGUAGES:
        text = " ".join(problem.describe(lang) for problem in problems)
        assert "2012-06" in text
        assert "钱塘区" in text
    cards = build_member_cards(joined)
    table = {lang: build_member_table(joined, [1], lang) for lang in LANGUAGES}
    for lang, words in (("zh", "按 2012-06 时的范围"), ("en", "as it was in 2012-06")):
        assert words in cards["1-1"][lang][-1]
        assert set(table[lang][get_place_words(programme.kind, lang)["One"]]) == {programme.zones[0].name(lang)}
        assert table[lang][translate("changed_since_listed", lang)].str.contains(words).tolist() == [True, False]
        assert translate("quality_exact_former", lang) in table[lang][translate("quality", lang)].tolist()
    assert "钱塘区" in cards["1-2"]["zh"][-1]
    assert "Qiantang District" in cards["1-2"]["en"][-1]
    capsys.readouterr()
    run(["check", "--programme", str(tmp_path / "programme")])
    said = capsys.readouterr()
    assert "成都市 is drawn as it was in 2012-06" in said.out + said.err
    assert run(["zones", "--programme", str(tmp_path / "programme"), "--json"]) == 0
    assert '"geometry_quality": "limits_changed"' in capsys.readouterr().out
    run(["audit", "--programme", str(tmp_path / "programme"), "--json"])
    assert '"limits_changed"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "name", "year", "codes"),
    [
        ("371200", "莱芜市", "2017", {"370116", "370117"}),
        ("512300", "涪陵地区", "1994", {"500102", "500119", "500156", "500230", "500231"}),
        ("220300", "四平市", "2018", {"220184", "220302", "220303", "220322", "220323", "220382"}),
    ],
)
def test_a_programme_is_drawn_as_of_the_year_of_its_codes(
    joined: JoinedProgramme, code: str, name: str, year: str, codes: set[str]
) -> None:
    first = next(one for one in joined.programme.members if one.special is None)
    member: Member = replace(first, adcode=code, listed_name=name, official_name="", kind="prefecture", province="")
    zone = replace(joined.programme.zones[0], members=(replace(member, prefecture=name),))
    assert _draw(replace(joined.programme, codes_as_of=year, zones=(zone,)))[name] == (codes, GeometryQuality.EXACT)


def test_members_of_the_catalogue_had_the_counties_of_today_at_the_date_of_their_codes() -> None:
    for name in list_programmes():
        records = match_members(replace(load_programme(name), checked_as_of=""), TABLE)
        assert not [one.member.listed_name for one in records if one.ground is not None], name


def test_a_table_of_grounds_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _import(tmp_path, "成都市、余杭区", "2012")
    table = tmp_path / "programme" / "member_grounds.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("2012-06", "2012-6x", 1), encoding="utf-8")
    load_programme.cache_clear()
    assert run(["check", "--programme", str(tmp_path / "programme")]) != 0
    said = capsys.readouterr()
    assert "ground_as_of" in said.out + said.err
