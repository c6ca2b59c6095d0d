"""Each limit is a setting. A request at the limit is accepted; a larger one is refused, and stores nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procdef.settings import load
from tests.api import Api
from tests.conftest import running_app
from tests.samples import bpmn

Files = list[tuple[str, bytes]]
Make = Callable[[int], tuple[Files, dict[str, str]]]


def one(**attributes: str) -> Files:
    return [("order.bpmn", bpmn(attributes.pop("key", "order"), **attributes))]


LIMITS: list[tuple[dict[str, str], Make, int]] = [
    ({"PROCDEF_MAX_BODY": "3000"}, lambda more: (one(), {"deployment-name": "n" * (more * 3000)}), 413),
    ({"PROCDEF_MAX_PARTS": "2"}, lambda more: ([*one(), *[(f"{n}.txt", b"") for n in range(1 + more)]], {}), 413),
    ({"PROCDEF_MAX_FIELD": "10"}, lambda more: (one(), {"deployment-name": "n" * (10 + more)}), 413),
    ({"PROCDEF_MAX_ELEMENTS": "7"}, lambda more: ([("x.bpmn", bpmn("x", documentation=["d"] * more))], {}), 413),
    ({"PROCDEF_MAX_ID": "9"}, lambda more: (one(key="k" * (9 + more)), {}), 400),
    ({"PROCDEF_MAX_NAME": "9"}, lambda more: (one(name="n" * (9 + more)), {}), 400),
    ({"PROCDEF_MAX_NAME": "9"}, lambda more: (one(), {"deployment-name": "n" * (9 + more)}), 400),
    ({"PROCDEF_MAX_NAME": "9"}, lambda more: (one(), {"deployment-source": "n" * (9 + more)}), 400),
    ({"PROCDEF_MAX_TAG": "9"}, lambda more: (one(versionTag="t" * (9 + more)), {}), 400),
    ({"PROCDEF_MAX_TENANT": "9"}, lambda more: (one(), {"tenant-id": "t" * (9 + more)}), 400),
]


@pytest.mark.parametrize(("limit", "upload", "status"), LIMITS, ids=[f"{next(iter(limit[0]))}-{n}" for n, limit in enumerate(LIMITS)])
def test_a_limit(database_url: str, limit: dict[str, str], upload: Make, status: int) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, **limit})) as app:
        api = Api(app)
        assert api.upload(*upload(1)).status_code == status
        assert api.get("/deployment/count") == {"count": 0}
        assert api.upload(*upload(0)).status_code == 200
