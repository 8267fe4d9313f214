"""A policy document -> a draft programme: zones, members, tasks and areas, each with its place in the document."""

from geo.documents.drafting import NO_LIST, draft_document
from geo.documents.folder import write_programme
from geo.documents.name_columns import NameColumn, name_column
from geo.documents.opening import DOCUMENT, DocumentText, read_document, read_pasted
from geo.documents.records import Draft, DraftMember, DraftPair, DraftTask, DraftZone, Place, Unread

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
    "Place",
    "Unread",
    "draft_document",
    "name_column",
    "read_document",
    "read_pasted",
    "write_programme",
]
