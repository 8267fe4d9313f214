"""One row of the resolver, or one town, as a member of a zone; and members of a zone that differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pilotzones.geo.catalogue.models import MemberKind
from pilotzones.geo.documents.members.towns import ListedTown, ListItem, find_county_in_note
from pilotzones.geo.documents.models import DocumentPlace, DraftMember
from pilotzones.geo.documents.paragraphs import Passage, squeeze
from pilotzones.geo.places import ResolvedRow
from pilotzones.geo.places.former_ground import find_former_code
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from pilotzones.geo.places.name_variants import get_level_of_code
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["EXCLUDED", "build_member", "make_town_member", "number_members", "take_out_of_members"]

# Why an exclusion stays open.
EXCLUDED: Final = make_reason("excluded")


def make_town_member(passage: Passage, item: ListItem, town: ListedTown) -> DraftMember:
    """Turn a town into a member; its place in the document is still that in the passage.

    Parameters
    ----------
    passage : Passage
    item : ListItem
        The item that names it, with its note.
    town : ListedTown

    Returns
    -------
    DraftMember
    """
    unit = town.unit
    if unit is None or unit.level != "county":
        unit = find_county_in_note(passage.folded[item.name_end : item.end].strip("() "), inside=unit) or unit
    note = squeeze(passage.text[item.name_end : item.end]).strip("（）() ")
    return DraftMember(
        0,
        squeeze(passage.text[item.start : item.name_end]),
        squeeze(passage.text[item.start : item.end]),
        "town",
        "not_a_county",
        DocumentPlace((), item.start, item.end),
        name=town.name,
        province=unit.province if unit else "",
        prefecture=_get_prefecture(unit),
        hosts=(unit.code,) if unit is not None and unit.level == "county" else (),
        nature="town" + (f"; {note}" if note else ""),
        method="town",
        reasons=(make_reason("note", note=note),) if note else (),
    )


def _get_prefecture(unit: Unit | None) -> str:
    return "" if unit is None or unit.level == "province" else unit.prefecture


def build_member(row: ResolvedRow, place: DocumentPlace) -> DraftMember:
    """Turn one row of the resolver into a member.

    Parameters
    ----------
    row : ResolvedRow
        Not an exclusion that something was taken out for.
    place : DocumentPlace
        Where it stands.

    Returns
    -------
    DraftMember
        Not yet numbered.
    """
    base = DraftMember(
        0, row.listed_text, row.listed_text, "review", "review", place, name=row.name, province=row.province,
        prefecture=row.prefecture, method=row.method, reasons=row.reasons, candidates=row.candidates, context=row.context,
        batch=row.batch, listed_on=row.listed_on, left_on=row.left_on,
    )  # fmt: skip
    listed = squeeze(row.listed_text)
    if row.op == "exclude":
        return replace(base, reasons=(*row.reasons, EXCLUDED))
    if row.status == "not_a_county":
        return _build_special_member(base, row)
    former = find_former_code(row)
    if row.status != "accepted" or (len(row.adcode) != 1 and not former):
        reasons = (*row.reasons, make_reason("several_today")) if len(row.adcode) > 1 else row.reasons
        return replace(base, status="unresolved" if row.status == "unresolved" else "review", reasons=reasons)
    code = former or row.adcode[0]
    base = replace(base, ground=row.adcode if row.adcode != (code,) else (), ground_as_of=row.ground_as_of)
    part = row.op == "partial" or (row.op == "part" and row.name and not fold_variants(listed).endswith(row.name))
    if part or row.op == "address":
        hosts = (code,) if row.level == "county" else ()
        nature = f"{'part of' if part else 'address in'} {row.name}"
        return replace(base, kind="special", status="not_a_county", hosts=hosts, nature=nature)
    if row.level in {"prefecture", "province"} and _is_larger(code):
        return replace(
            base, kind="province" if row.level == "province" else "prefecture", status="accepted", adcode=code
        )
    return replace(
        base,
        listed_name=_strip_units(listed, row),
        kind="county",
        status="accepted",
        adcode=code,
        division_type=_get_division_type(row.name, code),
    )


def _is_larger(code: str) -> bool:
    """Whether a code of today, or one that ended, is of more than a county."""
    unit = load_gazetteer().units.get(code)
    return (get_level_of_code(code) if unit is None else unit.level) != "county"


def _strip_units(listed: str, row: ResolvedRow) -> str:
    """Strip from the name as listed the province and prefecture written before it."""
    if fold_variants(listed).endswith(row.name):
        return listed[-len(row.name) :]
    for unit in (row.province, row.prefecture):
        if unit and fold_variants(listed).startswith(unit) and len(listed) - len(unit) > 1:
            listed = listed[len(unit) :]
    return listed


def _build_special_member(base: DraftMember, row: ResolvedRow) -> DraftMember:
    """Build an area or town; its hosts are the counties among its containers: a prefecture only says where to look."""
    gazetteer = load_gazetteer()
    inside = row.container_adcode or row.adcode
    hosts = tuple(code for code in inside if gazetteer.units[code].level == "county")
    larger = [gazetteer.units[code].name for code in inside if code not in hosts]
    meanings = gazetteer.forms.get(fold_variants(row.name), ())
    same = [meaning.special.same_extent for meaning in meanings if meaning.special is not None]
    whole = len(hosts) == 1 and hosts == tuple(same[:1])
    given = [code for code in row.context.split("|")[0].split(">") if code in gazetteer.units]
    above = gazetteer.units[given[-1]] if given else None
    if above is not None and row.province and above.province != row.province:
        # The unit written before belongs to other members of the list: this area is known to lie elsewhere.
        above = None
    kind: MemberKind = "town" if row.level == "town" else "special"
    nature: str = row.level if row.level in {"town", "region"} else "special area"
    if larger:
        nature += f" in {'、'.join(larger)}"
    return replace(
        base, listed_name=squeeze(row.listed_text), kind=kind, status="not_a_county", hosts=hosts, whole_host=whole,
        adcode=hosts[0] if whole else "", nature=nature, province=row.province or (above.province if above else ""),
        prefecture=row.prefecture or _get_prefecture(above),
    )  # fmt: skip


def _get_division_type(name: str, code: str) -> str:
    """Get the type of a county-level division, by its official name and code.

    It is 市辖区, 县级市, 县, 自治县, 旗, 自治旗, 林区 or 特区; a city without counties counts as what it is called.
    """
    for ending in ("自治县", "自治旗", "林区", "特区", "县", "旗"):
        if name.endswith(ending):
            return ending
    if name.endswith("区"):
        return "市辖区"
    return "县级市" if name.endswith("市") and not code.endswith("00") else ""


def number_members(members: Iterable[DraftMember]) -> tuple[DraftMember, ...]:
    """Assign numbers from 1 to members, mark duplicates, and make names of different places of one name distinct.

    Parameters
    ----------
    members : iterable of DraftMember
        Of one zone, in text order.

    Returns
    -------
    tuple of DraftMember
        As many as came.
    """
    out: list[DraftMember] = []
    by_key: dict[str, int] = {}
    names: set[str] = set()
    for position, member in enumerate(members, start=1):
        key = member.adcode if member.kind in {"county", "prefecture", "province"} else member.listed_text
        numbered = replace(member, position=position)
        if key in by_key:
            why = make_reason("listed_before", position=by_key[key])
            numbered = replace(numbered, status="duplicate", reasons=(*member.reasons, why))
        elif member.listed_name in names:
            numbered = replace(
                numbered,
                listed_name=f"{member.prefecture}{member.listed_name}" if member.prefecture else member.listed_text,
            )
        by_key.setdefault(key, position)
        names.add(numbered.listed_name)
        out.append(numbered)
    return tuple(out)


def take_out_of_members(members: list[DraftMember], row: ResolvedRow) -> bool:
    """Take a unit out of the member it lies in.

    Parameters
    ----------
    members : list of DraftMember
        Changed in place.
    row : ResolvedRow
        An exclusion.

    Returns
    -------
    bool
        Whether there is such a member.
    """
    gazetteer = load_gazetteer()
    if row.status != "accepted" or not row.adcode:
        return False
    for place in range(len(members) - 1, -1, -1):
        member = members[place]
        if member.kind in {"prefecture", "province"} and all(
            gazetteer.is_inside(code, member.adcode) for code in row.adcode
        ):
            codes = dict.fromkeys((*member.excluded, *row.adcode))
            members[place] = replace(member, excluded=tuple(codes))
            return True
    return False
