"""The filters of templates: values as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

ENGINE_TIME = "%Y-%m-%dT%H:%M:%S.%f%z"

CODE = re.compile("`([^`]+)`")
WRAPPED = re.compile(r"\n(?!- )")
"""The end of a line within a sentence."""
FOR_PROGRAMS = re.compile(r"^true: |[.;] [^.;]*`[^.;]*|\. A backslash [^.]*")
"""What only those who write requests need of the help for a parameter."""
SENTENCES = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (r"Cannot set query parameter '([^']*)' to value '(.*?)'(?:: .*)?", r"The address says “\2” for “\1”. That is not possible."),
        (r"Could not update the suspension state of Process Definitions due to: .*", "The time is no date with a time of day."),
        (r"An exception occurred in the persistence layer\..*", "A number in the address is too small or too large."),
        (r"Only a single sorting parameter .*", "The address needs both: by what to sort, and in which direction."),
    )
)
"""Messages of engines that people have to understand, and what stands for each in pages."""


def moment(text: str | None) -> Markup:
    """A moment of an answer in full; another text unchanged. A script shows it relative to now."""
    if not text:
        return Markup("–")
    try:
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return escape(text)
    return Markup('<time datetime="{}">{}</time>').format(found.isoformat(), f"{found:%-d %b %Y, %H:%M} UTC")


def number(value: int) -> str:
    """An integer with a comma at each thousand."""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """A number with the word for it: `1 version`, `1,284 versions`."""
    return f"{value:,} {one if value == 1 else many or f'{one}s'}"


def cut(text: str, most: int = 1000) -> str:
    """A text that is shown up to a length, with dots where it goes on."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def spaced(word: str) -> str:
    """A word of program text as people write it: `serviceTask` is `service task`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in word).strip()


def label(name: str) -> str:
    """The name of a filter as people read it: `tenantIdIn` is `tenant`, `nameOrKeyLike` is `name or key`."""
    return spaced(re.sub(r"(?<=[a-z])(Ids?)?(In|Like)?$", "", name))


def help_text(words: str) -> str:
    """The help for a parameter as people read it who see the words of a page, not the requests."""
    found = FOR_PROGRAMS.sub("", words).rstrip(".")
    return f"{found[:1].upper()}{found[1:]}."


def in_words(message: str) -> str:
    """A message of the REST API as people read it."""
    for pattern, words in SENTENCES:
        if found := pattern.fullmatch(message):
            return found.expand(words)
    return message


def prose(words: str) -> Markup:
    """Text of the OpenAPI documents: its paragraphs, with what is between two backticks as code."""
    paragraphs = (CODE.sub(r"<code>\1</code>", str(escape(WRAPPED.sub(" ", paragraph.strip())))) for paragraph in words.split("\n\n"))
    return Markup("".join(f'<p class="prose">{paragraph}</p>' for paragraph in paragraphs if paragraph))  # noqa: S704


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": moment,
    "number": number,
    "counted": counted,
    "spaced": spaced,
    "cut": cut,
    "prose": prose,
}
"""By their names in templates."""
