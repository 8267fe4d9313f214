"""A policy document -> a draft programme: zones, members, tasks and areas, each with its place in the document."""

from geo.documents.archive import OpenList, pack_list, programme_of, unpack_list
from geo.documents.drafting import NO_LIST, draft_document
from geo.documents.folder import write_programme
from geo.documents.name_columns import NameColumn, name_column
from geo.documents.opening import DOCUMENT, DocumentText, read_document, read_pasted
from geo.documents.plain_list import draft_list
from geo.documents.records import Draft, DraftMember, DraftPair, DraftTask, DraftZone, Place, Unread
from geo.documents.settling import question, settle

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
    "draft_document",
    "draft_list",
    "name_column",
    "pack_list",
    "programme_of",
    "question",
    "read_document",
    "read_pasted",
    "settle",
    "unpack_list",
    "write_programme",
]
