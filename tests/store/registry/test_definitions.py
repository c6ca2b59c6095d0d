"""A definition and its version of a process: one function inserts both, and one deletes both."""

from __future__ import annotations

import ast
from contextlib import nullcontext
from pathlib import Path
from random import Random

import pytest

import procdef
from procdef.bpmn import model
from procdef.errors import InvalidInput
from procdef.store.models import Call, Definition, IdentityLink, Process, StartMessage
from procdef.store.registry import definitions
from procdef.store.registry.deployments import parse_file
from procdef.store.registry.rows import NewDefinition, definition_row, link_rows
from procdef.store.store import Store
from tests.samples import bpmn

FOLDER = Path(procdef.__file__).parent
OWNER = "store/registry/definitions.py"
HALVES = {"versions.add", "versions.delete_of", "Definition.insert", "Definition.delete"}


def test_a_pair_is_inserted_and_deleted_together(store: Store) -> None:
    process = parse_file(store.settings, "o.bpmn", bpmn("order", name="Order")).processes[0]
    row = definition_row(process, 4)
    row |= {Definition.category: None, Definition.resource_name: "o.bpmn", Definition.deployment_id: "d", Definition.diagram_name: None}
    row |= {Definition.tenant_id: None, Definition.deploy_time: "2026-11-23 21:15:50.937"}
    call = model.Call("c", "bill", "latest", None, None, None)
    new = NewDefinition(row, link_rows(process, row[Definition.id], None), ["go", "go"], [call], b"", "First", "mary")
    with store.write() as database:
        definitions.insert(database, [new])
    columns = (Process.key, Process.version, Process.name, Process.latest, Process.modifier, Process.change_description)
    assert store.read(Process.select(*columns)) == [("order", 4, "Order", True, "mary", "First")]
    assert store.read(StartMessage.select(StartMessage.name)) == [("go",)]
    assert store.read(Call.select(Call.key)) == [("bill",)]
    with store.write() as database:
        assert definitions.delete_where(database, Definition.key == "order") == 1
    assert [store.read(table.select()) for table in (Definition, Process, StartMessage, Call, IdentityLink)] == [[]] * 5


def insert_long(store: Store, first: int, last: int) -> None:
    """Insert a definition with a key and a name of the highest length, of random characters between these two."""
    random = Random(1)
    key, name = ("".join(chr(random.randint(first, last)) for _ in range(255)) for _ in range(2))
    row = {"id": "i", "rev": 1, "key": key, "name": name, "name_upper": name, "version": 1, "deployment_id": "d", "category": name}
    more = {"resource_name": name, "suspension_state": 1, "startable": True, "latest": True, "deploy_time": "2026-11-23 21:15:50.937"}
    with store.write() as database:
        Definition.insert({**row, **more}).execute(database)


def test_the_longest_chinese_names_fit_into_the_indexes(store: Store) -> None:
    insert_long(store, 0x4E00, 0x9FFF)
    assert len(store.read(Definition.select(Definition.id))) == 1


def test_what_does_not_fit_into_an_index_of_postgresql_is_refused(store: Store) -> None:
    with nullcontext() if store.dialect.name == "sqlite" else pytest.raises(InvalidInput, match="together too long"):
        insert_long(store, 0x20000, 0x2A000)


def test_nobody_else_inserts_or_deletes_half_of_a_pair() -> None:
    users = {
        str(path.relative_to(FOLDER))
        for path in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in HALVES
    }
    assert users == {OWNER}
