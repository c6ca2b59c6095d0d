"""The Content-Disposition header of a part of a form: its parameters, read as the engine reads them.

Observed on the engine: blanks around a name, its `=` and its value do not count; of two parameters with one name the last counts, and
`name*` is another way to write `name`; in double quotes nothing is unescaped. A value may be made of encoded words (RFC 2047), in quotes
too; the value of `name*` is in the form of RFC 5987. A value that cannot be decoded stays unchanged.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from procdef.common.charsets import codec_of

FORM_DATA = "form-data"
BLANKS = " \t\r\n"
PARAMETER = re.compile(
    r"""(?P<name>[^=;]*+)
        (?:=(?P<value>(?:[^";\\]|\\["\\]?+|"(?:[^"\\]|\\.)*+(?:"|\\?+\Z))*+))?+
        (?:;|\Z)""",
    re.VERBOSE | re.DOTALL,
)
EXTENDED = re.compile(r"(?P<charset>[^']*)'[^']*'(?P<text>.*)", re.DOTALL)
WORD = re.compile(r"=\?(?P<charset>[^?]*)\?(?P<coding>[BbQq])\?(?P<text>.*?)\?=")


@dataclass(frozen=True, slots=True)
class Disposition:
    """What the header says of a part: whether it belongs to a form, its name, and its file name (None: it has none)."""

    of_form: bool
    name: str
    file_name: str | None


def disposition_of(header: str) -> Disposition:
    """What a Content-Disposition header says; any string can be read."""
    values = parameters(header)
    file_name = values.get("filename")
    return Disposition(
        header.lower().startswith(FORM_DATA), values.get("name", "").strip(), file_name.strip() if file_name is not None else None
    )


def parameters(header: str) -> dict[str, str]:
    """The parameters of a header by name, in lower case; one without a value has the empty string."""
    found = {}
    for match in PARAMETER.finditer(header):
        name = match["name"].strip(BLANKS)
        value = _unquoted((match["value"] or "").strip(BLANKS))
        if name:
            found[name.removesuffix("*").lower()] = _extended(value) if name.endswith("*") else _words(value)
    return found


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _extended(value: str) -> str:
    found = EXTENDED.fullmatch(value)
    codec = codec_of(found["charset"]) if found else None
    return value if found is None or codec is None else unquote_to_bytes(found["text"]).decode(codec, "replace")


def _words(value: str) -> str:
    """A value with its encoded words decoded; blanks between two of them do not count."""
    if "=?" not in value:
        return value
    try:
        return "".join(_pieces(value))
    except ValueError:
        return value


def _pieces(value: str) -> Iterator[str]:
    was_encoded = True
    for blanks, text in re.findall(r"([ \t\r\n]*)([^ \t\r\n]+)", value):
        found = WORD.match(text)
        yield "" if found and was_encoded else blanks
        yield _decoded(found) if found else text
        was_encoded = found is not None


def _decoded(word: re.Match[str]) -> str:
    """The text of an encoded word. Raises ValueError for an unknown charset, and for a text that is not in its coding."""
    text, codec = word["text"], codec_of(word["charset"])
    if codec is None:
        raise ValueError(f"unknown charset: {word['charset']}")
    data = b64decode(text, validate=True) if word["coding"] in "Bb" else a2b_qp(text.encode(), header=True)
    return data.decode(codec, "replace")
