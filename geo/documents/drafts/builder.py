"""From a document's text to a draft programme, with everything that was not used listed beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.documents.area_questions import find_stated_area, flag_marked_area, list_area_questions, note_area
from pilotzones.geo.documents.around_tables import Around, resolve_around
from pilotzones.geo.documents.headings import Block, split_blocks
from pilotzones.geo.documents.members.builder import EXCLUDED, number_members
from pilotzones.geo.documents.members.extraction import is_filler
from pilotzones.geo.documents.members.marked_places import flag_marked_exclusions, flag_marked_member
from pilotzones.geo.documents.members.taken_back import complete_draft
from pilotzones.geo.documents.members.towns import find_area_prefix
from pilotzones.geo.documents.models import DocumentPlace, Draft, DraftMember, DraftZone, Unread
from pilotzones.geo.documents.paragraphs import Passage, split_paragraphs, squeeze
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.stated_counts import compare_text_counts
from pilotzones.geo.documents.tables.resolution import Listed, TablesRead, compare_counts, read_tables, resolve_entries
from pilotzones.geo.documents.task_extraction import TasksFound, extract_tasks
from pilotzones.geo.documents.zones.from_fields import find_zones_from_fields
from pilotzones.geo.documents.zones.from_lists import find_zones_beside, find_zones_from_lists
from pilotzones.geo.documents.zones.from_tables import find_zones_from_tables
from pilotzones.geo.documents.zones.zone_builder import BlockReader, Span, ZoneFound
from pilotzones.geo.notes import NO_LIST, Note, make_note
from pilotzones.geo.places import Candidate, Decisions
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["draft_document"]

_NUMBER: Final = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[(]\s*(?:19|20)\d{2}\s*[〕\])]\s*第?\s*\d{1,5}\s*号")
_DATE: Final = re.compile(r"((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_TITLE: Final = re.compile(r"方案|规划|意见|通知|名单|办法|纲要|计划|决定|批复|条例|公告|目录|试验区|示范区")
_WHOLE: Final = re.compile(r"全[省市县区州旗]|各区县|全域")
_WHOLE_TITLE: Final = re.compile(r"(?:方案|规划|意见|通知|名单|办法|纲要|计划|决定|批复|条例|公告|目录)(?:[(].*[)])?$")
_BEGUN: Final = re.compile(r"关于|印发|发布|深入|推进|加快|建设|[的和与]$")
_MIN_TITLE_CHARS: Final = 8
_MAX_PLACE_CHARS: Final = 30
_MAX_TITLE_CHARS: Final = 80
_LIST_LEVEL: Final = 2.0
_FIGURE: Final = re.compile(r"\d{3}|\d[.]\d|^\d+$")
_MAX_PROVINCES: Final = 3


def draft_document(
    document: DocumentText, *, as_of: str | None = None, province: str | None = None, decisions: Decisions | None = None
) -> Draft:
    """Draft a programme from a document.

    Parameters
    ----------
    document : DocumentText
    as_of : str, optional
        Date of the document (ISO); by default the date it gives itself, if it gives one.
    province : str, optional
        Province the document is about, name or code.
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    Draft
        Without zones, and with `NO_LIST` among its notes, when the document lists no places.
    """
    passages = split_paragraphs(document.text)
    blocks = split_blocks(passages, places=[_is_place(passage) for passage in passages])
    title = _find_title(blocks)
    number, dated = _find_document_number(document.text), _find_document_date(document.text)
    tables = read_tables(document)
    reader = BlockReader(
        blocks, _extract_subject(title), as_of or dated or None, decisions, in_tables=_find_table_blocks(blocks, tables)
    )
    code = _find_province_code(province) or None
    listed = resolve_entries(list(tables.entries), province=code, as_of=reader.as_of, decisions=decisions)
    around = _read_around(document, tables, listed, province=code, as_of=reader.as_of, decisions=decisions)
    zones = _find_zones(reader, tables, listed, around) or _find_whole_territory(reader, title)
    if province:
        zones = _flag_outside_province(zones, province)
    marked = document.marked_text
    if marked.marks:
        for zone in zones:
            zone.members = [
                flag_marked_exclusions(
                    flag_marked_member(member, marked.find_in_clause(member.place.start, member.place.end)), marked
                )
                for member in zone.members
            ]
            flag_marked_area(zone, blocks, marked)
    tasks = extract_tasks(blocks, zones)
    regions = tuple(dict.fromkeys(zone.region for zone in zones if zone.region))
    differences = compare_counts(list(tables.claims), listed)
    notes = [*document.notes, *differences, *_list_notes(blocks, zones), *filter(None, map(note_area, zones))]
    draft = Draft(
        title=title,
        file=document.file,
        text=document.text,
        document_date=dated,
        document_number=number,
        zones=tuple(_build_zone(blocks, zone, place) for place, zone in enumerate(zones, start=1)),
        tasks=tasks.tasks,
        pairs=tasks.pairs,
        regions=regions,
        unread=(*list_area_questions(zones, blocks), *_find_unread(blocks, zones, tasks)),
        notes=tuple(notes),
    )
    draft = complete_draft(draft, marked, around, province=code, as_of=reader.as_of, decisions=decisions)
    return replace(draft, notes=(*draft.notes, *_compare_text(draft, tables)))


def _compare_text(draft: Draft, tables: TablesRead) -> Iterator[Note]:
    """Compare the numbers that the text outside of tables states, and note differences."""
    grids = [(reading.grid.start, reading.grid.end) for reading in tables.readings]
    places = [member.place for _, member in draft.members if EXCLUDED not in member.reasons]
    return compare_text_counts(
        draft.text,
        ((place.start, place.end) for place in places if not any(start <= place.start < end for start, end in grids)),
    )


def _find_table_blocks(blocks: Sequence[Block], tables: TablesRead) -> frozenset[int]:
    """Find the numbers of the blocks that stand in tables which list something, or in the lines that head them."""
    starts = [block.passage.offsets[0] for block in blocks]
    spans = ((reading.grid.start, reading.grid.end) for reading in tables.readings)
    inside = [number for start, end in spans for number in range(bisect_left(starts, start), bisect_left(starts, end))]
    # The line that heads a table may be joined to a short one before it.
    heads = [bisect_right(starts, start) - 1 for start, _ in tables.captions]
    return frozenset([*inside, *(number for number in heads if len(blocks[number].passage.text) <= _MAX_TITLE_CHARS)])


def _read_around(
    document: DocumentText,
    tables: TablesRead,
    listed: Sequence[Listed],
    *,
    province: str | None,
    as_of: str | None,
    decisions: Decisions | None,
) -> Around | None:
    """Read what the text around the tables lists and takes back; None for a document without tables."""
    if not tables.readings:
        return None
    return resolve_around(document.text, tables, listed, province=province, as_of=as_of, decisions=decisions)


def _find_zones(
    reader: BlockReader, tables: TablesRead, listed: Sequence[Listed], around: Around | None
) -> list[ZoneFound]:
    """Find zones of the text and of the tables, in the order of the document; what only repeats others is left out."""
    fields = find_zones_from_fields(reader)
    fields += list(find_zones_beside(reader, fields)) if fields else []
    in_tables = _remove_repeated(find_zones_from_tables(reader, tables, listed), fields)
    lists = [] if fields else _remove_repeated(find_zones_from_lists(reader), in_tables)
    if around is not None:
        lists = _remove_named(lists, around)
    return sorted([*fields, *in_tables, *lists], key=lambda zone: (zone.whole.block, zone.whole.start))


def _remove_named(zones: Sequence[ZoneFound], around: Around) -> list[ZoneFound]:
    """Remove zones of the text around tables without places that it only names, such as an imprint."""
    named = {row.start for row in around.passing}
    for zone in zones:
        zone.members = [member for member in zone.members if member.place.start not in named]
    return [zone for zone in zones if zone.members]


def _remove_repeated(zones: Sequence[ZoneFound], others: Sequence[ZoneFound]) -> list[ZoneFound]:
    """Remove zones whose members are all members of other ones, such as a sentence that sums up a table."""
    codes = {member.adcode for zone in others for member in zone.members if member.adcode}
    return [zone for zone in zones if not codes or any(member.adcode not in codes for member in zone.members)]


def _is_place(passage: Passage) -> bool:
    if len(passage.folded) > _MAX_PLACE_CHARS:
        return False
    name = re.sub(r"[(][^()]*[)]", "", passage.folded).strip()
    return any(meaning.level in {"province", "prefecture"} for meaning in load_gazetteer().forms.get(name, ()))


def _find_title(blocks: Sequence[Block]) -> str:
    """Find the first short passages that read like a title; lines of one title are put together."""
    for number, block in enumerate(blocks[:12]):
        if not _may_be_title(block):
            continue
        text = squeeze(block.passage.text)
        for other in blocks[number + 1 : number + 4]:
            if _WHOLE_TITLE.search(fold_variants(text)) or not _may_be_title(other) or not _BEGUN.search(text):
                break
            text += squeeze(other.passage.text)
        return text if _TITLE.search(text) or len(text) >= _MIN_TITLE_CHARS else ""
    return ""


def _may_be_title(block: Block) -> bool:
    passage = block.passage
    aside = passage.cells or passage.is_furniture or (block.heading is not None and block.heading.level > _LIST_LEVEL)
    return (
        not aside
        and len(passage.text) <= _MAX_TITLE_CHARS
        and not re.search(r"[。;:]", passage.folded)
        and not passage.text.startswith("#")
    )


def _extract_subject(title: str) -> str:
    """Strip from a document's title what kind of document it is."""
    quoted = re.search(r"《([^》]{2,60})》", title)
    text = quoted[1] if quoted else title
    text = re.sub(r"^.{0,40}?关于(?:印发|发布|公布|同意|批准)?", "", text)
    return (
        re.sub(
            r"(?:的通知|的批复|的意见|的决定)?$|(?:总体|改革|实施|建设|工作|发展|试点|专项)*(?:方案|规划|名单|意见|纲要|计划|办法)"
            r"(?:[(].{0,12}[)]|（.{0,12}）)?(?:的通知|的批复)?$",
            "",
            text,
            count=1,
        )
        .strip("“”《》 ")
        .removesuffix("的")
        or title
    )


def _find_document_number(text: str) -> str:
    match = _NUMBER.search(fold_variants(text[:4000]))
    return squeeze(text[match.start() : match.end()]) if match else ""


def _find_document_date(text: str) -> str:
    """Find the date a document gives itself: a line that is nothing but a date, near its beginning or end."""
    for line in [*text[:4000].split("\n"), *reversed(text[-3000:].split("\n"))]:
        match = _DATE.fullmatch(fold_variants(line).strip(" \u3000()*"))
        if match and int(match[2]) <= 12 and int(match[3]) <= 31:
            return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    return ""


def _find_province_code(province: str | None) -> str:
    return province if province and re.fullmatch(r"\d{6}", province) else find_area_prefix(province or "")


def _flag_outside_province(zones: list[ZoneFound], province: str) -> list[ZoneFound]:
    """Put up for review what lies outside the province that the reader named."""
    code = _find_province_code(province)
    for zone in zones if code else ():
        zone.members = [
            replace(
                member,
                kind="review",
                status="review",
                reasons=(*member.reasons, make_reason("not_in", province=province)),
            )
            if member.adcode and member.adcode[:2] != code[:2]
            else member
            for member in zone.members
        ]
    return zones


def _find_whole_territory(reader: BlockReader, title: str) -> list[ZoneFound]:
    """Find the zone of a document without a list that speaks of one province, city or county as a whole."""
    code = find_area_prefix(_extract_subject(title)) or find_area_prefix(title)
    whole = sum(len(_WHOLE.findall(block.passage.folded)) for block in reader.blocks)
    block = next((number for number, one in enumerate(reader.blocks) if squeeze(one.passage.text) == title), None)
    if not code or whole < 3 or block is None or not _TITLE.search(title):
        return []
    unit = load_gazetteer().units[code]
    passage = reader.get_passage(block)
    start = max(0, fold_variants(passage.text).find(unit.name))
    end = min(start + len(unit.name), len(passage.text))
    member = DraftMember(
        1, unit.name, unit.name, "review", "review", DocumentPlace((title,), *passage.locate_part(start, end)), name=unit.name,
        province=unit.province, prefecture="" if unit.level == "province" else unit.prefecture, method="whole territory",
        reasons=(make_reason("territory", name=unit.name),),
        candidates=(Candidate(code, unit.name, 0.5, "named in the title"),),
    )  # fmt: skip
    zone = ZoneFound(
        _extract_subject(title), "", (title,), Span(block, 0, 0), scope_text="", members=[member], hint=code
    )
    zone.used.append(Span(block, 0, len(passage.text)))
    return [zone]


def _build_zone(blocks: Sequence[Block], zone: ZoneFound, number: int) -> DraftZone:
    members = tuple(
        replace(member, place=member.place.append_path(f"第{member.position}项"))
        for member in number_members(zone.members)
    )
    spans = [
        (blocks[span.block].passage.locate_character(span.start), span) for span in zone.used if span.end > span.start
    ]
    begin = blocks[zone.whole.block].passage.locate_character(zone.whole.start)
    ends = [
        blocks[span.block].passage.locate_part(span.start, span.end)[1]
        for _, span in spans
        if span.block >= zone.whole.block
    ]
    provinces = Counter(member.province for member in members if member.province)
    hinted = load_gazetteer().units.get(zone.hint)
    fits = hinted is not None and set(provinces) <= {hinted.province}
    province = hinted.province if hinted is not None and fits else _join_provinces(list(provinces))
    area_text, area_km2 = find_stated_area(zone)
    return DraftZone(
        number=number,
        name=zone.name,
        region=zone.region,
        province=province,
        stated_area_text=area_text,
        stated_area_km2=area_km2,
        scope_text=zone.scope_text,
        place=DocumentPlace(zone.path, begin, max([begin, *ends])),
        members=members,
    )


def _join_provinces(provinces: Sequence[str]) -> str:
    """Write the provinces of a zone into one cell; many of them are not worth listing."""
    return "、".join(provinces) if len(provinces) <= _MAX_PROVINCES else "跨省"


def _list_notes(blocks: Sequence[Block], zones: Sequence[ZoneFound]) -> Iterator[Note]:
    """List what a reader should know of the whole."""
    if not zones:
        yield NO_LIST
        return
    for name, count in Counter(zone.name for zone in zones).items():
        if count > 1:
            yield make_note("same_name", count=count, name=name)
    for block in blocks:
        # 国家城乡融合发展试验区（11个）：… says how many zones there should be.
        match = re.match(r"[\u4e00-\u9fff]{2,30}[(]\s*共?\s*(\d+)\s*个[)]\s*:", block.passage.folded)
        if match is None or int(match[1]) == len(zones):
            continue
        summary = squeeze(block.passage.text)
        if sum(zone.name in summary for zone in zones) > len(zones) / 2:
            yield make_note("fewer_zones", said=match[1], found=len(zones))


def _find_unread(blocks: Sequence[Block], zones: Sequence[ZoneFound], tasks: TasksFound) -> Iterator[Unread]:
    """Find every part of the document that no value came from, in order."""
    used: dict[int, list[tuple[int, int]]] = {}
    spans = [span for zone in zones for span in (*zone.used, *zone.tasks)] + list(tasks.used)
    for span in spans:
        used.setdefault(span.block, []).append((span.start, span.end))
    blocks_used = [span.block for zone in zones for span in zone.used if span.block >= zone.whole.block]
    first, last = (min(blocks_used), max(blocks_used)) if blocks_used else (0, -1)
    names = [zone.name for zone in zones]
    own = {zone.whole.block for zone in zones}
    for number, block in enumerate(blocks):
        for start, end in _find_gaps(block.passage, used.get(number, [])):
            text = block.passage.text[start:end]
            place = DocumentPlace(block.words, *block.passage.locate_part(start, end))
            if block.passage.is_furniture:
                yield Unread("furniture", "page number", text, place)
            elif _has_all_names(text, names):
                yield Unread("background", "a summary that names every zone", text, place)
            elif first <= number <= last or any(heading.block in own for heading in block.path):
                yield Unread("list", "not understood", text, place)
            else:
                yield Unread("background", "text around the list" if zones else "text without a list", text, place)


def _has_all_names(text: str, names: Sequence[str]) -> bool:
    squeezed = squeeze(text)
    return len(names) > 1 and all(name in squeezed for name in names)


def _find_gaps(passage: Passage, used: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Find the parts of a passage that nothing was read from; marks alone, and 和 or 等6个县 inside a list, are no part."""
    end = 0
    for start, stop in [*sorted(used), (len(passage.text), len(passage.text))]:
        words = passage.folded[end:start]
        if re.search(r"\w", words) and not (used and is_filler(words) and not _FIGURE.search(words)):
            yield end, start
        end = max(end, stop)
