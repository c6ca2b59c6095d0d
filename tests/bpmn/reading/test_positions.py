"""Positions in a file."""

from __future__ import annotations

import pytest

from procdef.bpmn.reading.positions import Positions

TEXT = '<?xml version="1.0"?>\r\n<!-- <no/> -->\r<a x=">"\n  y=\'"\'>😀<b/><![CDATA[<c>]]></a >'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_positions(encoding: str) -> None:
    positions = Positions(TEXT.replace("?>", f' encoding="{encoding.removesuffix("-sig")}"?>', 1).encode(encoding))
    assert [positions.start(0), positions.start(1), positions.end(1), positions.end(0)] == [(4, 9), (4, 15), (4, 15), (4, 35)]


def test_no_place() -> None:
    positions = Positions(b"<a/>")
    assert (positions.start(1), positions.end(1)) == ((0, 0), (0, 0))


def test_encodings_that_python_does_not_know() -> None:
    assert Positions(b'<?xml version="1.0" encoding="x-nope"?>\n<a/>').start(0) == (2, 5)
