"""What a reader should know of a document as a whole, as a code with its values.

A page writes a note in its own language; the terminal and files have its English sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pilotzones.geo.messages import Language, find_message, translate

__all__ = ["NO_LIST", "Note", "make_note", "parse_note"]


@dataclass(frozen=True)
class Note:
    """One note on a document.

    Parameters
    ----------
    code : str
        The message ``list_note_CODE`` of ``data/messages/``.
    values : tuple of (str, str)
        What the sentence names. `why` is the code of a reason for review (`pilotzones.geo.places.reason_codes`).
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.translate_to("en")

    def translate_to(self, lang: Language) -> str:
        """Write the note in one language.

        Parameters
        ----------
        lang : {"zh", "en"}

        Returns
        -------
        str

        Raises
        ------
        KeyError
            When there is no such message, or a value is missing.
        """
        values = dict(self.values)
        if "why" in values:
            values["why"] = translate(f"list_reason_{values['why']}", lang)
        return translate(f"list_note_{self.code}", lang, **values)


NO_LIST: Final = Note("no_list")


def make_note(code: str, **values: object) -> Note:
    """Make a note of a code and the values that its sentence names.

    Parameters
    ----------
    code : str
    **values
        Written as text.

    Returns
    -------
    Note
    """
    return Note(code, tuple((name, str(value)) for name, value in values.items()))


def parse_note(data: object) -> Note:
    """Read a note of a file or another process, of which nothing is taken for granted.

    Parameters
    ----------
    data : object
        Code and values as plain data, or the sentence that a list saved by an earlier version has.

    Returns
    -------
    Note

    Raises
    ------
    ValueError
        When it is no note.
    """
    match data:
        case str(text):
            return make_note("saved", text=text)
        case [str(code), [*pairs]] if find_message(f"list_note_{code}"):
            note = Note(code, tuple(_parse_pair(pair) for pair in pairs))
            try:
                str(note)
            except KeyError as error:
                raise ValueError("a note without its values") from error
            return note
        case _:
            raise ValueError("no note")


def _parse_pair(data: object) -> tuple[str, str]:
    match data:
        case [str(name), str(value)]:
            return name, value
        case _:
            raise ValueError("a note with a value that is no text")
