"""How long a picture takes, from the bytes of a file to its SVG: a line for each kind of file, with its median and its longest time.

Run it as `python -m bench.pictures`, with folders of BPMN files, or without for files that are made. Times are those of the processor, so
that other programs count little.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from procdef.errors import ProcdefError
from procdef.picture import finished, picture
from tests.picture.files import bounds, edge, file, shape
from tests.pictures.generator import generated

DIAGRAM = re.compile(rb"<((?:[\w.-]+:)?BPMNDiagram)\b.*?</\1>", re.DOTALL)
ELEMENTS, A_ROW = 10_000, 70


def large() -> bytes:
    """A file of many tasks, in rows, and of as many sequence flows between them."""
    process, drawn = [], []
    for number in range(ELEMENTS // 2):
        x, y = number % A_ROW * 150, number // A_ROW * 120
        process.append(f'<userTask id="t{number}" name="Check the order number {number} very carefully"/>')
        process.append(f'<sequenceFlow id="f{number}" name="flow {number}" sourceRef="t{number}" targetRef="t{number + 1}"/>')
        drawn += [shape(f"t{number}", bounds(x, y)), edge(f"f{number}", (x + 100, y + 40), (x + 125, y + 40), (x + 150, y + 60))]
    return file("".join(process), *drawn)


def seconds(data: bytes) -> float:
    """The seconds of the processor for one picture, or for the reason why there is none."""
    started = time.process_time()
    try:
        picture(data)
    except ProcdefError as reason:
        print(f"no picture: {reason}", file=sys.stderr)
    return time.process_time() - started


def line(name: str, files: Iterable[bytes]) -> str:
    """The times of some files as one line of text."""
    times = sorted(seconds(data) * 1000 for data in files)
    if not times:
        return f"{name}: no files"
    return f"{name}: {len(times)} files, median {statistics.median(times):.1f} ms, longest {times[-1]:.1f} ms"


def files_of(folders: Iterable[str]) -> Mapping[str, bytes]:
    """The BPMN files of some folders, by name."""
    paths = (path for folder in folders for path in sorted(Path(folder).rglob("*")) if path.suffix in (".bpmn", ".xml"))
    return {path.name: path.read_bytes() for path in paths}


def main() -> None:
    """Measure and print."""
    files = (files_of(sys.argv[1:]) if sys.argv[1:] else generated()).values()
    picture(next(iter(files)))  # the first one imports what the others use
    print(line("with diagram interchange", [data for data in files if DIAGRAM.search(data)]))
    print(line("laid out", [DIAGRAM.sub(b"", data) for data in files]))
    print(line(f"of {ELEMENTS} elements", [large()]))
    svg, started = picture(large()), time.process_time()
    finished(svg, marks={f"t{number}": "changed" for number in range(ELEMENTS // 2)}, theme="auto")
    print(f"marks on {ELEMENTS // 2} elements: {(time.process_time() - started) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
