"""The themes of a picture. They are style rules alone: the picture itself has light colors as attributes, which any rule overrides."""

from __future__ import annotations

from procdef.picture.marks import ROWS

PAPER, INK = "#161b22", "#e6edf3"
THEMES = ("light", "dark", "auto")
"""The names of the themes: `auto` is dark where the reader's system is."""


def rules(theme: str) -> str:
    """The style rules of a theme. Colors that the reader's system forces hold in every theme."""
    if theme == "dark":
        return DARK + FORCED
    return f"@media(prefers-color-scheme:dark){{{DARK}}}{FORCED}" if theme == "auto" else FORCED


def stylesheet(theme: str = "auto") -> str:
    """The style rules for a page that has pictures inline."""
    return rules(theme)


def _dark() -> str:
    """The rules of the dark theme. The lines of colors in the file become lighter, and their areas go."""
    lighter = f"color-mix(in srgb,currentColor 60%,{INK})"
    common = (
        f".procdef{{color:{INK};fill:{PAPER};background:{PAPER}}}.procdef .t{{fill:{INK}}}.procdef .h{{stroke:{PAPER}}}"
        f".procdef .c{{fill:{PAPER}}}.procdef .c:not(.m){{stroke:{lighter}}}"
        f'.procdef .c:not(.m) [fill="currentColor"]{{fill:{lighter}}}'
        f".procdef .g circle{{stroke:{PAPER}}}"
    )
    marks = (
        f".procdef .{mark.name}{{color:{mark.dark_color};stroke:{mark.dark_color}}}"
        f'.procdef .{mark.name}>.b:not([fill="none"]){{fill:{mark.dark_tint}}}'
        for mark in ROWS
    )
    return common + "".join(marks)


DARK = _dark()
FORCED = (
    "@media(forced-colors:active){.procdef,.procdef .m,.procdef .c{color:CanvasText;stroke:CanvasText;fill:Canvas}"
    ".procdef{background:Canvas}.procdef .t{fill:CanvasText}.procdef .h,.procdef .g circle{stroke:Canvas}"
    ".procdef .b:not([fill=none]),.procdef .m>.b:not([fill=none]){fill:Canvas}}"
)
