"""What the store answers of exported processes: together where it can, one by one where it must, and the same either way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from procdef.frends import exported
from procdef.store.models import Process
from procdef.store.places import MARK
from tests.counting import statements
from tests.frends.files import Processes, file_of, guid
from tests.frends.files import exported as process
from tests.samples import bpmn

PLAIN, KNOWN, ODD, LONG = "Plain", "Known", "Odd", "Long"
LATIN = bpmn("latin", name="ä").decode().replace("UTF-8", "ISO-8859-1")


@pytest.fixture
def ids(processes: Processes) -> dict[str, int]:
    """Processes without BPMN, with one, with one that is kept apart, without and very long, and two uploaded ones, by name."""
    plain, silent = process(PLAIN, Bpmn=None), process("Silent", Bpmn=None)
    del silent["IsSubprocess"]
    long = process(LONG, Bpmn=None, Description="x" * (exported.SHORT + 1))
    known, odd = process(KNOWN, Bpmn=bpmn("known").decode()), process(ODD, Bpmn=LATIN)
    rows = processes.load(file_of(plain, known, silent, odd, long))
    processes.api.deploy(("order.bpmn", bpmn("order", name="Order")))
    processes.api.deploy(("talk.bpmn", bpmn("talk", name="Talk", documentation=["x" * (exported.SHORT + 1)])))
    uploads = [processes.get("", {"processName": name})["data"][0] for name in ("Order", "Talk")]
    return {row["name"]: row["id"] for row in (*rows, *uploads)}


STATEMENTS = [
    ([PLAIN], 1),
    ([PLAIN, "Silent"], 1),
    (["Silent", PLAIN, "Silent"], 1),
    ([KNOWN], 2),
    ([PLAIN, KNOWN, "Silent", ODD, "Order"], 2),
    (["Order", ODD, PLAIN, KNOWN], 2),
    ([LONG], 2),
    ([KNOWN, LONG, PLAIN], 4),
    (["Order", "Talk"], 3),
]


@pytest.mark.parametrize(("names", "number"), STATEMENTS)
def test_few_statements_answer_what_each_alone_would(processes: Processes, ids: dict[str, int], names: list[str], number: int) -> None:
    alone = {name: json.loads(processes.ask(f"/{ids[name]}/export").data)["Processes"][0] for name in {*names}}
    with statements(processes.store) as run:
        file = json.loads(processes.export(*(ids[name] for name in names)))
    assert file["Processes"] == [alone[name] for name in dict.fromkeys(names)]
    assert [row["Name"] for row in file["Processes"]] == [*dict.fromkeys(names)]
    assert len([sql for sql in run if "procdef_process" in sql]) == number


def test_the_text_of_a_process_without_bpmn_has_no_place_left(processes: Processes, ids: dict[str, int]) -> None:
    kept = dict(processes.store.read(Process.select(Process.name, Process.file)))
    assert {name: (kept[name] or "").count(MARK) for name in ids} == {
        PLAIN: 0,
        "Silent": 2,
        KNOWN: 2,
        ODD: 2,
        LONG: 0,
        "Order": 0,
        "Talk": 0,
    }


def _deleting(processes: Processes, name: str, read: Callable[..., Any]) -> Callable[..., Any]:
    def read_planned(make: Any, *shape: Any, values: Any) -> Any:
        if make is exported._bpmns:
            assert processes.client.delete(f"/api/v1/processes/{guid(name)}").status_code == 204
        return read(make, *shape, values=values)

    return read_planned


def test_one_that_is_deleted_in_the_middle_is_told(processes: Processes, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.store, "read_planned", _deleting(processes, KNOWN, processes.store.read_planned))
    asked = ",".join(str(ids[name]) for name in (ODD, KNOWN))
    answer = processes.ask("/batch-export", {"ids": asked})
    assert (answer.status_code, answer.get_json()["detail"]) == (404, f"There is no process version '{ids[KNOWN]}'.")


def test_one_without_bpmn_that_is_deleted_in_the_middle_is_still_whole(
    processes: Processes, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = processes.export(ids[ODD], ids[PLAIN])
    monkeypatch.setattr(processes.store, "read_planned", _deleting(processes, PLAIN, processes.store.read_planned))
    assert processes.export(ids[ODD], ids[PLAIN]) == before
