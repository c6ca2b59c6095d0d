"""How fast the files of a folder are drawn, and whether their pictures are sound: reasons for none, well-formed, no text outside the view.

A large file that is made here is drawn too, and compared with another; and the command that compares two files is started. Times are those
of the processor, so that other programs count little.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from bench.servers import ROOT
from procdef.bpmn.difference import difference
from procdef.bpmn.parse import parse
from procdef.errors import InvalidBpmn, NoPicture, TooLarge, UnreadableBpmn
from procdef.picture import finished, picture
from tests.picture.files import bounds, edge, file, lines, shape, view

ROUNDS, STARTS = 3, 20
EXAMPLE = ROOT / "examples/order.bpmn"
ELEMENTS, TASKS_A_ROW = 10_000, 70
LAID_OUT = "Laid out by procdef"
"""What the description of a picture of a file without diagram interchange says."""


@dataclass
class Drawn:
    """The pictures of one kind: the milliseconds of the fastest of ROUNDS, and the bytes, of each."""

    times: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def line(self, name: str) -> str:
        """The line of the report."""
        if not self.times:
            return f"{name}: none"
        times = f"median {statistics.median(self.times):.1f} ms, p95 {_p95(self.times):.1f} ms, longest {max(self.times):.1f} ms"
        return (
            f"{name}: {len(self.times)}; {times}; SVG median {statistics.median(self.sizes):,.0f} bytes, longest {max(self.sizes):,} bytes"
        )


@dataclass
class Found:
    """What was found in a folder: pictures by kind, files that are not deployable, reasons for no picture, and pictures that are wrong."""

    from_diagram: Drawn = field(default_factory=Drawn)
    laid_out: Drawn = field(default_factory=Drawn)
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def report(self) -> Iterator[str]:
        """The lines of the report."""
        yield self.from_diagram.line("drawn from diagram interchange")
        yield self.laid_out.line("laid out")
        yield f"refused by a deployment, and not drawn: {self.refused}"
        yield f"without a picture: {self.reasons.total()}"
        yield from (f"  {count} x {reason}" for reason, count in self.reasons.most_common())
        yield f"wrong pictures: {len(self.wrong)}"
        yield from (f"  {line}" for line in self.wrong)


def measure(folder: Path) -> Found:
    """Draw every BPMN file below a folder that can be deployed."""
    found = Found()
    for path in sorted(path for path in folder.rglob("*") if path.name.endswith((".bpmn", ".bpmn20.xml"))):
        _measure(path, found)
    return found


def _measure(path: Path, found: Found) -> None:
    data = path.read_bytes()
    try:
        key = next((process.key for process in parse(path.name, data).processes), None)
    except (InvalidBpmn, UnreadableBpmn, TooLarge):
        found.refused += 1
        return
    try:
        svg, milliseconds = _fastest(data, key)
    except NoPicture as reason:
        found.reasons[str(reason)] += 1
        return
    kind = found.laid_out if LAID_OUT in svg.partition("</desc>")[0] else found.from_diagram
    kind.times.append(milliseconds)
    kind.sizes.append(len(svg.encode()))
    found.wrong += [f"{path.name}: {fault}" for fault in faults(svg)]


def _fastest(data: bytes, key: str | None) -> tuple[str, float]:
    """The picture, and the milliseconds of its fastest round."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        svg = picture(data, key)
        times.append(1000 * (time.process_time() - start))
    return svg, min(times)


def large() -> str:
    """The line of the report on a file of many tasks, in rows, and of as many sequence flows between them."""
    process, drawn = [], []
    for number in range(ELEMENTS // 2):
        x, y = number % TASKS_A_ROW * 150, number // TASKS_A_ROW * 120
        process.append(f'<userTask id="t{number}" name="Check the order number {number} very carefully"/>')
        process.append(f'<sequenceFlow id="f{number}" name="flow {number}" sourceRef="t{number}" targetRef="t{number + 1}"/>')
        drawn += [shape(f"t{number}", bounds(x, y)), edge(f"f{number}", (x + 100, y + 40), (x + 125, y + 40), (x + 150, y + 60))]
    svg, milliseconds = _fastest(file("".join(process), *drawn), None)
    started = time.process_time()
    finished(svg, marks={f"t{number}": "changed" for number in range(ELEMENTS // 2)}, theme="auto")
    return f"{ELEMENTS:,} elements: {milliseconds:.0f} ms; marks on {ELEMENTS // 2:,}: {1000 * (time.process_time() - started):.0f} ms more"


def compared() -> str:
    """The line of the report on the difference of two large files, with the same ids and with other ones."""
    left, right = _large("a"), _large("b")
    times = [min(_milliseconds(difference, left, other) for _ in range(ROUNDS)) for other in (left, right)]
    return f"difference of two files of {ELEMENTS:,} elements: {times[0]:.0f} ms; if no id is the same: {times[1]:.0f} ms"


def command() -> str:
    """The line of the report on `procdef diff` with two small files, from the start of its process to the end."""
    words = [sys.executable, "-m", "procdef", "diff", str(EXAMPLE), str(EXAMPLE)]
    times = []
    for _ in range(STARTS):
        start = time.perf_counter()
        subprocess.run(words, check=True)
        times.append(1000 * (time.perf_counter() - start))
    return f"procdef diff, started {STARTS} times: fastest {min(times):.0f} ms, median {statistics.median(times):.0f} ms"


def _large(letter: str) -> bytes:
    """A file of ELEMENTS tasks and sequence flows, whose ids have this letter."""
    ends = ((number, (number + 1) % (ELEMENTS // 2)) for number in range(ELEMENTS // 2))
    tasks = (
        f'<task id="{letter}{one}" name="Task {one}"/><sequenceFlow id="f{letter}{one}" sourceRef="{letter}{one}" targetRef="{letter}{other}"/>'
        for one, other in ends
    )
    return file("".join(tasks))


def _milliseconds(work: Callable[..., object], *given: Any) -> float:
    start = time.process_time()
    work(*given)
    return 1000 * (time.process_time() - start)


def faults(svg: str) -> Iterator[str]:
    """What is wrong with a picture."""
    try:
        ET.fromstring(svg)
    except ET.ParseError as error:
        yield f"it is not well-formed: {error}"
        return
    whole = view(svg)
    yield from (f"the text {text!r} is outside of the view" for text, box in lines(svg) if not whole.holds(box))


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
