"""Projects that lie in the folder of a programme as ``projects.csv``; none ships with the catalogue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.projects.location import LocatedRegister

__all__ = ["PROJECTS_FILE", "has_projects", "load_projects"]

PROJECTS_FILE: Final = "projects.csv"


def has_projects(programme: Programme) -> bool:
    """Return whether the folder of a programme has a register of projects."""
    return programme.folder is not None and (programme.folder / PROJECTS_FILE).is_file()


def load_projects(programme: Programme, boundaries: Boundaries) -> LocatedRegister:
    """Load the register that lies in the folder of a programme.

    Parameters
    ----------
    programme : Programme
        One that `has_projects`.
    boundaries : Boundaries

    Returns
    -------
    LocatedRegister
        Overdue as of today.

    Raises
    ------
    ProjectError
        When the register has an error; all of them are named.
    """
    # Imported here: most programmes have no projects, and every start would wait.
    from pilotzones.geo.documents.reader import TABLE, read_document
    from pilotzones.geo.errors import ProjectError, raise_problems
    from pilotzones.geo.projects.location import locate_projects
    from pilotzones.geo.projects.reader import read_register
    from pilotzones.geo.query.applicability_loader import index_programmes
    from pilotzones.geo.query.county_index import CountyIndex

    assert programme.folder is not None
    register = read_register(read_document(programme.folder / PROJECTS_FILE, limits=TABLE))
    raise_problems(ProjectError, f"{programme.id}/{PROJECTS_FILE}", register.problems)
    applies = index_programmes([programme], CountyIndex(boundaries))
    return locate_projects(register, applies, programme, date.today())  # noqa: DTZ011
