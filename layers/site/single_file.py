"""The one-file map: an HTML page that opens from a disk, asks for nothing, and can be read in years."""

from __future__ import annotations

from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.site.inline import render_map_page
from pilotzones.layers.site.page_data import build_page_data

__all__ = ["render_page"]


def render_page(joined: JoinedProgramme, *, selection: Selection, lang: Language, permalink: str = "") -> bytes:
    """Render the zones of a selection as one HTML file with map, filters, tables and provenance.

    Parameters
    ----------
    joined : JoinedProgramme
    selection : Selection
        Its zones are in the file; the page's own filters choose among them. Its focus is open at first.
    lang : {"zh", "en"}
        Which language the page begins in; it has both.
    permalink : str, optional
        Address that shows the same in the app; stated with the provenance.

    Returns
    -------
    bytes
        UTF-8. Same input, same bytes, the time of the provenance included.

    Raises
    ------
    ExportError
        When no zone passes the selection.
    """
    data = build_page_data(joined, selection=selection, lang=lang, permalink=permalink)
    # In the language of the page first.
    noscript = " ".join(translate("onepage_noscript", one) for one in sorted(LANGUAGES, key=lambda one: one != lang))
    return render_map_page("one_page.html", data, title=data["title"][lang], noscript=noscript)
