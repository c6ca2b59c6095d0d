"""The pictures of two files side by side, with the marks of their difference."""

from __future__ import annotations

from collections.abc import Mapping

from procdef.bpmn.difference.comparing import Difference
from procdef.picture.finishing import finished, side_by_side


def compared_pictures(left: str, right: str, difference: Difference, theme: str = "light") -> str:
    """Two ready pictures as one, in a theme, each with its marks."""
    pictures = (finished(picture, marks=marks) for picture, marks in zip((left, right), marks_of(difference), strict=True))
    return finished(side_by_side(*pictures), theme=theme)


def marks_of(difference: Difference) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The marks of the left picture and of the right one, by the ids of elements.

    What was removed is marked in the left one, what was added in the right one, what changed or only moved in both.
    """
    removed, added = ({element.id: name for element in getattr(difference, name)} for name in ("removed", "added"))
    moved = {element.id: "moved" for element in difference.moved}
    before = {change.facts.get("id", (change.element.id,))[0] or "": "changed" for change in difference.changed}
    after = {change.element.id: "changed" for change in difference.changed}
    return moved | before | removed, moved | after | added
