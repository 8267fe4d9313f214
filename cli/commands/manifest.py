"""The command ``pilotzones manifest``: renew the hashes of the catalogue's files."""

from __future__ import annotations

import argparse
import sys

from pilotzones.cli.options import FINE
from pilotzones.data import DATA
from pilotzones.geo.files.checksums import MANIFEST, write_manifest
from pilotzones.geo.messages import format_count

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command: none.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001  # every command takes the arguments
    """Write the manifest.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0.
    """
    count = write_manifest()
    print(f"{DATA / MANIFEST}: {format_count(count, 'file')}", file=sys.stderr)
    return FINE
