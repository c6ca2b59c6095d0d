"""A difference as Markdown, for a comment on a change in GitHub or GitLab."""

from __future__ import annotations

import re
from collections.abc import Iterator

from procdef.bpmn.difference.comparing import Difference, Values
from procdef.bpmn.difference.forms import (
    ARROW,
    CHANGED,
    WORDS,
    Shown,
    is_long,
    line_by_line,
    moved,
    one_line,
    only_value,
    short,
    shown,
    summary,
)

COUNTED = {"added": "added", "removed": "removed", "changed": "changed", "moved": "only moved"}
MOST_OPEN = 20
"""The number of elements up to which they are shown at once; more of them are folded."""
MAX_CHARACTERS = 60_000
"""The length at which the lists end. GitHub's comments have 65,536 characters at most."""
LONGEST_ITEM = 20_000
"""The length up to which a fact is shown, and the facts of one element."""
TOO_LONG = "too long to show here"


def as_markdown(difference: Difference, title: str = "Difference") -> str:
    """A heading with the counts, a list of the elements that differ, and folded a list of those that only moved.

    All text of the files and the title are code: nothing in them is markup, a link or a mention of a person. The last line is empty, so
    that several of these can follow each other: Markdown reads a heading directly after `</details>` as a part of that block.
    """
    counts = ", ".join(f"{number} {COUNTED[name]}" for name, number in summary(difference).items() if number)
    differing = [_item(row) for row in shown(difference)]
    only_moved = [_item(row) for row in moved(difference)]
    parts = [f"### {code(short(title))}: {counts or 'no difference'}", ""]
    listed = _cut(differing, MAX_CHARACTERS)
    parts += _folded("All differences", listed) if len(differing) > MOST_OPEN else [*listed, ""]
    parts += _folded("Only moved on the diagram", _cut(only_moved, MAX_CHARACTERS - sum(map(len, parts))))
    return "\n".join(parts).rstrip() + "\n\n"


def code(text: str) -> str:
    """A text of one line as code, whatever is in it."""
    fence = _fence(text, 1)
    blank = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _fence(text: str, shortest: int) -> str:
    """More backticks than the text has in a row."""
    return "`" * max([shortest, *(len(found) + 1 for found in re.findall("`+", text))])


def _folded(title: str, items: list[str]) -> list[str]:
    return [f"<details><summary>{title}</summary>", "", *items, "", "</details>", ""] if items else []


def _cut(items: list[str], characters: int, indent: str = "") -> list[str]:
    """The items that have so many characters together, and how many more there are."""
    kept: list[str] = []
    for item in items:
        characters -= len(item)
        if characters < 0:
            return [*kept, f"{indent}- … and {len(items) - len(kept)} more"]
        kept.append(item)
    return kept


def _item(row: Shown) -> str:
    word = f"**{WORDS[row.sign]}** " if row.sign in WORDS else ""
    label = f" {code(row.label)}" if row.label else ""
    return "\n".join([f"- {word}{code(row.type)} {code(row.id)}{label}", *_cut(list(_facts(row)), LONGEST_ITEM, "  ")])


def _facts(row: Shown) -> Iterator[str]:
    for fact, values in row.facts.items():
        name = f"  - {code(short(fact))}"
        if is_long(values):
            block = "\n".join((f"{name}:", *_block(values)))
            yield block if len(block) <= LONGEST_ITEM else f"{name}: {TOO_LONG}"
        elif row.sign == CHANGED:
            left, right = one_line(values)
            yield f"{name}: {code(left)} {ARROW} {code(right)}"
        else:
            yield f"{name}: {code(only_value(values))}"


def _block(values: Values) -> list[str]:
    """The lines of a long fact that differ, as a block of code."""
    lines = [f"{sign} {line}".rstrip() for sign, line in line_by_line(values)]
    fence = _fence("\n".join(lines), 3)
    return [f"    {line}" for line in (f"{fence}diff", *lines, fence)]
