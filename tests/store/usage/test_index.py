"""The usage index: whatever is written, it has the uses of exactly the definitions that are stored."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from procdef.bpmn.model import Use as NewUse
from procdef.settings import load
from procdef.store import backup
from procdef.store.models import Definition, Deployment, Name, Process, Usage, Use
from procdef.store.processes.deletion import delete_process
from procdef.store.registry import definitions as registry
from procdef.store.registry.batch import deploy_each
from procdef.store.registry.deployments import Upload, deploy, redeploy, undeploy
from procdef.store.store import Store
from procdef.store.usage import index
from tests.api import Api
from tests.bpmn.files import NAMESPACES
from tests.frends.files import Processes, exported, file_of
from tests.store.usage.checking import check_index, indexed


@pytest.fixture
def processes(app: Flask) -> Processes:
    """The surface that imports."""
    return Processes(app)


VALUES = ("a", "b", "${c}", "long " * 5000)


def process(key: str, chance: random.Random) -> str:
    topics = "".join(
        f'<serviceTask id="{key}-{number}" name="T{number}" camunda:type="external" camunda:topic="{chance.choice(VALUES)}"/>'
        for number in range(chance.randrange(4))
    )
    called = f'<callActivity id="{key}-call" calledElement="{chance.choice("pqr")}"/>'
    text = f"<documentation>{chance.choice(VALUES)}</documentation>"
    return (
        f'<process id="{key}" isExecutable="true" camunda:historyTimeToLive="1">{text}<startEvent id="{key}-s"/>{topics}{called}</process>'
    )


def file(*processes: str) -> bytes:
    return f'<definitions {NAMESPACES} targetNamespace="Examples">{"".join(processes)}</definitions>'.encode()


def some(chance: random.Random, number: int) -> Upload:
    """An upload of two processes."""
    tenant, keys = chance.choice((None, "t")), (chance.choice("pq"), chance.choice("rs"))
    return Upload("D", None, tenant, [(f"{number}.bpmn", file(*(process(key, chance) for key in keys)))])


def any_of(store: Store, chance: random.Random, column: Any) -> Any:
    found = sorted(row[0] for row in store.read(column.model.select(column).distinct()))
    return chance.choice(found)


Change = Callable[[Processes, random.Random], Any]
CHANGES: Mapping[str, Change] = {
    "deploy": lambda at, chance: deploy(at.store, some(chance, 0)),
    "deploy a folder": lambda at, chance: list(deploy_each(at.store, [some(chance, number) for number in range(3)])),
    "deploy again": lambda at, chance: redeploy(at.store, at.store.everything, any_of(at.store, chance, Deployment.id), None, [], []),
    "import": lambda at, chance: at.load(file_of(exported(chance.choice("PQ"), Bpmn=file(process("p", chance)).decode())), "NewVersion"),
    "undeploy": lambda at, chance: undeploy(at.store, any_of(at.store, chance, Deployment.id)),
    "delete a definition": lambda at, chance: registry.delete(at.store, any_of(at.store, chance, Definition.id)),
    "delete a key": lambda at, chance: registry.delete_key(at.store, any_of(at.store, chance, Definition.key)),
    "delete a process": lambda at, chance: delete_process(at.store, any_of(at.store, chance, Process.guid)),
}


@pytest.mark.parametrize("seed", range(6))
def test_the_index_follows_every_change(processes: Processes, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(25):
        deploy(processes.store, some(chance, number))
        name = chance.choice([*CHANGES])
        CHANGES[name](processes, chance)
        check_index(processes.store)
    while left := processes.store.read(Deployment.select(Deployment.id).limit(1)):
        undeploy(processes.store, left[0][0])
    assert [processes.store.read(model.select()) for model in (Name, Usage, Use)] == [[], [], []]


def test_a_refused_deployment_leaves_nothing(api: Api) -> None:
    start = '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>'
    for key, status in (("p", 200), ("q", 400)):
        body = f'<message id="m" name="go"/><process id="{key}" isExecutable="true" camunda:historyTimeToLive="1">{start}</process>'
        assert api.upload([(f"{key}.bpmn", file(body))], {"deployment-name": "D"}).status_code == status
    check_index(api.store)
    assert [len(uses) for uses in indexed(api.store).values()] == [1]


def test_values_that_differ_in_their_ends_only(store: Store) -> None:
    values = [f"{'é' * 5000}{end}" for end in "ab"] + ["A", "a", "a ", "\U0001f600"]
    uses = [NewUse("topic", value, dynamic=False, activity_id=None, activity_type="task", activity_name=None) for value in values]
    with store.write() as database:
        index.insert(database, [("one", uses), ("two", [*uses[:1], *uses[:1]]), ("three", ())])
    assert sorted(store.read(Name.select(Name.value, Name.definitions, Name.uses))) == sorted(
        (value, 2 if number == 0 else 1, 3 if number == 0 else 1) for number, value in enumerate(values)
    )
    with store.write() as database:
        index.delete(database, ["one", "three", "none"])
    assert store.read(Name.select(Name.value, Name.definitions, Name.uses)) == [(values[0], 1, 2)]
    assert store.read(Usage.select(Usage.definition_id)) == [("two",)]


def test_a_backup_has_the_index(processes: Processes, tmp_path: Path) -> None:
    chance = random.Random(7)
    elsewhere = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/elsewhere.db"}))
    elsewhere.migrate()
    for number in range(4):
        deploy(processes.store, some(chance, number))
    backup.write(processes.store, tmp_path / "backup")
    backup.restore(elsewhere, tmp_path / "backup")
    check_index(elsewhere)
    assert indexed(elsewhere) == indexed(processes.store)
    deploy(elsewhere, some(chance, 9))
    check_index(elsewhere)
    elsewhere.close()
