"""Whether a client accepts a media type, and with which parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence

PARAMETER = re.compile(r"([\w.+-]+)=(\"?)([\w.+:-]+)\2", re.ASCII)


def content_type(header: str, media: str, *others: str) -> str | None:
    """The media type that an Accept header prefers, with the parameters that the header gives it, as a charset; None where it allows none.

    Where the header has no preference, the first media type is returned. A type is allowed whatever quality the header gives it.
    """
    if not header.strip() or header == "*/*":
        return media
    ranges = [[word.strip() for word in part.split(";")] for part in header.split(",")]
    medias = (media, *others)
    allowed = [words for words in ranges if _meant(words[0].lower(), medias)]
    if not allowed:
        return None
    best = max(allowed, key=lambda words: (_quality(words), words[0].lower() in medias))
    found = _meant(best[0].lower(), medias)
    return ";".join([found, *_parameters(best)]) if found and "*" not in best[0] else found


def _meant(wanted: str, medias: Sequence[str]) -> str | None:
    return next((media for media in medias if wanted in (media, f"{media.split('/')[0]}/*", "*/*")), None)


def _parameters(words: list[str]) -> list[str]:
    found = [match for word in words[1:] if (match := PARAMETER.fullmatch(word)) and match[1].lower() != "q"]
    return sorted((f"{match[1].lower()}={match[3]}" for match in found), key=lambda text: text.startswith("charset="))


def _quality(words: list[str]) -> float:
    found = next((word for word in words[1:] if re.fullmatch(r"q=[01](\.\d{0,3})?", word)), "q=1")
    return float(found[2:])
