"""The elements of one file by number, with the links between them: the form of a file in which it is matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from procdef.bpmn.facts.elements import Element

Target = int | str
"""What a fact refers to: the number of an element, or the text of the fact if the file has no such element."""
Link = tuple[str, bool]
"""The name of a fact that refers to an element, and the direction: whether the fact is that of the element where the link begins."""


class Side:
    """One file. The number of an element is its index in document order.

    `parents` has the number of each element's parent, `contents` the numbers of the elements in it, `refs` the targets of each of its facts
    that refer, `links` both those and the elements that refer to it; `is_referred` says whether there are any of the latter.
    """

    def __init__(self, elements: Sequence[Element]) -> None:
        self.elements = elements
        numbers = {element.id: number for number, element in reversed(list(enumerate(elements)))}
        self.parents = [None if element.parent is None else numbers.get(element.parent) for element in elements]
        self.refs = [_refs(element, numbers) for element in elements]
        self.contents: list[list[int]] = [[] for _ in elements]
        self.links: list[list[tuple[Link, int]]] = [[] for _ in elements]
        self.is_referred = [False] * len(elements)
        for number, parent in enumerate(self.parents):
            if parent is not None:
                self.contents[parent].append(number)
            self._link(number)

    def _link(self, number: int) -> None:
        for fact, targets in self.refs[number].items():
            for target in targets:
                if isinstance(target, int):
                    self.links[number].append(((fact, True), target))
                    self.links[target].append(((fact, False), number))
                    self.is_referred[target] = True


def has_no_id(element: Element) -> bool:
    """Whether the id of an element was made from what it connects: the file gives it none. An id in a file has no blanks."""
    return " " in element.id


def _refs(element: Element, numbers: Mapping[str, int]) -> Mapping[str, tuple[Target, ...]]:
    return {fact: tuple(numbers.get(one, one) for one in element.facts[fact].split(", ")) for fact in sorted(element.refs)}
