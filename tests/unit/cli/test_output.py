"""Printing: what reaches a terminal."""

from __future__ import annotations

import pytest

from pilotzones.cli.output import add_cells, clean_text, format_figure, make_table, print_line, print_table


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("杭州市　余杭区", "杭州市　余杭区"),
        ("\x1b[31mred\x1b[0m", "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}[0m"),
        ("a\rb\nc", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"),
        ("a\u202eb", "a\N{REPLACEMENT CHARACTER}b"),
        (12, "12"),
    ],
)
def test_clean_text(text: object, clean: str) -> None:
    assert clean_text(text) == clean


def test_a_table_prints_markup_as_text_and_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    table = make_table("no.", "名称 name")
    add_cells(table, (1, "[red]某县[/red]\x1b]0;title\x07"))
    print_table(table, "foot\x1b[2J", notes=["note\x1b[1A"])
    print_line("line\x1b[2K")
    out = capsys.readouterr().out
    assert "[red]某县[/red]" in out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_format_number() -> None:
    assert [format_figure(10043.25, 1), format_figure(5, 2, signed=True), format_figure(None, 0)] == [
        "10,043.2",
        "+5.00",
        "–",
    ]
