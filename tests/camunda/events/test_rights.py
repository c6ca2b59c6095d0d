"""Which events a user sees where authorization is on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from procdef.store.identity import authorizations, roles
from tests.conftest import BOTH
from tests.protected import Protected, protected_api
from tests.samples import bpmn


@pytest.fixture(params=BOTH)
def protected(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Protected]:
    with protected_api(request, tmp_path) as api:
        api.become(roles.bound("admin"))
        for key, fields in (("a", {}), ("b", {}), ("c", {"tenant_id": "t"})):
            api.deploy((f"{key}.bpmn", bpmn(key)), **fields)
        yield api


SEEN = [
    ("nothing", None, set()),
    ("a reader", roles.bound("reader"), {"a", "b", "c"}),
    ("a reader of a key", roles.bound("reader", (), ("b",)), {"b"}),
    ("a reader of a beginning", roles.bound("reader", (), ("c*",)), {"c"}),
    ("a reader of a tenant", roles.bound("reader", ("u",)), {"a", "b"}),
    ("an administrator", roles.bound("admin"), {"a", "b", "c", None}),
]


@pytest.mark.parametrize(("role", "keys"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_the_events_of_keys(protected: Protected, role: roles.Bound | None, keys: set[str | None]) -> None:
    protected.become(role)
    events = protected.get("/event")
    assert {event["processDefinitionKey"] for event in events} == keys
    assert protected.get("/event/count") == {"count": len(events)}
    assert len(protected.get("/event", {"after": "0", "wait": "0"})) == len(events)


def test_events_without_a_key_are_for_those_who_may_read_the_log(protected: Protected) -> None:
    protected.become(roles.bound("reader", (), ("b",)))
    of = {"user_id": "mary", "group_id": None, "resource_id": "*"}
    authorizations.create(protected.store, 1, ["READ"], {**of, "resource_type": 17})
    assert {event["processDefinitionKey"] for event in protected.get("/event")} == {"b", None}
    protected.become(roles.bound("reader"))
    authorizations.create(protected.store, 1, ["READ"], {**of, "resource_type": 17})
    authorizations.create(protected.store, 2, ["ALL"], {**of, "resource_type": 6, "resource_id": "b"})
    assert {event["processDefinitionKey"] for event in protected.get("/event")} == {"a", "c", None}
