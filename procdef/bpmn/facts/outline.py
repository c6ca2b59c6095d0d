"""The outline of a file: its elements and their facts as a text that is compared line by line.

It has no layout, and it does not depend on the order, the prefixes or the spaces of the file. A changed fact is a changed line; in a text
of several lines, such as a script, a changed line is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from procdef.bpmn.facts.element_types import CONNECTIONS
from procdef.bpmn.facts.elements import Element
from procdef.common.visible import visible

INDENTATION = 4


def outline(elements: Iterable[Element]) -> str:
    """The outline of these elements: each is a line `type id "name"  (in parent)`, its facts are lines below it.

    What is in nothing else comes first, and flows come last. Each line ends with a line feed.
    """
    lines = (line for element in sorted(elements, key=_position) for line in (head(element), *_facts(element)))
    return "".join(f"{line}\n" for line in lines)


def head(element: Element) -> str:
    """The line of an element itself."""
    name = f' "{visible(element.name)}"' if element.name is not None else ""
    around = f"  (in {visible(element.parent)})" if element.parent is not None else ""
    return f"{element.type} {visible(element.id)}{name}{around}"


def natural(text: str) -> str:
    """A key by which numbers in texts are sorted by their size: `input[x].list.9` before `input[x].list.10`."""
    return re.sub(r"\d+", lambda found: f"{len(found[0]):07}{found[0]}", text)


def _position(element: Element) -> tuple[bool, bool, str, str]:
    return element.parent is not None, element.type in CONNECTIONS, natural(element.id), element.id


def _facts(element: Element) -> Iterator[str]:
    for name, value in sorted(element.facts.items(), key=lambda fact: (natural(fact[0]), fact[0])):
        yield from _fact(visible(name), value.split("\n"))


def _fact(name: str, lines: list[str]) -> Iterator[str]:
    if len(lines) == 1:
        yield f"{'':{INDENTATION}}{name} ={' ' if lines[0] else ''}{visible(lines[0])}"
        return
    yield f"{'':{INDENTATION}}{name} ="
    yield from (f"{'':{2 * INDENTATION}}{visible(line)}" if line else "" for line in lines)
