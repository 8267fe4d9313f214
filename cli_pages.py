"""The commands that write pages: ``pilotzones map`` (one file) and ``pilotzones site`` (a folder)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from cli_flags import FINE, add_command, asked, filters, source
from geo.errors import ExportError
from geo.export import version
from geo.folder_writing import write_folder
from geo.writing import write_whole
from layers.wording import LANGUAGES

__all__ = ["register"]

_PAGE_SUFFIXES: Final = (".html", ".htm")


def register(commands: Any) -> None:
    """Add the commands to the parser.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    """
    page = add_command(
        commands, "map", _map, "write the map as one HTML file that opens without a network", filters(), source()
    )
    page.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.html", help="where to write")
    _language(page)
    site = add_command(
        commands, "site", _site, "write a folder of pages that any web server can serve, or a disk", filters(), source()
    )
    site.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="where to write")
    site.add_argument("--address", default="", metavar="URL", help="where it will be served; adds a sitemap.xml")
    _language(site)


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="zh", help="language it begins in; it has both (default: %(default)s)"
    )


def _map(arguments: argparse.Namespace) -> int:
    output: Path = arguments.output
    if output.suffix.lower() not in _PAGE_SUFFIXES:
        raise ExportError(f"{output.name} was not written: the map is HTML, so name it {output.stem}.html")
    joined, selection = asked(arguments)
    # Only who asks for pages waits for the template engine.
    from layers.one_page import one_page

    content = one_page(joined, selection=selection, lang=arguments.lang)

    def check(written: Path) -> None:
        if written.read_bytes() != content:
            raise ExportError(f"{output.name} was not written: it does not read back as it was")

    write_whole(output, content, check=check)
    shown = len(selection.apply(joined.programme))
    print(f"{output}: {shown} zones, {len(content) / 1e6:.2f} MB", file=sys.stderr)
    return FINE


def _site(arguments: argparse.Namespace) -> int:
    joined, selection = asked(arguments)
    from layers.site import site_files

    files = site_files(joined, selection=selection, lang=arguments.lang, address=arguments.address)
    told = {"programme": joined.programme.id, "source": joined.boundaries.info.id, "version": version()}
    write_folder(arguments.output, files, about=told)
    size = sum(map(len, files.values())) / 1e6
    print(f"{arguments.output}: {len(files)} files, {size:.1f} MB; open index.html", file=sys.stderr)
    return FINE
