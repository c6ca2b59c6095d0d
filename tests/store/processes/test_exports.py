"""What the store reads for an export file: short versions by one statement, long ones one by one, with the same result."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers, randoms

from procdef.store.models import Process
from procdef.store.processes import exports
from procdef.store.processes.json_template import DELIMITER
from procdef.store.reader import StoreReader
from tests.counting import executed
from tests.frends.files import Processes, file_of, guid
from tests.frends.files import exported as process
from tests.samples import bpmn

PLAIN, KNOWN, ODD, LONG = "Plain", "Known", "Odd", "Long"
LATIN = bpmn("latin", name="ä").decode().replace("UTF-8", "ISO-8859-1")


@pytest.fixture
def processes(app: Flask) -> Processes:
    """The Processes surface, which imports and exports what the tests read."""
    return Processes(app)


@pytest.fixture
def ids(processes: Processes) -> dict[str, int]:
    """Processes by name: without BPMN, with it, with BPMN in its own column, without it and very long, and two uploaded ones."""
    plain, silent = process(PLAIN, Bpmn=None), process("Silent", Bpmn=None)
    del silent["IsSubprocess"]
    long = process(LONG, Bpmn=None, Description="x" * (exports.MAX_SHORT_LENGTH + 1))
    known, odd = process(KNOWN, Bpmn=bpmn("known").decode()), process(ODD, Bpmn=LATIN)
    rows = processes.load(file_of(plain, known, silent, odd, long))
    processes.api.deploy(("order.bpmn", bpmn("order", name="Order")))
    processes.api.deploy(("talk.bpmn", bpmn("talk", name="Talk", documentation=["x" * (exports.MAX_SHORT_LENGTH + 1)])))
    uploads = [processes.get("", {"processName": name})["data"][0] for name in ("Order", "Talk")]
    return {row["name"]: row["id"] for row in (*rows, *uploads)}


STATEMENTS = [
    ([PLAIN], 1),
    ([PLAIN, "Silent"], 1),
    (["Silent", PLAIN, "Silent"], 1),
    ([KNOWN], 1),
    ([PLAIN, KNOWN, "Silent", ODD, "Order"], 1),
    (["Order", ODD, PLAIN, KNOWN], 1),
    ([LONG], 2),
    ([KNOWN, LONG, PLAIN], 4),
    (["Order", "Talk"], 3),
]


@pytest.mark.parametrize(("names", "number"), STATEMENTS)
def test_few_statements_answer_what_each_alone_would(processes: Processes, ids: dict[str, int], names: list[str], number: int) -> None:
    alone = {name: json.loads(processes.ask(f"/{ids[name]}/export").data)["Processes"][0] for name in {*names}}
    with executed(processes.store) as run:
        file = json.loads(processes.export(*(ids[name] for name in names)))
    assert file["Processes"] == [alone[name] for name in dict.fromkeys(names)]
    assert [row["Name"] for row in file["Processes"]] == [*dict.fromkeys(names)]
    assert len([sql for sql in run if "procdef_process" in sql]) == number


def test_the_text_of_a_process_without_bpmn_has_no_marker_left(processes: Processes, ids: dict[str, int]) -> None:
    kept = dict(processes.store.read(Process.select(Process.name, Process.file)))
    assert {name: (kept[name] or "").count(DELIMITER) for name in ids} == {
        PLAIN: 0,
        "Silent": 2,
        KNOWN: 2,
        ODD: 2,
        LONG: 0,
        "Order": 0,
        "Talk": 0,
    }


def test_one_that_is_deleted_in_the_middle_is_told(processes: Processes, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    read = StoreReader.read

    def read_after_deleting(self: StoreReader, make: Any, *shape: Any, values: Any) -> Any:
        if values == {"id": ids[LONG]}:
            assert processes.client.delete(f"/api/v1/processes/{guid(KNOWN)}").status_code == 204
        return read(self, make, *shape, values=values)

    monkeypatch.setattr(StoreReader, "read", read_after_deleting)
    answer = processes.ask("/batch-export", {"ids": f"{ids[LONG]},{ids[KNOWN]}"})
    assert (answer.status_code, answer.get_json()["detail"]) == (404, f"There is no process version '{ids[KNOWN]}'.")


MIXED = [
    (has_bpmn, around, size) for has_bpmn in (True, False) for around in (None, "A", "B") for size in (1, 900, exports.MAX_SHORT_LENGTH + 1)
]
"""Whether a process has BPMN, the member of the envelope of its file, and the length of its description."""


@pytest.fixture
def mixed(processes: Processes) -> dict[int, tuple[str, str | None]]:
    """Processes of every mix, uploaded ones too: the GUID and the BPMN of each by number."""
    sent: dict[str, str | None] = {}
    for number, (has_bpmn, around, size) in enumerate(MIXED * 2):
        name = f"Mixed {number}"
        sent[guid(name)] = bpmn(f"mixed{number}", name=name).decode() if has_bpmn else None
        file = process(name, Bpmn=sent[guid(name)], Description="ä" * size)
        processes.load(file_of(file, **({"Around": around} if around else {})))
    for number in range(4):
        processes.api.deploy((f"up{number}.bpmn", bpmn(f"up{number}", name=f"Up {number}")))
    rows = processes.get("", {"PageSize": 200})["data"]
    sent |= {
        row["uniqueIdentifier"]: bpmn(row["name"].lower().replace(" ", ""), name=row["name"]).decode()
        for row in rows
        if "Up" in row["name"]
    }
    return {row["id"]: (row["uniqueIdentifier"], sent[row["uniqueIdentifier"]]) for row in rows}


@given(random=randoms(use_true_random=False), number=integers(1, len(MIXED) * 2 + 4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_guid_has_its_own_bpmn_in_any_mix_and_order(
    processes: Processes, mixed: dict[int, tuple[str, str | None]], random: Random, number: int
) -> None:
    asked = random.sample(list(mixed), number)
    rows = json.loads(processes.export(*asked))["Processes"]
    assert [(row["UniqueIdentifier"], row["Bpmn"]) for row in rows] == [mixed[ident] for ident in asked]
