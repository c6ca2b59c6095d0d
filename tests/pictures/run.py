"""Compare procdef's pictures with what bpmn-js draws of the same files, in a browser; a line a file, exit status 1 with findings.

Without a folder the files are made: at random, always the same, and those of `quirks`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from procdef.bpmn.model import Options
from procdef.bpmn.parse import parse
from procdef.errors import ProcdefError
from procdef.picture import THEMES
from tests.pictures.generator import COUNT, SEED, generated
from tests.pictures.install import NoViewerError, viewer
from tests.pictures.judge import Judge
from tests.pictures.quirks import ON_PURPOSE, QUIRKS
from tests.pictures.site import served
from tests.servers.chromium import chromium, find_chromium

DIAGRAM = re.compile(rb"<(?:[\w.-]+:)?BPMNPlane\b")


def main() -> int:
    """The exit status."""
    options = _options()
    program = find_chromium()
    try:
        folder = viewer()
    except NoViewerError as reason:
        return _untested(str(reason), is_fault=False)
    if program is None:
        return _untested("Chromium is not installed", is_fault=True)
    with ExitStack() as stack:
        profile = Path(stack.enter_context(TemporaryDirectory()))
        page = stack.enter_context(chromium(program, profile, ["--hide-scrollbars"]))
        judge = Judge(page, stack.enter_context(served(folder)))
        return _report(judge, _files(options), options.save, options.theme)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        help="folders of BPMN files, in place of those that are made; refused files and those without diagram interchange are left out",
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"the seed of the files that are made ({SEED})")
    parser.add_argument("--count", type=int, default=COUNT, help=f"how many files are made ({COUNT})")
    parser.add_argument("--save", type=Path, help="a folder for images with bpmn-js on the left and procdef on the right")
    parser.add_argument("--theme", choices=THEMES, default="light", help="the theme of procdef's picture in these images")
    return parser.parse_args()


def _files(options: argparse.Namespace) -> Mapping[str, bytes]:
    if not options.folders:
        return {**generated(options.count, options.seed), **QUIRKS}
    paths = (path for folder in options.folders for path in sorted(folder.rglob("*")) if path.suffix in (".bpmn", ".xml"))
    return {str(path): data for path in paths if DIAGRAM.search(data := path.read_bytes()) and _accepted(data)}


def _accepted(data: bytes) -> bool:
    try:
        parse("a.bpmn", data, Options())
    except ProcdefError:
        return False
    return True


def _untested(reason: str, *, is_fault: bool) -> int:
    """Say why nothing is compared. A missing Chromium is an error in CI, which installs it; npm and its registry may not be there."""
    print(f"{reason}: the pictures are not compared with bpmn-js.", file=sys.stderr)
    return int(is_fault and os.environ.get("CI") == "true")


def _report(judge: Judge, files: Mapping[str, bytes], save: Path | None, theme: str) -> int:
    """Print the findings of each file, and how many elements of all files are as in bpmn-js; the exit status."""
    elements = right = problems = 0
    for name, data in files.items():
        found = judge.judged(data, {id_ for file, id_ in ON_PURPOSE if file == name})
        print(f"{name}: {found.right} of {found.elements}", *found.wrong, sep="\n    ", flush=True)
        elements, right, problems = elements + found.elements, right + found.right, problems + len(found.wrong)
        if save:
            save.mkdir(parents=True, exist_ok=True)
            (save / f"{Path(name).name}.png").write_bytes(judge.side_by_side(data, theme))
    print(f"{len(files)} files: {right} of {elements} elements are drawn as bpmn-js draws them; {problems} findings")
    return int(problems > 0)


if __name__ == "__main__":
    sys.exit(main())
