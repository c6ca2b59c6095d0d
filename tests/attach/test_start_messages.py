"""Start messages of mirrored definitions: a mirror copies what the engine has, and procdef's own definitions never prevent that."""

from __future__ import annotations

import pytest

from procdef.store.models import Definition, StartMessage
from tests.api import Api
from tests.attach.engine import Engine
from tests.attach.test_mirror import check_marks, done, mirror, texts

MESSAGE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t">
<process id="{key}" isExecutable="true" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:historyTimeToLive="1"><startEvent id="s">
<messageEventDefinition id="d" messageRef="m"/></startEvent><sequenceFlow id="f" sourceRef="s" targetRef="e"/><endEvent id="e"/></process>
<message id="m" name="begin"/></definitions>"""


def started(engine: Engine, ident: str, key: str, version: int) -> None:
    """Give the engine a definition that is started by the message."""
    engine.deploy(ident, [(f"{key}.bpmn", MESSAGE.format(key=key).encode())])
    engine.define(ident, key, version, ident, f"{key}.bpmn")


def own(api: Api, key: str) -> str:
    """Deploy such a definition to procdef itself; returns the deployment's id."""
    return str(api.deploy((f"{key}.bpmn", MESSAGE.format(key=key).encode()))["id"])


def test_one_message_of_both(engine: Engine, api: Api) -> None:
    own(api, "own")
    started(engine, "a", "theirs", 1)
    assert mirror(engine, api.store).added["definitions"] == 1
    assert len(texts(api.store, StartMessage, StartMessage.name)) == 2
    assert done(mirror(engine, api.store)) == (0, 0, 0)
    check_marks(api.store)


@pytest.mark.parametrize("how", ["DELETE FROM act_re_procdef WHERE id_ = 'v2'", "UPDATE act_ge_bytearray SET rev_ = 2 WHERE id_ LIKE 'v%'"])
def test_what_the_engine_no_longer_has_goes_whoever_has_its_message(engine: Engine, api: Api, how: str) -> None:
    """The version below becomes the latest again, and with it a second owner of the message."""
    started(engine, "v1", "theirs", 1)
    engine.deploy_one("v2", "theirs", 2)
    mirror(engine, api.store)
    own(api, "own")
    engine.run(how)
    mirror(engine, api.store)
    latest = Definition.select(Definition.key, Definition.version).where(Definition.latest)
    assert set(api.store.read(latest)) == {("own", 1), ("theirs", 1 if "DELETE" in how else 2)}
    assert done(mirror(engine, api.store)) == (0, 0, 0)
    check_marks(api.store)


def test_suspension_in_the_engine_changes_no_owner(engine: Engine, api: Api) -> None:
    started(engine, "v1", "theirs", 1)
    mirror(engine, api.store)
    engine.run("UPDATE act_re_procdef SET rev_ = 2, suspension_state_ = 2")
    mirror(engine, api.store)
    assert texts(api.store, StartMessage, StartMessage.definition_id, StartMessage.name) == [("v1", "begin")]
