"""Equal notes are told once."""

from __future__ import annotations

from bridge.report import note_lines
from converters.model import Where
from converters.notes import degraded, missing


def test_equal_notes_are_one_line_with_their_number_and_first_places() -> None:
    many = [degraded("table.spans", "no spans", Where("a.ipynb", cell)) for cell in range(1, 201)]
    one = missing("image.missing", "x.png is not there", Where("a.ipynb", 7))
    assert list(note_lines([*many, one, one], "a.ipynb")) == [
        "no spans (200 times: cell 1, cell 2, cell 3, …)",
        "x.png is not there (2 times: cell 7)",
    ]
    assert list(note_lines([one, missing("x", "no place")], "a.ipynb")) == ["cell 7: x.png is not there", "no place"]
