"""The spool of an import: what is added can be read in any order, and what decides on it stays in memory."""

from __future__ import annotations

from tempfile import TemporaryFile

from procdef.settings import load
from procdef.store.processes.spool import Imported, Spool
from tests.samples import bpmn

PROCESSES = [
    Imported("1", 3, "One", bpmn("one").decode(), members='"a":1', secrets={"key": 10**40}, tenant_id="north"),
    Imported("2", None, "Two", "no XML", description="ä\u2028\x01"),
    Imported("3", 1, "Three", bpmn("three", isExecutable="false").decode()),
    Imported("4", 1, "Four", None),
]


def test_what_is_added_is_read_again_in_any_order() -> None:
    with TemporaryFile() as file:
        spool = Spool(load({}), file)
        records = [spool.add(process) for process in PROCESSES]
        assert spool.records == records
        assert [spool.read(record) for record in reversed(records)] == PROCESSES[::-1]
    assert [(record.guid, record.version, record.tenant_id) for record in records] == [
        *(("1", 3, "north"), ("2", None, None), ("3", 1, None), ("4", 1, None))
    ]
    assert [record.file and record.file.processes[0].key for record in records] == ["one", None, None, None]


def test_an_envelope_is_there_once() -> None:
    with TemporaryFile() as file:
        spool = Spool(load({}), file)
        one, same, other = (spool.add_envelope(text) for text in ('{"a":1}', '{"a":1}', '{"a":2}'))
    assert one == same != other
    assert spool.envelopes == {one: '{"a":1}', other: '{"a":2}'}
