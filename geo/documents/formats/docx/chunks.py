"""Pages that a DOCX takes in whole (``altChunk``), as programs make it that write HTML for Word to open."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from typing import Final

from pilotzones.geo.documents.text_decoding import decode_text
from pilotzones.geo.errors import IntakeError

__all__ = ["find_page"]

_MAIL_HEAD: Final = re.compile(rb"\s*(?:MIME-Version|Content-Type|From|Subject|Date)\s*:", re.IGNORECASE)
_PAGE_HEAD: Final = re.compile(
    r"\s*<(?:!doctype html|html|head|body|meta|p|div|table|h[1-6]|span|ul|ol)\b", re.IGNORECASE
)


def find_page(raw: bytes) -> bytes | None:
    """Find the page in a document that is taken in.

    Parameters
    ----------
    raw : bytes
        HTML, or a web archive (MHT) with a page in it.

    Returns
    -------
    bytes or None
        HTML in UTF-8; None when it is of another format.
    """
    if _MAIL_HEAD.match(raw) is None:
        text = _decode(raw)
        return text.encode() if text is not None and _PAGE_HEAD.match(text) else None
    parts = [part for part in message_from_bytes(raw).walk() if part.get_content_type() == "text/html"]
    text = _decode_part(parts[0]) if parts else None
    return None if text is None else text.encode()


def _decode_part(part: Message) -> str | None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    try:
        return payload.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return _decode(payload)


def _decode(raw: bytes) -> str | None:
    try:
        return decode_text(raw, file="")
    except IntakeError:
        return None
