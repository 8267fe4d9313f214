"""The files the map needs in a browser: where they are, their hashes, their addresses.

Everything comes from installed packages, so a map is drawn without any other host. All files share one directory whose
name is the hash of the whole set: relative links inside the style sheet go on working, and a changed file changes every
address, so browsers may keep each of them for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from pilotzones.geo.errors import PilotzonesError, make_problem

__all__ = [
    "ICON",
    "SEARCH_BOX_JS",
    "STREAMLIT_CSS",
    "STREAMLIT_WORDS",
    "Asset",
    "AssetError",
    "get_asset_address",
    "get_bundle_digest",
    "load_assets",
]

_LEAFLET = "xstatic.pkg.leaflet"
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
}
_LEAFLET_FILES = (
    "leaflet.js",
    "leaflet.css",
    "images/layers.png",
    "images/layers-2x.png",
    "images/marker-icon.png",
    "images/marker-icon-2x.png",
    "images/marker-shadow.png",
)
_OWN_FILES = ("map.css",)
# The map's script is joined from files of one subject each, in this order; a browser gets one file.
_MAP_SCRIPT = "pilotmap.js"
_MAP_SCRIPTS = tuple(
    f"pilotmap/{part}.js"
    for part in (
        "strings",
        "canvas_renderer",
        "leaflet_internals",
        "geometry",
        "projection",
        "basemap",
        "controls",
        "inset",
        "labels",
        "scroll_guard",
        "list_link",
        "map_controller",
        "channel",
    )
)

# For the page around the map, which gets them through Streamlit.
ICON = Path(str(files("pilotzones.layers") / "static" / "icon.svg"))
STREAMLIT_CSS = ICON.with_name("streamlit.css")
SEARCH_BOX_JS = ICON.with_name("search_box.js")
STREAMLIT_WORDS = ICON.with_name("streamlit_words.js")


class AssetError(PilotzonesError):
    """A file that the map needs in the browser is not installed, or is not one of ours."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file for the browser.

    Parameters
    ----------
    name : str
        Path below the asset directory, for example ``images/layers.png``.
    media_type : str
        What to say in ``Content-Type``.
    content : bytes
        The file.
    sha256 : str
        Hash of the content, 64 hexadecimal digits.
    """

    name: str
    media_type: str
    content: bytes
    sha256: str


def _locate() -> dict[str, Traversable | None]:
    """Return every file by name; None where the package that holds it is missing."""
    try:
        leaflet: Traversable | None = files(_LEAFLET) / "data"
    except ModuleNotFoundError:
        leaflet = None
    own = files("pilotzones.layers") / "static"
    found: dict[str, Traversable | None] = {
        name: None if leaflet is None else leaflet / name for name in _LEAFLET_FILES
    }
    found.update({name: own / name for name in (*_OWN_FILES, *_MAP_SCRIPTS)})
    return found


def _make_asset(name: str, content: bytes) -> Asset:
    suffix = name[name.rindex(".") :]
    return Asset(name, _MEDIA_TYPES[suffix], content, hashlib.sha256(content).hexdigest())


def _join_scripts(parts: Iterable[bytes]) -> bytes:
    """Join the scripts into one: what the parts share stays between them, in one closure."""
    return b'(function () {\n"use strict";\n\n' + b"\n".join(parts) + b"})();\n"


@cache
def load_assets() -> Mapping[str, Asset]:
    """Load all files for the browser, by name.

    Returns
    -------
    mapping of str to Asset
        Read once a process.

    Raises
    ------
    AssetError
        When any of them is missing; names every missing file and the package it belongs to.
    """
    places = _locate()
    missing = [name for name, place in places.items() if place is None or not place.is_file()]
    if missing:
        packages = sorted({"xstatic-leaflet" if name in _LEAFLET_FILES else "pilotzones" for name in missing})
        facts = {"files": ", ".join(missing), "packages": ", ".join(packages)}
        raise AssetError(make_problem("", "assets_missing", facts=facts))
    content = {name: place.read_bytes() for name, place in places.items() if place is not None}
    content[_MAP_SCRIPT] = _join_scripts([content.pop(part) for part in _MAP_SCRIPTS])
    return MappingProxyType({name: _make_asset(name, whole) for name, whole in content.items()})


@cache
def get_bundle_digest() -> str:
    """Hash of the whole set, the name of its directory.

    Returns
    -------
    str
        16 hexadecimal digits.

    Raises
    ------
    AssetError
        When a file is missing.
    """
    listing = "\n".join(f"{name} {asset.sha256}" for name, asset in sorted(load_assets().items()))
    return hashlib.sha256(listing.encode()).hexdigest()[:16]


def get_asset_address(name: str) -> str:
    """Return where a browser finds the file, relative to the root of the site.

    Parameters
    ----------
    name : str
        One of the names in `load_assets`.

    Returns
    -------
    str
        ``assets/<digest>/<name>``, without a leading slash, so that it also works below a base path.

    Raises
    ------
    AssetError
        When there is no such file.
    """
    if name not in load_assets():
        facts = {"name": name, "known": ", ".join(sorted(load_assets()))}
        raise AssetError(make_problem("", "asset_unknown", facts=facts))
    return f"assets/{get_bundle_digest()}/{name}"
