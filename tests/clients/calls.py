"""What the tables of calls are made of, and what the calls speak about."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

EXAMPLE = Path(__file__).parents[2] / "examples/order.bpmn"
MISSING = "nope"


@dataclass
class World:
    """The names that one client's calls use, new in each run, so that they can run against a server that others use too.

    `kept` are results of calls by the name under which their row keeps them.
    """

    base: str
    folder: Path
    name: str = field(default_factory=lambda: f"client{secrets.token_hex(4)}")
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of the definition that is deployed."""
        return self.name

    @property
    def group(self) -> str:
        """The group whose members may start the definition."""
        return f"{self.name}group"

    @property
    def tenant(self) -> str:
        """The tenant of what is deployed once more."""
        return f"{self.name}tenant"

    @property
    def user(self) -> str:
        """A user, who is made a member of the group."""
        return f"{self.name}user"

    def file(self) -> Path:
        """A file to deploy: our example under the world's key and group."""
        path = self.folder / f"{self.name}.bpmn"
        text = (
            EXAMPLE.read_text(encoding="utf-8")
            .replace('id="order"', f'id="{self.key}"')
            .replace('bpmnElement="order"', f'bpmnElement="{self.key}"')
        )
        path.write_text(text.replace('"sales"', f'"{self.group}"'), encoding="utf-8")
        return path

    def report_incident(self, definition_id: str, kind: str) -> str:
        """Make an incident of the definition; its id. It is reported to procdef; an engine makes it of a running instance."""
        path = f"{self.base}/incident/{uuid4()}"
        told = httpx.put(path, json={"processDefinitionId": definition_id, "incidentType": kind, "incidentMessage": "boom"})
        if told.status_code != httpx.codes.METHOD_NOT_ALLOWED:
            return str(told.raise_for_status().json()["id"])
        started = httpx.post(f"{self.base}/process-definition/{definition_id}/start", json={}).raise_for_status().json()
        report = {"incidentType": kind, "configuration": str(uuid4()), "message": "boom"}  # an engine resolves all of one configuration
        return str(httpx.post(f"{self.base}/execution/{started['id']}/create-incident", json=report).raise_for_status().json()["id"])


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a client: its name, how it is made, and what must hold of its result.

    `keep` is the name under which the world keeps the result for later calls. A call with a `fault` cannot succeed, because of the client
    itself: it fails against an engine just as against procdef, with an error that has this text. Where procdef is `kinder`, the call may
    succeed there.
    """

    name: str
    run: Callable[[World], Any]
    holds: Callable[[World, Any], bool] = lambda _world, _result: True
    keep: str | None = None
    fault: str | None = None
    kinder: bool = False

    def made(self, world: World) -> str | None:
        """Make the call; what is wrong with it, None where nothing is."""
        try:
            result = self.run(world)
            right = self.holds(world, result)
        except Exception as error:  # noqa: BLE001  the test reports whatever a client raises
            return None if self.fault and self.fault in str(error) else f"{type(error).__name__}: {' '.join(str(error).split())}"
        if self.fault is not None and not self.kinder:
            return f"did not fail with {self.fault!r}, as it was known to"
        if self.keep is not None:
            world.kept[self.keep] = result
        return None if right else f"answered {str(result)[:200]}"


def ids(found: Iterable[Any], member: str = "id") -> list[str]:
    """One member of each of the objects."""
    return [str(getattr(item, member)) for item in found]


def nothing(_world: World, result: Any) -> bool:
    """The call has no result."""
    return result is None


def refuses(run: Callable[[], Any], kind: type[Exception]) -> str:
    """The text of the error of this kind that a call raises. Raises AssertionError where it raises none."""
    try:
        run()
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__} was raised")
