"""All counties with pydeck by somebody who knows deck.gl: the geometry has an address, the colour is reckoned in the browser.

A change then sends an expression of a few hundred characters; the page fetches the geometry once.
"""

from __future__ import annotations

import streamlit as st

if __name__ == "__main__":
    from bench.apps.county_classes import CHOICES
    from bench.apps.pydeck_map import FILLS, show

    st.set_page_config(layout="wide")
    choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
    shift = CHOICES.index(choice)
    *others, expression = map(str, FILLS)
    for number, fill in enumerate(others):
        expression = f"(properties.division + {shift}) % {len(FILLS)} == {number} ? {fill} : ({expression})"
    show(
        "/counties.geojson",
        get_fill_color=expression,
        # deck.gl reckons colours anew only when told that they have changed.
        update_triggers={"getFillColor": [shift]},
    )
else:
    from functools import cache

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from bench.apps.obvious_map import load_all_counties

    @cache
    def as_geojson() -> bytes:
        """Encode all counties with the first digit of their codes."""
        counties = load_all_counties()
        digit = counties["district_adcode"].str[0].astype(int)
        return counties.assign(division=digit).to_json().encode()

    def answer(_: Request) -> Response:
        """Answer with the file."""
        return Response(as_geojson(), media_type="application/geo+json")

    app = st.App(__file__, routes=[Route("/counties.geojson", answer)])
