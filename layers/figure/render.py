"""A printed figure of the zones chosen: PDF, SVG or PNG, on A4 or A3.

Nothing is fetched, and nothing depends on the fonts of a computer. A figure of the whole country has the inset of the
South China Sea, and every figure has its source line: no argument leaves them out. The same input gives the same bytes
(the time comes from ``SOURCE_DATE_EPOCH`` where that is set).
"""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export import build_provenance
from pilotzones.geo.files.atomic_file import make_unwritten_problem
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, load_messages
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.figure.content import build_content
from pilotzones.layers.figure.drawing import draw_sheet, map_names
from pilotzones.layers.figure.font_subset import FigureFont, FontError, clean, make_font
from pilotzones.layers.figure.map_axes import load_background
from pilotzones.layers.figure.matplotlib_fonts import add_font
from pilotzones.layers.figure.page_layout import Layout, Sheet
from pilotzones.layers.figure.projection import PAPERS, Paper, ProjectionName, SheetView, choose_view
from pilotzones.layers.style.choropleth import ColourBy

__all__ = [
    "DPI",
    "FORMATS",
    "PROJECTIONS",
    "FileFormat",
    "check_coverage",
    "open_sheet",
    "prepare_drawing",
    "render_figure",
]

FileFormat = Literal["pdf", "svg", "png"]
FORMATS: Final[tuple[FileFormat, ...]] = ("pdf", "svg", "png")
PROJECTIONS: Final[tuple[ProjectionName, ...]] = ("albers", "lambert")
DPI: Final = (72, 600)
# matplotlib keeps its settings and fonts for the whole process, so one figure is drawn at a time.
_DRAWING: Final = threading.Lock()
_SETTINGS: Final[dict[Any, Any]] = {
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "svg.fonttype": "path",
    "svg.hashsalt": "pilotzones",
    # A name with two dollar signs is a name, not a formula.
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.5,
    "path.simplify": False,
}


def render_figure(
    joined: JoinedProgramme,
    *,
    selection: Selection | None = None,
    lang: Language = "zh",
    file_format: FileFormat = "pdf",
    paper: Paper = "A4",
    dpi: int = 300,
    colour_by: ColourBy = "region",
    colour_task: int | None = None,
    projection: ProjectionName = "albers",
    permalink: str = "",
) -> bytes:
    """Draw the zones that pass a selection.

    Parameters
    ----------
    joined : JoinedProgramme
    selection : Selection, optional
        Everything by default. Zones of one part of the country give a map of that part.
    lang : {"zh", "en"}, optional
    file_format : {"pdf", "svg", "png"}, optional
    paper : {"A4", "A3"}, optional
        Landscape.
    dpi : int, optional
        Of a PNG [dot/inch], 72 to 600.
    colour_by, colour_task : str, int or None, optional
        As for `pilotzones.layers.style.choropleth.choose_colouring`.
    projection : {"albers", "lambert"}, optional
        Equal-area or conformal.
    permalink : str, optional
        Address that shows the same selection; printed on the sheet.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ExportError
        When no zone passes the selection, or a choice is none of those above.
    FontError
        When no font on this computer has a character of a name.
    """
    _check(file_format, paper, dpi, projection)
    provenance = build_provenance(joined, selection or Selection(), permalink=permalink)
    with open_sheet(
        joined,
        selection=selection,
        lang=lang,
        paper=paper,
        colour_by=colour_by,
        colour_task=colour_task,
        projection=projection,
        permalink=permalink,
    ) as sheet:
        about = {"software": provenance["software"], "generated": str(provenance["generated"])}
        metadata = make_metadata(file_format, provenance["title"], _compose_subject(provenance), **about)
        return encode_sheet(sheet, file_format, dpi, metadata)


@contextmanager
def open_sheet(
    joined: JoinedProgramme,
    *,
    selection: Selection | None = None,
    lang: Language = "zh",
    paper: Paper = "A4",
    colour_by: ColourBy = "region",
    colour_task: int | None = None,
    projection: ProjectionName = "albers",
    permalink: str = "",
) -> Iterator[Sheet]:
    """Draw the sheet of `render_figure` with everything on it, before it becomes a file.

    Parameters
    ----------
    joined, selection, lang, paper, colour_by, colour_task, projection, permalink
        As for `render_figure`.

    Yields
    ------
    Sheet
        Only one exists at a time in a process.

    Raises
    ------
    ExportError
        When no zone passes the selection.
    FontError
        When no font on this computer has a character of a name.
    """
    wanted = selection or Selection()
    orders = [zone.order for zone in wanted.apply(joined.programme)]
    if not orders:
        raise ExportError(make_problem("", "export_no_zone"))
    layout = Layout.on(paper)
    view = _choose_sheet_view(joined, orders, projection, layout)
    behind = load_background(joined.boundaries)
    content = build_content(
        joined,
        wanted,
        view,
        lang=lang,
        colour_by=colour_by,
        colour_task=colour_task,
        paper=paper,
        context=behind.source.info,
        permalink=clean(permalink),
    )
    names = map_names(joined, orders, view, behind, lang=lang)
    font = make_sheet_font([*content.list_texts(), *(name.text for name in names)], lang)
    with prepare_drawing(font):
        sheet = Sheet.on(layout, font)
        draw_sheet(sheet, content, view, joined, behind=behind, names=names, lang=lang)
        check_coverage(sheet)
        yield sheet


def make_sheet_font(texts: Iterable[str], lang: Language) -> FigureFont:
    """Make the font of a sheet with these texts and the words that every sheet may have."""
    words = [texts[lang] for key, texts in load_messages().items() if key.startswith("figure_")]
    return make_font([*texts, *map(clean, words)])


def _check(file_format: str, paper: str, dpi: int, projection: str) -> None:
    for code, value, known in (
        ("figure_format", file_format, FORMATS),
        ("figure_paper", paper, tuple(PAPERS)),
        ("figure_projection", projection, PROJECTIONS),
    ):
        if value not in known:
            raise ExportError(make_problem("", code, facts={"value": value, "known": ", ".join(known)}))
    lowest, highest = DPI
    if not lowest <= dpi <= highest:
        facts = {"dpi": dpi, "first": lowest, "last": highest}
        raise ExportError(make_problem("", "figure_dpi", facts=facts))


def _choose_sheet_view(
    joined: JoinedProgramme, orders: list[int], projection: ProjectionName, layout: Layout
) -> SheetView:
    """Return what the zones cover, special areas and their hosts included."""
    records = joined.list_records(orders)
    located = [record.geometry for record in records if record.geometry is not None]
    shapes = [*located, *(host.geometry for record in records for host in record.hosts)]
    return choose_view(np.array(shapes, dtype=object), projection, layout.map)


@contextmanager
def prepare_drawing(font: FigureFont) -> Iterator[None]:
    """Set the settings and the font of one figure, one at a time; matplotlib is as before when it is done."""
    import matplotlib as mpl

    with tempfile.TemporaryDirectory(prefix="pilotzones-figure-") as folder:
        path = Path(folder) / f"{font.family}.ttf"
        try:
            path.write_bytes(font.content)
        except OSError as error:
            raise ExportError(make_unwritten_problem(path, error)) from error
        with _DRAWING, add_font(path), mpl.rc_context(_SETTINGS | {"font.family": [font.family]}):
            yield


def check_coverage(sheet: Sheet) -> None:
    """Check that every text drawn is in the font, so that no box stands for a letter."""
    from matplotlib.text import Text

    # Some texts, such as the degrees of the graticule, come into being only now.
    sheet.figure.draw_without_rendering()
    texts = "".join(text.get_text() for text in sheet.figure.findobj(Text) if text.get_visible())
    missing = sorted(set(texts) - sheet.font.characters - {"\n"})
    if missing:
        raise FontError(make_problem("", "figure_letters", facts={"letters": "".join(missing)}))


def encode_sheet(sheet: Sheet, file_format: FileFormat, dpi: int, metadata: dict[str, Any]) -> bytes:
    """Encode a sheet as a file that says of itself what `make_metadata` says."""
    stream = io.BytesIO()
    sheet.figure.savefig(stream, format=file_format, dpi=dpi, facecolor="white", metadata=metadata)
    return stream.getvalue()


def make_metadata(
    file_format: FileFormat, title: str, subject: str, *, software: str = "pilotzones", generated: str = ""
) -> dict[str, Any]:
    """Return what a file says of itself; of the time only what is given, so that the same input gives the same bytes."""
    if file_format == "pdf":
        written = datetime.fromisoformat(generated) if generated else None
        return {"Title": title, "Subject": subject, "Creator": software, "Producer": None, "CreationDate": written}
    described = {"Title": title, "Description": subject}
    if file_format == "svg":
        return described | {"Creator": software, "Date": generated or None}
    return described | {"Software": software} | ({"Creation Time": generated} if generated else {})


def _compose_subject(provenance: dict[str, Any]) -> str:
    source = " ".join(
        str(provenance[key]) for key in ("boundary_publisher", "boundary_review_number") if provenance[key]
    )
    return "; ".join(str(part) for part in (provenance["document"], source, provenance["permalink"]) if part)
