"""Decoding and encoding XML, by the encoding in the file's XML declaration."""

from __future__ import annotations

import re

from procdef.common.charsets import codec_of

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DECLARATION = re.compile(r"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
HEAD = 400
"""The declaration is within this many characters."""


def is_utf_8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8, whatever encoding they declare."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def text_of(data: bytes) -> str:
    """The text of a file: UTF-8 where it is valid, else by its byte order mark or declaration; undecodable bytes are replaced."""
    encoding = "utf-16" if data.startswith(UTF_16) else "utf-8" if is_utf_8(data) else _declared(data[:HEAD].decode("latin-1"))
    return data.decode(encoding, "replace")


def bytes_of(text: str) -> bytes:
    """The bytes of a text, in the encoding that it declares, or in UTF-8 where that encoding lacks a character."""
    try:
        return text.encode(_declared(text[:HEAD]))
    except UnicodeEncodeError:
        return text.encode()


def _declared(head: str) -> str:
    """The codec of the encoding that a file declares; UTF-8 where it declares none, or an unknown one."""
    found = DECLARATION.match(head.removeprefix("\ufeff"))
    return (codec_of(found[1]) if found else None) or "utf-8"
