"""Whether a client accepts a media type, and with which parameters."""

from __future__ import annotations

import re

PARAMETER = re.compile(r"([\w.+-]+)=(\"?)([\w.+:-]+)\2", re.ASCII)


def content_type(header: str, media: str) -> str | None:
    """The media type with the parameters that an Accept header gives it, as a charset; None where the header does not allow it.

    Whatever quality the header gives to a type, it is allowed.
    """
    if not header.strip() or header == "*/*":
        return media
    ranges = [[word.strip() for word in part.split(";")] for part in header.split(",")]
    allowed = [words for words in ranges if words[0].lower() in (media, f"{media.split('/')[0]}/*", "*/*")]
    if not allowed:
        return None
    best = max(allowed, key=lambda words: (_quality(words), words[0].lower() == media))
    return ";".join([media, *_parameters(best)]) if "*" not in best[0] else media


def _parameters(words: list[str]) -> list[str]:
    found = [match for word in words[1:] if (match := PARAMETER.fullmatch(word)) and match[1].lower() != "q"]
    return sorted((f"{match[1].lower()}={match[3]}" for match in found), key=lambda text: text.startswith("charset="))


def _quality(words: list[str]) -> float:
    found = next((word for word in words[1:] if re.fullmatch(r"q=[01](\.\d{0,3})?", word)), "q=1")
    return float(found[2:])
