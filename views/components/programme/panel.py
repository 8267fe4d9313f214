"""What a programme's page has beside zones: its document, its rules as checks, its measures, the panel of a town."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from pilotzones.geo.boundaries.sources import BUILT_IN, DEFAULT_SOURCE
from pilotzones.geo.catalogue.chinese_texts import translate_text
from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.catalogue.provisions import CityClass, Measure, Town
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.query.rule_checks import RuleResult
from pilotzones.layers.place_labels import format_place_title, get_kind_name, name_place
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.programme_tables import format_county
from pilotzones.views.state import cache

__all__ = ["count_line", "show_measures", "show_rules", "show_town", "show_town_facts"]

_MARKS: Final = {"holds": "✓", "exception": "≠", "cannot_tell": "?"}


def count_line(programme: Programme, orders: Sequence[int], lang: Language) -> str:
    """Write how much of a programme of towns or of measures is shown, as Markdown."""
    if programme.kind.lists_towns:
        members = [member for order in orders for member in programme.get_zone(order).members]
        points = sum(member.has_point for member in members)
        return translate("count_towns", lang, shown=len(orders), total=len(programme.zones), points=points)
    roles = [programme.get_group(measure.group).role for measure in programme.measures]
    return translate(
        "count_measures",
        lang,
        places=escape(join_texts((programme.get_zone(order).name(lang) for order in orders), lang)),
        measures=roles.count("measure"),
        safeguards=roles.count("safeguard"),
    )


def show_rules(joined: JoinedProgramme, lang: Language) -> None:
    """Draw the structure the document names, and its rules with their exceptions, in a box that opens.

    Parameters
    ----------
    joined : JoinedProgramme
    lang : {"zh", "en"}
    """
    programme = joined.programme
    if not programme.structure and not programme.rules:
        return
    about = st.expander(translate("about_programme", lang), key="about", on_change="rerun")
    if not about.open:
        return
    with about:
        _show_structure(programme, lang)
        if programme.rules:
            source = joined.boundaries.info.id
            results = cache.get_rule_results(programme.id, source if source in BUILT_IN else DEFAULT_SOURCE)
            st.markdown(f"**{translate('rules', lang)}**")
            for result in results:
                _show_rule(result, lang)


def _show_structure(programme: Programme, lang: Language) -> None:
    if not programme.structure:
        return
    figures = "+".join(str(part.count) for part in programme.structure)
    st.markdown(translate("pair", lang, name=f"**{translate('structure', lang)}**", value=f"“{figures}”"))
    for part in programme.structure:
        items = escape(join_texts(part.items(lang), lang, en="; "))
        st.markdown(translate("pair", lang, name=f"- **{part.count}** {escape(part.name(lang))}", value=items))


def _show_rule(result: RuleResult, lang: Language) -> None:
    counts = result.counts
    line = translate(
        "rule_line",
        lang,
        mark=_MARKS[result.verdict],
        name=result.rule.name(lang),
        where=result.rule.where_in_document,
        holds=counts["holds"],
        exceptions=counts["exception"],
        open=counts["cannot_tell"],
    )
    st.markdown(f"- {escape(line)}")
    others = [outcome for outcome in result.outcomes if outcome.verdict != "holds"]
    if not others:
        return
    rows = [
        {
            translate("rule_subject", lang): outcome.subject,
            translate(
                "rule_verdict", lang
            ): f"{_MARKS[outcome.verdict]} {translate(f'outcome_{outcome.verdict}', lang)}",
            translate("rule_expected", lang): _format_extent(outcome.expected, lang),
            translate("rule_found", lang): _format_extent(outcome.found, lang),
            translate("rule_detail", lang): outcome.detail,
            translate("rule_source", lang): "" if outcome.city is None else _cite_city(outcome.city, lang),
        }
        for outcome in others
    ]
    show_table(pd.DataFrame(rows), height="content", key=f"rule_{result.rule.id}")


def _cite_city(city: CityClass, lang: Language) -> str:
    facts = (translate(f"city_{city.size_class}", lang), city.as_of, translate_text(city.source, lang), city.address)
    return join_texts(filter(None, facts), lang, zh="；", en="; ")


def _format_extent(value: str, lang: Language) -> str:
    return translate(f"extent_{value}", lang) if value in ("whole", "part") else value


def show_measures(programme: Programme, lang: Language) -> None:
    """Draw the measures and safeguards, group by group.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    st.header(translate("table_measures", lang), anchor=False)
    for group in programme.groups:
        own = [measure for measure in programme.measures if measure.group == group.id]
        with st.expander(escape(f"{group.name(lang)} · {len(own)}"), expanded=True):
            for measure in own:
                line = translate(
                    "measure_line",
                    lang,
                    name=f"**{escape(measure.name(lang))}**",
                    summary=escape(measure.summary(lang)),
                    scope=escape(_describe_scope(measure, lang)),
                    where=escape(measure.where_in_document),
                )
                st.markdown(f"{escape(measure.number)} {line}")
    name, make = f"pilotzones_{programme.id}_measures.csv", partial(_build_measure_table, programme, lang)
    offer_file(translate("download_measures", lang), make, name, key="download_measures")


def _build_measure_table(programme: Programme, lang: Language) -> pd.DataFrame:
    rows = [
        {
            translate("measure_number", lang): measure.number,
            translate("measure_group", lang): programme.get_group(measure.group).name(lang),
            translate("measure_name", lang): measure.name(lang),
            translate("measure_summary", lang): measure.summary(lang),
            translate("measure_scope", lang): _describe_scope(measure, lang),
            translate("clause", lang): measure.where_in_document,
        }
        for measure in programme.measures
    ]
    return pd.DataFrame(rows)


def _describe_scope(measure: Measure, lang: Language) -> str:
    if measure.scope == "whole":
        return translate("scope_whole", lang)
    if measure.scope == "conditional":
        return translate("scope_conditional", lang, text=measure.scope_text(lang))
    return translate("scope_places", lang, text=measure.scope_text(lang), count=len(measure.scope_adcodes))


def show_town(joined: JoinedProgramme, zone: Zone, lang: Language) -> None:
    """Draw the panel of one town.

    Parameters
    ----------
    joined : JoinedProgramme
    zone : Zone
        Of a programme of towns.
    lang : {"zh", "en"}
    """
    region = joined.programme.get_region(zone.region).name(lang)
    st.caption(escape(f"{region} · {name_place(zone.province, lang)} · {zone.where_in_document}"))
    show_town_facts(zone, lang)


def show_town_facts(zone: Zone, lang: Language) -> None:
    """Draw what became of a town, and what its coordinate rests on."""
    for member in zone.members:
        special, town = member.special, member.town
        facts = [] if town is None else _list_town_facts(zone, town, lang)
        point = special.point if special is not None else None
        if special is not None and point is not None:
            facts.append((translate("town_point", lang), f"{point[0]}, {point[1]} — {member.describe_point(lang)}"))
        else:
            facts.append((translate("town_point", lang), translate("town_standing", lang)))
        if town is not None:
            facts += [
                (translate("town_datum", lang), town.get_text("point_datum", lang)),
                (translate("town_accuracy", lang), town.get_text("point_accuracy", lang)),
                (translate("town_searched", lang), town.get_text("searched", lang)),
            ]
        for label, value in facts:
            if value:
                st.markdown(f"**{escape(label)}**  \n{escape(value)}")


def _list_town_facts(zone: Zone, town: Town, lang: Language) -> list[tuple[str, str]]:
    moved = translate("town_moved", lang) if town.moved else ""
    return [
        (translate("town_listed", lang), zone.scope_text),
        (
            translate("town_now", lang),
            f"{format_place_title(town.present_name, lang)} · {get_kind_name(town.present_status, lang)}",
        ),
        (translate("town_then", lang), format_county(town.prefecture_then, town.county_then, lang)),
        (translate("town_belongs", lang), format_county(town.prefecture_now, town.county_now, lang) + moved),
        (translate("town_code", lang), town.town_code),
        (translate("town_aliases", lang), "、".join(town.aliases)),
        (translate("town_source", lang), town.get_text("source", lang)),
        (translate("town_note", lang), town.get_text("note", lang)),
    ]
