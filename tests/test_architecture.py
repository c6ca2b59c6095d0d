"""The walks of docs/explanation/architecture.md: the code goes the way that the page says, function by function."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from procdef import create_app
from procdef.settings import load
from tests.samples import bpmn

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\| `(procdef/\S+\.py)` \| `(\w+)` \|", re.MULTILINE)
Step = tuple[str, str]


def walks() -> dict[str, list[Step]]:
    """The steps of each walk of the page: file and function, by the request."""
    parts = re.split(r"<!-- walk: (.+?) -->", PAGE)
    return {request: STEP.findall(text.partition("\n## ")[0]) for request, text in zip(parts[1::2], parts[2::2], strict=True)}


def calls(run: Callable[[], Any]) -> list[Step]:
    """The functions of procdef that are called meanwhile, in their order."""
    found: list[Step] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(str(ROOT / "procdef")):
            found.append((str(Path(name).relative_to(ROOT)), frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return found


def missing(steps: list[Step], found: list[Step]) -> Iterator[Step]:
    """The steps that do not come in this order among the calls."""
    calls = iter(found)
    return (step for step in steps if step not in calls)


@pytest.fixture
def client(tmp_path: Path) -> Any:
    app = create_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db"}))
    made = app.test_client()
    made.post("/deployment/create", data=form("order"))
    return made


def form(key: str) -> dict[str, Any]:
    return {"file": (BytesIO(bpmn(key)), f"{key}.bpmn")}


@pytest.mark.parametrize("request_line", walks())
def test_the_code_goes_the_way_of_the_page(client: Any, request_line: str) -> None:
    method, path = request_line.split()
    data = form("other") if method == "POST" else None
    found = calls(lambda: client.open(path, method=method, data=data))
    steps = walks()[request_line]
    assert len(steps) > 10
    assert list(missing(steps, found)) == []


def test_a_step_in_another_order_is_missing() -> None:
    assert list(missing([("a", "x"), ("b", "y")], [("b", "y"), ("a", "x")])) == [("b", "y")]
