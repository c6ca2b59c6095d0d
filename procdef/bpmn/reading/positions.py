"""Where the elements of a file are: looked up in a pass of its own, and only for a file that is refused anyway."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left, bisect_right

from procdef.bpmn.reading.reader import DECLARED
from procdef.common.charsets import codec_of

# What a well-formed file without DTD consists of beside text. A tag may have a `>` in the quotes of an attribute.
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

Place = tuple[int, int]


class Positions:
    """The places just after the start tags and the end tags of a file, by the element's place in document order.

    Lines and columns are counted from 1, columns in UTF-16 code units as a Java parser does.
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
            # where characters were stand-ins there may be an end tag too many
            if opened and (tag.startswith("/") or tag.endswith("/")):
                self._ends[opened.pop()] = match.end()

    def start(self, order: int) -> Place:
        """Just after the start tag of an element; (0, 0) where there is none."""
        return self._place(self._starts[order]) if order < len(self._starts) else (0, 0)

    def end(self, order: int) -> Place:
        """Just after the end tag of an element; (0, 0) where there is none."""
        return self._place(self._ends[order]) if order in self._ends else (0, 0)

    def _place(self, at: int) -> Place:
        line = bisect_right(self._lines, at)
        start = self._lines[line - 1]
        wide = bisect_left(self._wide, at) - bisect_left(self._wide, start)
        return line, at - start + wide + 1


def _decoded(data: bytes) -> str:
    """The characters of a file; those that its encoding does not have are replaced, which keeps the tags at their lines."""
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    declared = DECLARED.match(data)
    return data.decode(marked or codec_of(declared[1].decode("ascii") if declared else "utf-8") or "latin-1", "replace")
