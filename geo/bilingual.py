"""Records that have a name in both languages."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Bilingual"]


class _Named(Protocol):
    @property
    def name_zh(self) -> str: ...

    @property
    def name_en(self) -> str: ...


class Bilingual:
    """A record with the fields `name_zh` and `name_en`."""

    __slots__ = ()

    def name(self: _Named, lang: str) -> str:
        """Name in the language `lang` ("zh" or "en")."""
        return self.name_zh if lang == "zh" else self.name_en
