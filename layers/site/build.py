"""The static site: a folder of pages, maps, search and files that any web server can serve, or a disk."""

from __future__ import annotations

from importlib import resources
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from pilotzones.geo.audit import audit
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export import (
    FORMATS,
    ExportLayer,
    LayerName,
    build_layer,
    build_provenance,
    encode,
)
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.html_templates import render_template
from pilotzones.layers.site.content import SiteContent, list_search_entries
from pilotzones.layers.site.inline import encode_script_json, read_static_text, read_styles
from pilotzones.layers.site.page_data import build_page_data
from pilotzones.layers.site.page_map import filter_join
from pilotzones.layers.site.pages import render_pages
from pilotzones.layers.site.single_file import render_page

__all__ = ["build_files"]

_LAYERS: Final[tuple[LayerName, ...]] = (
    "zones",
    "members",
    "special_areas",
    "tasks",
    "towns",
    "measures",
    "findings",
    "source_difference",
)
# What most people can open, for layers with geometry and without; the terminal writes the others too.
_MAP_FORMATS: Final = ("geojson", "gpkg", "xlsx")
_TABLE_FORMATS: Final = ("csv", "xlsx")
_SCRIPTS: Final = ("leaflet.js", "pilotmap.js", "static_page.js", "static_search.js")
_ONE_FILE: Final = "downloads/map.html"
_CODES: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}


def build_files(
    joined: JoinedProgramme, *, selection: Selection, lang: Language, address: str = ""
) -> dict[str, bytes]:
    """Build every file of the site.

    Parameters
    ----------
    joined : JoinedProgramme
    selection : Selection
        The site has the zones that pass.
    lang : {"zh", "en"}
        Which language the start page leads to; there are pages in both.
    address : str, optional
        Where the site will be served; a ``sitemap.xml`` needs it, nothing else does.

    Returns
    -------
    dict of str to bytes
        By path inside the folder. Same input, same bytes, the time of the provenance included; of a GeoPackage the
        content is the same.

    Raises
    ------
    ExportError
        When no zone passes the selection, or the address is none.
    """
    if address and not address.startswith(("https://", "http://")):
        raise ExportError(make_problem("", "site_address", facts={"address": address}))
    own = filter_join(joined, selection)
    others = [load(source) for source in BUILT_IN if source != joined.boundaries.info.id]
    data = build_page_data(joined, selection=selection, lang=lang)
    files = _collect_assets(data)
    files[_ONE_FILE] = render_page(joined, selection=selection, lang=lang, permalink=address)
    downloads = []
    for name in _LAYERS:
        made = _try_build_layer(joined, name, selection=selection, others=others, permalink=address)
        if made is not None:
            kinds = [FORMATS[one] for one in (_MAP_FORMATS if made.has_geometry else _TABLE_FORMATS)]
            encoded = {f"downloads/{name}{kind.suffix}": encode(made, format=kind.id) for kind in kinds}
            files |= encoded
            named = zip(encoded.items(), kinds, strict=True)
            downloads.append((made, [(path, kind.title, len(content)) for (path, content), kind in named]))
    site = SiteContent(
        joined=own,
        audited=audit(own, others=others),
        others=others,
        provenance=build_provenance(joined, selection, permalink=address),
        # The page's first line is about being one file.
        about={one: lines[1:] for one, lines in data["about"].items()},
        placed=frozenset(zone["order"] for zone in data["zones"] if zone["box"]),
        downloads=downloads,
        one_file=(_ONE_FILE, len(files[_ONE_FILE])),
    )
    for one in LANGUAGES:
        files |= {f"{one}/{name}": content for name, content in render_pages(site, one).items()}
        files[f"data/search_{one}.js"] = _encode_script("pilotzonesSearch", list_search_entries(site, one))
    files["index.html"] = _render_start_page(own, lang)
    if address:
        files["sitemap.xml"] = _build_sitemap(address, [name for name in files if name.endswith(".html")])
    return files


def _collect_assets(data: dict[str, Any]) -> dict[str, bytes]:
    files = {f"assets/{name}": read_static_text(name).encode() for name in _SCRIPTS}
    files["assets/site.css"] = read_styles().encode()
    files["assets/icon.svg"] = (resources.files("pilotzones.layers") / "static" / "icon.svg").read_bytes()
    # A script, not a JSON file: from a disk a browser loads the one and refuses the other.
    files["data/map.js"] = _encode_script("pilotzonesData", data)
    return files


def _encode_script(name: str, data: object) -> bytes:
    return f"window.{name} = {encode_script_json(data)};\n".encode()


def _try_build_layer(joined: JoinedProgramme, name: LayerName, **options: Any) -> ExportLayer | None:
    """Return a layer; None when the zones chosen have no row in it (no special area, nothing that differs)."""
    try:
        return build_layer(joined, name, **options)
    except ExportError:
        return None


def _render_start_page(joined: JoinedProgramme, lang: Language) -> bytes:
    """Return the page at the root: leads to the language asked for, names both."""
    links = {
        one: {
            "to": f"{one}/index.html",
            "code": _CODES[one],
            "title": joined.programme.title(one),
            "name": translate("onepage_own_name", one),
        }
        for one in LANGUAGES
    }
    values = {"code": _CODES[lang], "first": links[lang], "languages": list(links.values())}
    return render_template("site_start.html", values)


def _build_sitemap(address: str, names: list[str]) -> bytes:
    base = address.rstrip("/")
    # An address may have a query of its own, and & begins an entity.
    lines = [f"<url><loc>{escape(f'{base}/{quote(name)}')}</loc></url>" for name in sorted(names)]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (head + "\n".join(lines) + "\n</urlset>\n").encode()
