"""The one call of `camunda-client` 0.15 that asks for what procdef has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
from camunda_client.clients.dto import AuthData
from camunda_client.clients.engine.client import CamundaEngineClient

from tests.clients.calls import EXAMPLE, Call, World, ids


def _deploy(world: World) -> str:
    files = {"file": (EXAMPLE.name, world.file().read_bytes())}
    deployed = httpx.post(f"{world.base}/deployment/create", files=files).raise_for_status().json()
    world.kept["definition"] = next(iter(deployed["deployedProcessDefinitions"]))
    return str(deployed["id"])


def _incidents(world: World) -> Any:
    async def ask() -> Any:
        transport = httpx.AsyncHTTPTransport()
        client = CamundaEngineClient(world.base, AuthData(username="mary", password="secret secret"), transport)
        return await client.get_incidents("tested")

    return asyncio.run(ask())


CALLS: Sequence[Call] = (
    Call("a deployment for the rest", _deploy, keep="deployment"),
    Call("an incident for the rest", lambda w: w.report_incident(w.kept["definition"], "tested"), keep="incident"),
    Call("CamundaEngineClient.get_incidents", _incidents, lambda w, found: w.kept["incident"] in ids(found)),
    Call(
        "the end of the deployment", lambda w: httpx.delete(f"{w.base}/deployment/{w.kept['deployment']}?cascade=true").raise_for_status()
    ),
)
