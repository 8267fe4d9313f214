"""Programmes from the catalogue's folders, validated: every problem of every file at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from pilotzones.data import PROGRAMMES
from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
from pilotzones.geo.catalogue.builder import PROGRAMME_TEXTS, build_programme
from pilotzones.geo.catalogue.membership import MEMBERSHIP_TABLES, check_memberships
from pilotzones.geo.catalogue.models import NamedEntry, Programme
from pilotzones.geo.catalogue.point_validation import check_points
from pilotzones.geo.catalogue.provision_tables import PROVISION_TABLES, check_provisions
from pilotzones.geo.catalogue.validation import Tables, check_content
from pilotzones.geo.errors import CatalogueError, Problem, has_error, make_problem, raise_problems
from pilotzones.geo.files.checksums import check_manifest
from pilotzones.geo.files.csv_reader import CsvRow, decode, read_table
from pilotzones.geo.files.input_file import read_input_file

__all__ = [
    "check_ids",
    "check_programme",
    "find_programme_folder",
    "list_programmes",
    "list_titles",
    "load_programme",
    "read_title",
]

_TABLES: Final[dict[str, tuple[str, str]]] = {
    # file: (columns, key)
    "tasks": ("task name_zh short_zh name_en short_en theme where_in_document", "task"),
    "zones": (
        "zone name_zh name_en region province stated_area_text stated_area_km2 scope_text where_in_document",
        "zone",
    ),
    "members": (
        "zone position listed_name kind division_type province prefecture adcode_2019 where_in_document",
        "zone position",
    ),
    "zone_tasks": ("zone task where_in_document", "zone task"),
    "special_areas": (
        "zone listed_name nature extent host_adcodes lon lat point_meaning point_source note",
        "zone listed_name",
    ),
    "overlaps": (
        "zone listed_name overlaps_member overlap_km2 whole evidence source",
        "zone listed_name overlaps_member",
    ),
    "published_areas": ("zone listed_name area_km2 meaning as_of source address confidence note", ""),
    "published_prefectures": ("zone prefecture area_km2 meaning as_of source address confidence note", ""),
}
# Tables that a programme may lack: what an import adds, and what not every document has.
_OPTIONAL: Final[dict[str, tuple[str, str]]] = {
    **PROVISION_TABLES,
    **MEMBERSHIP_TABLES,
    "resolutions": (
        "zone position listed_text official_name excluded_adcodes status method reasons candidates start end",
        "zone position",
    ),
}
_MAY_BE_LEFT_OUT: Final = tuple(name for name in _TABLES if name not in ("zones", "members"))
# Texts that a head may lack.
_MAY_LACK: Final = ("document_source_zh", "announced", "dates_source", "dates_source_zh")


def list_programmes() -> list[str]:
    """List the ids of the programmes in the catalogue, the default one first, the others sorted."""
    names = (path.parent.name for path in PROGRAMMES.glob("*/programme.toml"))
    return sorted(names, key=lambda name: (name != DEFAULT_PROGRAMME, name))


def list_titles(lang: str) -> dict[str, str]:
    """List the titles of the programmes in the catalogue by their ids, in the language `lang` ("zh" or "en")."""
    return {name: read_title(name).name(lang) for name in list_programmes()}


@cache
def load_programme(programme: str | Path = DEFAULT_PROGRAMME) -> Programme:
    """Load a programme of the catalogue, or one in a folder of the user's.

    Parameters
    ----------
    programme : str or Path
        Id in the catalogue, or the path of a folder with ``programme.toml`` and the tables.

    Returns
    -------
    Programme

    Raises
    ------
    CatalogueError
        With every problem found, each with file, row and field; or when a file of the built-in catalogue is not the
        one that was checked.
    """
    folder = find_programme_folder(programme)
    if folder.parent == PROGRAMMES:
        raise_problems(CatalogueError, f"programme {folder.name}", check_manifest(f"programmes/{folder.name}"))
    loaded, problems = check_programme(folder)
    raise_problems(CatalogueError, f"programme {folder.name}", problems)
    assert loaded is not None
    # A test shows that no member of the catalogue had other counties at the date of its codes.
    return replace(loaded, checked_as_of=loaded.codes_as_of) if folder.parent == PROGRAMMES else loaded


@cache
def read_title(programme: str) -> NamedEntry:
    """Read the title of a programme of the catalogue from its head alone, without its tables.

    Parameters
    ----------
    programme : str
        Id in the catalogue.

    Returns
    -------
    NamedEntry

    Raises
    ------
    CatalogueError
        When there is none, or its head cannot be read.
    """
    head, problems = _read_head(find_programme_folder(programme) / "programme.toml")
    raise_problems(CatalogueError, f"programme {programme}", problems)
    return NamedEntry(programme, head["title_zh"], head["title_en"])


def check_ids(root: Path = PROGRAMMES) -> list[Problem]:
    """Whether every programme of a catalogue has an id of its own.

    Parameters
    ----------
    root : Path, optional
        Folder with a folder for each programme.

    Returns
    -------
    list of Problem
        One for each programme that repeats the id of another; heads that cannot be read are reported by `check_programme`.
    """
    seen: dict[str, str] = {}
    problems = []
    for path in sorted(root.glob("*/programme.toml")):
        identity = _read_head(path)[0].get("id")
        if not isinstance(identity, str):
            continue
        file = f"{path.parent.name}/{path.name}"
        if identity in seen:
            problems.append(
                make_problem(file, "id_of_other", field="id", value=identity, facts={"folder": seen[identity]})
            )
        seen.setdefault(identity, path.parent.name)
    return problems


def find_programme_folder(programme: str | Path) -> Path:
    """Find the folder of a programme: of the catalogue when it is an id, otherwise the folder itself.

    Raises
    ------
    CatalogueError
        When there is none.
    """
    for folder in (PROGRAMMES / str(programme), Path(programme)):
        if (folder / "programme.toml").is_file():
            return folder
    facts = {"programme": programme, "known": ", ".join(list_programmes())}
    raise CatalogueError(make_problem("", "programme_unknown", facts=facts))


def check_programme(folder: Path) -> tuple[Programme | None, list[Problem]]:
    """Read a programme's folder and say everything that is wrong with it.

    Parameters
    ----------
    folder : Path
        Holds ``programme.toml`` and the CSV tables.

    Returns
    -------
    programme : Programme or None
        None when a problem is an error.
    problems : list of Problem
        Errors and warnings.
    """
    head, problems = _read_head(folder / "programme.toml")
    tables: dict[str, list[CsvRow]] = {}
    whole = {*_TABLES, *_OPTIONAL}
    for name, (columns, key) in (_TABLES | _OPTIONAL).items():
        may_lack = name in _OPTIONAL or name in head.get("without_tables", ())
        if may_lack and not (folder / f"{name}.csv").is_file():
            tables[name] = []
            continue
        tables[name], wrong = read_table(folder / f"{name}.csv", columns.split(), key=key.split())
        problems += wrong
        # A repeated key is reported with its column and row; anything else wrong with a table costs it rows.
        if any(p.severity == "error" and (p.field is None or p.row == 1) for p in wrong):
            whole.discard(name)
    read = Tables(tables, frozenset(whole))
    problems += check_content(head, read)
    problems += [*check_provisions(head, read), *check_memberships(head, read), *check_points(read)]
    if has_error(problems):
        return None, problems
    return replace(build_programme(head, tables), folder=folder), problems


def _read_head(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read what ``programme.toml`` says; without the groups that could not be read."""
    try:
        text, problems = decode(read_input_file(path), file=path.name)
        head = tomllib.loads(text)
    except FileNotFoundError:
        return {}, [make_problem(path.name, "file_missing")]
    except OSError as error:
        return {}, [make_problem(path.name, "file_unreadable", facts={"reason": error.strerror})]
    except RecursionError:
        return {}, [make_problem(path.name, "toml_nested")]
    except ValueError as error:
        # Not only of its syntax: a number may have more digits than Python reads.
        return {}, [make_problem(path.name, "toml_invalid", facts={"reason": str(error).partition(";")[0]})]
    if problems:
        return {}, problems
    head.update({key: "" for key in _MAY_LACK if key not in head})
    wrong = [key for key in PROGRAMME_TEXTS if not isinstance(head.get(key), str)]
    problems += [make_problem(path.name, "text_missing", field=key) for key in wrong]
    problems += _check_without(path.name, head)
    for group in ("regions", "themes", "groups"):
        entries = head.setdefault(group, [])
        if not (isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)):
            problems.append(make_problem(path.name, "list_expected", field=group, facts={"group": group}))
            del head[group]
            continue
        problems += _check_group(path.name, group, entries)
    return head, problems


def _check_without(file: str, head: dict[str, Any]) -> Iterable[Problem]:
    """Check that a table is left out on purpose or not at all: a lost file is no programme without tasks."""
    names = head.setdefault("without_tables", [])
    for name in names if isinstance(names, list) else [names]:
        if name not in _MAY_BE_LEFT_OUT:
            facts = {"tables": ", ".join(_MAY_BE_LEFT_OUT)}
            yield make_problem(file, "without_tables", field="without_tables", value=str(name), facts=facts)


def _check_group(file: str, group: str, entries: list[dict[str, Any]]) -> Iterable[Problem]:
    seen = set()
    for number, entry in enumerate(entries, start=1):
        where = {"group": group, "number": number}
        for key in ("id", "name_zh", "name_en"):
            value = entry.get(key)
            if not (isinstance(value, str) and value):
                yield make_problem(file, "entry_lacks", field=key, facts=where)
            elif (key, value) in seen:
                yield make_problem(file, "entry_repeats", field=key, value=value, facts=where)
            seen.add((key, str(value)))
