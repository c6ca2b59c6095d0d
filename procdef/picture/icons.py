"""The icons: one row for each small drawing within a symbol. Each has its middle at 0, 0; an event's circle has the radius 18 around it.

All were drawn for procdef. They keep the proportions of the BPMN standard.
"""

from __future__ import annotations

from dataclasses import dataclass

from procdef.picture.pen import numbers, path

PAPER = "#fff"
DISC = "M{0} 0A{0} {0} 0 1 1-{0} 0A{0} {0} 0 1 1 {0} 0z"
GEAR = (
    "M-1.7-6.6L-1.3-8.9 1.3-8.9 1.7-6.6 3.4-5.9 5.4-7.2 7.2-5.4 5.9-3.4 6.6-1.7 8.9-1.3 8.9 1.3 6.6 1.7 5.9 3.4 7.2 5.4 5.4 7.2 3.4 5.9"
    " 1.7 6.6 1.3 8.9-1.3 8.9-1.7 6.6-3.4 5.9-5.4 7.2-7.2 5.4-5.9 3.4-6.6 1.7-8.9 1.3-8.9-1.3-6.6-1.7-5.9-3.4-7.2-5.4-5.4-7.2-3.4-5.9z"
)
HAND = (
    "M-9-1.5C-6.5-4-5-6.5-2.5-6.5H2.5C4.2-6.5 4.2-4 2.5-4H0 7.8C9.6-4 9.6-1.3 7.8-1.3H3 8.3C10-1.3 10 1.3 8.3 1.3H3"
    " 7.3C8.9 1.3 8.9 3.9 7.3 3.9H3 5.7C7.2 3.9 7.2 6.5 5.7 6.5H-2.5C-6 6.5-7 5-9 4.5z"
)


@dataclass(frozen=True, slots=True)
class Icon:
    """One icon: its closed outline, the lines on it, and what is always filled, as the data of paths.

    `bold` is the width of its lines if they are bold. `kept` says that a thumbnail has the icon too.
    """

    name: str
    outline: str = ""
    lines: str = ""
    solid: str = ""
    bold: float = 0
    kept: bool = False

    def svg(self, x: float, y: float, *, scale: float = 1, filled: bool = False) -> str:
        """The icon with its middle at `x` and `y`; a filled one is dark, with light lines."""
        parts = list(self._parts(filled=filled))
        resized = "" if scale == 1 else f" scale({scale:.2f})"
        start = f'{"" if self.kept else " class=k"} transform="translate({numbers(x, y)}){resized}"'.replace("=k", '="k"')
        if len(parts) == 1 and (self.kept or not filled):
            return parts[0].replace("<path", f"<path{start}", 1)
        return f"<g{start}>{''.join(parts)}</g>"

    def _parts(self, *, filled: bool) -> tuple[str, ...]:
        width = f' stroke-width="{self.bold:g}"' if self.bold else ""
        solid = path(self.solid, ' fill="currentColor" stroke="none"') if self.solid else ""
        if filled and self.outline:
            lines = path(self.lines, f' class="h" fill="none" stroke="{PAPER}"{width}') if self.lines else ""
            return tuple(filter(None, (path(self.outline, ' fill="currentColor"'), lines, solid)))
        if self.outline:
            return tuple(filter(None, (path(self.outline + self.lines, width), solid)))
        lines = path(self.lines, f' fill="none"{width}') if self.lines else ""
        return tuple(filter(None, (lines, solid)))


ROWS = (
    # what an event waits for or does
    Icon("message", "M-8.5-6H8.5V6H-8.5z", "M-8.5-6L0 1.2 8.5-6"),
    Icon("timer", DISC.format("10"), "M0-10V-7.5M0 7.5V10M-10 0H-7.5M7.5 0H10M0-6.5V0L4.5 2.6"),
    Icon("error", "M-8.5 8L-4-7.5 2.4.8 8.5-8 4.2 7-2.2-1.3z"),
    Icon("escalation", "M0-9L6.8 8.5 0 2-6.8 8.5z"),
    Icon("cancel", "M-8.2-5.7L-5.7-8.2 0-2.5 5.7-8.2 8.2-5.7 2.5 0 8.2 5.7 5.7 8.2 0 2.5-5.7 8.2-8.2 5.7-2.5 0z"),
    Icon("compensate", "M-1.5-6V6L-10 0zM7-6V6L-1.5 0z"),
    Icon("conditional", "M-6.5-8.5H6.5V8.5H-6.5z", "M-4-5.2H4M-4-1.7H4M-4 1.8H4M-4 5.3H4"),
    Icon("link", "M-9.5-3.5H1.5V-8L10 0 1.5 8V3.5H-9.5z"),
    Icon("signal", "M0-9.5L9 6.5H-9z"),
    Icon("terminate", solid=DISC.format("11"), kept=True),
    Icon("multiple", "M0-9.5L9.3-2.7 5.8 8H-5.8L-9.3-2.7z"),
    Icon("parallelMultiple", "M-2.8-9H2.8V-2.8H9V2.8H2.8V9H-2.8V2.8H-9V-2.8H-2.8z"),
    # what a gateway does
    Icon("exclusive", lines="M-7.5-8L7.5 8M7.5-8L-7.5 8", bold=3.6, kept=True),
    Icon("parallel", lines="M0-12.5V12.5M-12.5 0H12.5", bold=3.8, kept=True),
    Icon("inclusive", DISC.format("11.5"), bold=3.2, kept=True),
    Icon("complex", lines="M0-13V13M-13 0H13M-8.7-8.7L8.7 8.7M8.7-8.7L-8.7 8.7", bold=3.2, kept=True),
    Icon("eventBased", DISC.format("13.5"), DISC.format("10.8") + "M0-7L6.7-2.2 4.1 5.7H-4.1L-6.7-2.2z", kept=True),
    Icon("instantiate", DISC.format("13.5"), "M0-8.5L8.1-2.6 5 6.9H-5L-8.1-2.6z", kept=True),
    Icon("instantiateParallel", DISC.format("13.5"), "M-2.6-8.5H2.6V-2.6H8.5V2.6H2.6V8.5H-2.6V2.6H-8.5V-2.6H-2.6z", kept=True),
    # what a task is
    Icon(
        "user",
        "M-8.5 9V6.5C-8.5 2.5-5 1-2.5.8H2.5C5 1 8.5 2.5 8.5 6.5V9z" + "M4.2-4.8A4.2 4.6 0 1 1-4.2-4.8A4.2 4.6 0 1 1 4.2-4.8z",
        "M-4.8 9V5.5M4.8 9V5.5",
    ),
    Icon("service", GEAR, DISC.format("2.9")),
    Icon("script", "M-4.5-9H8C3-4 9.5 1 4.5 9H-8C-3 1-9.5-4-4.5-9z", "M-3.5-5.2H3.3M-4-1H3.5M-2.6 4H4.6"),
    Icon("send", "M-9.5-6.5H9.5V6.5H-9.5z", "M-9.5-6.5L0 1.5 9.5-6.5"),
    Icon("receive", "M-9.5-6.5H9.5V6.5H-9.5z", "M-9.5-6.5L0 1.5 9.5-6.5"),
    Icon("receiveInstantiate", DISC.format("10"), "M-6-4H6V4H-6zM-6-4L0 1 6-4"),
    Icon("businessRule", "M-9.5-7.5H9.5V7.5H-9.5z", "M-9.5 2.2H9.5M-3.5-3V7.5", "M-9.5-7.5H9.5V-3H-9.5z"),
    Icon("manual", HAND),
    # what else is said of an activity, a pool or data
    Icon("collapsed", "M-7-7H7V7H-7z", "M0-4V4M-4 0H4"),
    Icon("loop", lines="M-2.5 5.6A6 6 0 1 1 2.5 5.6M-6.5 5.9H-2.2V1.6"),
    Icon("parallelInstances", lines="M-4.5-6V6M0-6V6M4.5-6V6", bold=2.4),
    Icon("sequentialInstances", lines="M-6-4.5H6M-6 0H6M-6 4.5H6", bold=2.4),
    Icon("compensation", "M-.5-5.5V5.5L-7.5 0zM6.5-5.5V5.5L-.5 0z"),
    Icon("adHoc", solid="M-7.5 1C-6-4-2.5-4.5 0-1.5S5 1.5 7.5-3V0C6 4.5 2.5 4.5 0 1.5S-5-1.5-7.5 3z"),
    Icon("input", "M-7-3H0V-7L7 0 0 7V3H-7z"),
    Icon("output", solid="M-7-3H0V-7L7 0 0 7V3H-7z"),
)
ICONS = {icon.name: icon for icon in ROWS}
"""Every icon by its name."""
