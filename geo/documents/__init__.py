"""A policy document -> a draft programme: zones, members, tasks and areas, each with its place in the document."""

from pilotzones.geo.documents.apply_decisions import apply_decisions, make_pending_row
from pilotzones.geo.documents.draft_builder import NO_LIST, draft_document
from pilotzones.geo.documents.list_archive import OpenList, pack_list, read_programme, unpack_list
from pilotzones.geo.documents.marked_places import review_marked_rows
from pilotzones.geo.documents.models import Draft, DraftMember, DraftPair, DraftTask, DraftZone, Place, Unread
from pilotzones.geo.documents.name_columns import NameColumn, find_name_column
from pilotzones.geo.documents.plain_list import draft_list
from pilotzones.geo.documents.programme_writer import write_programme
from pilotzones.geo.documents.reader import DOCUMENT, DocumentText, read_document, read_pasted

__all__ = [
    "DOCUMENT",
    "NO_LIST",
    "DocumentText",
    "Draft",
    "DraftMember",
    "DraftPair",
    "DraftTask",
    "DraftZone",
    "NameColumn",
    "OpenList",
    "Place",
    "Unread",
    "apply_decisions",
    "draft_document",
    "draft_list",
    "find_name_column",
    "make_pending_row",
    "pack_list",
    "read_document",
    "read_pasted",
    "read_programme",
    "review_marked_rows",
    "unpack_list",
    "write_programme",
]
