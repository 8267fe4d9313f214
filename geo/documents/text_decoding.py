"""Bytes to text: the encodings Chinese documents come in, and the signs that something is no text at all."""

from __future__ import annotations

import codecs
import re
from typing import Final

from pilotzones.geo.errors import IntakeError, make_problem

__all__ = ["MAX_TEXT_CHARS", "decode_text"]

MAX_TEXT_CHARS: Final = 1_000_000
_SAMPLE: Final = 20_000
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that no text has; form feed and the like come out of PDF tools.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CHINESE: Final = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def decode_text(raw: bytes, *, file: str, most: int = MAX_TEXT_CHARS) -> str:
    """Decode the text of a file in UTF-8, UTF-16, UTF-32 or GB18030, with or without a byte order mark.

    Parameters
    ----------
    raw : bytes
        The file.
    file : str
        Name to report.
    most : int, optional
        Characters that are read.

    Returns
    -------
    str
        Every line ends with a line feed.

    Raises
    ------
    IntakeError
        When the bytes are no text, or too much of it.
    """
    text = _decode(raw)
    if text is None or len(_CONTROL.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) // 50:
        raise IntakeError(make_problem(file, "document_no_kind"), code="binary")
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > most:
        facts = {"characters": f"{len(text):,}", "most": f"{most:,}"}
        raise IntakeError(make_problem(file, "document_characters", facts=facts), code="large")
    if not text.strip().strip("\ufeff").strip():
        raise IntakeError(make_problem(file, "document_no_text"), code="empty")
    return text


def _decode(raw: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    wide = _detect_utf16(raw)
    for encoding in filter(None, (wide, "utf-8", "gb18030")):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _detect_utf16(raw: bytes) -> str | None:
    """Detect UTF-16 by its line ends and spaces: an ASCII character has a zero byte on one side."""
    if len(raw) % 2 or b"\0" not in raw[:_SAMPLE]:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            sample = raw[:_SAMPLE].decode(encoding, "replace")
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = sum(char.isascii() and char.isprintable() for char in sample)
        if len(_CHINESE.findall(sample)) + plain > 0.8 * len(sample):
            return encoding
    return None
