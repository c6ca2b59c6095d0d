"""The header `Content-Disposition` of every response that is a file (RFC 6266)."""

from __future__ import annotations

import re
from urllib.parse import quote

CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
ASCII, LATIN_1 = "ascii", "latin-1"


def attachment(name: str, charset: str = ASCII) -> str:
    """The header's value for a file that is saved under a name; any string can be a name.

    It has the name twice. `filename*` has the whole name as UTF-8. `filename` is for clients that do not know the other form: a character
    that is not in `charset` is a question mark in it, a control character a blank. `charset` is ASCII or LATIN_1: no header can hold more.
    """
    plain = CONTROLS.sub(" ", name).replace('"', '\\"').encode(charset, "replace").decode(charset)
    whole = quote(name, safe="*", errors="replace").replace("~", "%7E")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"
