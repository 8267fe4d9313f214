"""The catalogue: text files that people read and edit.

This is the one place that says where they lie, in a checkout and in an installed copy alike.
"""

from importlib.resources import files
from pathlib import Path

__all__ = ["DATA", "EXPORTS", "PLACES", "PROGRAMMES", "SOURCES"]

# The wheel is installed unpacked (hatchling, no zip import), so every resource has a real path.
DATA = Path(str(files(__name__)))
EXPORTS = DATA / "exports"
PLACES = DATA / "places"
PROGRAMMES = DATA / "programmes"
SOURCES = DATA / "sources"
