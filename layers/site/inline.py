"""What a page needs so that it runs from a disk: scripts and styles as text, data that cannot leave its block, a policy.

The policy lets run the scripts whose hashes it names, and nothing else; the page may ask for nothing from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from pilotzones.geo.errors import make_problem
from pilotzones.geo.export import get_version
from pilotzones.layers.assets import AssetError, load_assets
from pilotzones.layers.html_templates import render_template

__all__ = [
    "build_policy",
    "encode_script_json",
    "get_leaflet_credit",
    "read_static_text",
    "read_styles",
    "render_map_page",
]

_MAP_SCRIPTS: Final = ("leaflet.js", "pilotmap.js")
_STYLES: Final = ("leaflet.css", "map.css", "static_page.css")
# Leaflet's pictures belong to controls that we do not use; its style sheet must not ask for them.
_PICTURE: Final = re.compile(r"url\([^)]*\)")
_SOURCE_MAP: Final = re.compile(r"//# sourceMappingURL=\S*")
_ENDS_A_SCRIPT: Final = re.compile(r"</script|<!--", re.IGNORECASE)
# Characters that could end a script element, or that older browsers take for the end of a line.
_ESCAPES: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"}


def encode_script_json(data: object) -> str:
    """Encode JSON so that it may stand inside a script element: no text in it can end the element.

    Parameters
    ----------
    data : object
        JSON values only.

    Returns
    -------
    str
        Keys in the order given.

    Raises
    ------
    ValueError
        When a number is not finite.
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)


@cache
def read_static_text(name: str) -> str:
    """Read one of the files for browsers as text: Leaflet's from its package, ours from ``layers/static``.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        Lines end with a line feed, as they do once a browser has read them: hashes count on it.

    Raises
    ------
    AssetError
        When the file is missing, or could end the element it is put in.
    """
    if name in load_assets():
        text = load_assets()[name].content.decode("utf-8")
    else:
        text = (resources.files("pilotzones.layers") / "static" / name).read_text(encoding="utf-8")
    text = _SOURCE_MAP.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if name.endswith(".css"):
        text = _PICTURE.sub("none", text)
    if _ENDS_A_SCRIPT.search(text) or "</style" in text:
        raise AssetError(make_problem("", "asset_in_page", facts={"name": name}))
    return text


def read_styles() -> str:
    """Read the style sheets of a page with a map."""
    return "\n".join(read_static_text(name) for name in _STYLES)


@cache
def get_leaflet_credit() -> str:
    """Return Leaflet's own notice: name, version, copyright."""
    notice = read_static_text("leaflet.js").partition("/* @preserve")[2].partition("*/")[0]
    return " ".join(line.strip(" *") for line in notice.splitlines() if line.strip(" *"))


def build_policy(inline: Sequence[str]) -> str:
    """Build a Content-Security-Policy for a page with these scripts and no need of anything else.

    Parameters
    ----------
    inline : sequence of str
        Text of every script element.

    Returns
    -------
    str
    """
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline)
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; "
        "form-action 'none'; base-uri 'none'"
    )


def render_map_page(
    template: str, data: Mapping[str, Any], *, title: str, noscript: str, script: str = "static_page.js"
) -> bytes:
    """Render a page with a map as one file that asks for nothing.

    Parameters
    ----------
    template : str
        Name of a file in ``layers/templates``.
    data : mapping
        What the page's script reads; ``lang`` is the language the page begins in.
    title, noscript : str
        Of the page, and what stands there where no script runs.
    script : str, optional
        The page's own, which runs last.

    Returns
    -------
    bytes
        UTF-8.
    """
    inline = [f"\n{read_static_text(name)}\n" for name in (*_MAP_SCRIPTS, script)]
    return render_template(
        template,
        {
            "lang": data["lang"],
            "title": title,
            "software": f"pilotzones {get_version()}",
            "policy": build_policy(inline),
            "styles": read_styles(),
            "noscript": noscript,
            "data": encode_script_json(data),
            "scripts": inline,
        },
    )
