"""The positions of a file's elements, found in a separate pass, which only a file with errors needs."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left, bisect_right

from procdef.bpmn.reading.reader import DECLARED
from procdef.common.charsets import codec_of

# The markup of a well-formed file without DTD. A tag may have a `>` in the quotes of an attribute.
MARKUP = re.compile(
    r"<!--.*?-->"
    r"|<\?.*?\?>"
    r"|<!\[CDATA\[.*?\]\]>"
    r"""|<(?P<tag>/?[^!?/"'>](?:[^"'>]|"[^"]*"|'[^']*')*)>""",
    re.DOTALL,
)
# Characters that Java counts as two.
WIDE = re.compile("[\U00010000-\U0010ffff]")
LINE_END = re.compile(r"\r\n|\r|\n")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Position = tuple[int, int]
"""Line and column."""


class Positions:
    """The positions just after the start tags and the end tags of a file, by the element's index in document order.

    Lines and columns count from 1, columns in UTF-16 code units as a Java parser counts them.
    """

    def __init__(self, data: bytes) -> None:
        self._text = _decoded(data)
        self._lines = [0, *(match.end() for match in LINE_END.finditer(self._text))]
        self._wide = [match.start() for match in WIDE.finditer(self._text)]
        self._starts: list[int] = []
        self._ends: dict[int, int] = {}
        self._read()

    def _read(self) -> None:
        opened: list[int] = []
        for match in MARKUP.finditer(self._text):
            tag = match["tag"]
            if tag is None:
                continue
            if not tag.startswith("/"):
                opened.append(len(self._starts))
                self._starts.append(match.end())
            # replaced characters can leave an end tag too many
            if opened and (tag.startswith("/") or tag.endswith("/")):
                self._ends[opened.pop()] = match.end()

    def start(self, order: int) -> Position:
        """The position just after the start tag of an element; (0, 0) without such an element."""
        return self._position(self._starts[order]) if order < len(self._starts) else (0, 0)

    def end(self, order: int) -> Position:
        """The position just after the end tag of an element; (0, 0) without one."""
        return self._position(self._ends[order]) if order in self._ends else (0, 0)

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._lines, offset)
        start = self._lines[line - 1]
        wide = bisect_left(self._wide, offset) - bisect_left(self._wide, start)
        return line, offset - start + wide + 1


def _decoded(data: bytes) -> str:
    """The text of a file; undecodable bytes are replaced, which keeps the tags on their lines."""
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    declared = DECLARED.match(data)
    return data.decode(marked or codec_of(declared[1].decode("ascii") if declared else "utf-8") or "latin-1", "replace")
